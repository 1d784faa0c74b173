using System.Runtime.CompilerServices;

namespace Bellman;

/// <summary>
/// Dyna-Q (Sutton 1990): Q-learning that remembers what each step led to and replays such steps in its head after every real one.
/// With a curiosity bonus it is Dyna-Q+, which keeps trying what it has not tried for long, and so notices when the world has changed.
/// </summary>
public sealed class DynaQ(int states, int actions, TabularSettings settings) : TabularLearner(states, actions, settings)
{
    private readonly (double Reward, int NextState, bool Terminated, long Time)[] model = new (double, int, bool, long)[states * actions];
    private readonly bool[] isKnown = new bool[states * actions];
    private readonly List<int> known = [];
    private readonly bool[] met = new bool[states];
    private long time;

    /// <summary>How often a pair was updated, from real steps and imagined ones.</summary>
    public long Updates { get; private set; }

    /// <inheritdoc/>
    public override int Begin(int state, ReadOnlySpan<byte> mask = default)
    {
        RememberMask(state, mask);
        return base.Begin(state, mask);
    }

    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        time++;
        RememberMask(nextState, mask);
        Update(State, Action, reward, nextState, terminated);
        Remember(State, Action, reward, nextState, terminated);
        for (var step = 0; step < Settings.PlanningSteps; step++)
        {
            var pair = known[Random.NextInt32(known.Count)];
            var (imagined, next, end, last) = model[pair];
            Update(pair / Table.ActionCount, pair % Table.ActionCount, imagined + (Settings.CuriosityBonus * Math.Sqrt(time - last)), next, end);
        }

        State = nextState;
        return Action = terminated || truncated ? 0 : Choose(nextState, mask);
    }

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        var (rewards, nextStates, ends, times) = (new double[model.Length], new int[model.Length], new int[model.Length], new long[model.Length]);
        int[] order = [.. known];
        for (var pair = 0; pair < model.Length; pair++)
        {
            (rewards[pair], nextStates[pair], var terminated, times[pair]) = model[pair];
            ends[pair] = (terminated ? 1 : 0) + (isKnown[pair] ? 2 : 0);
        }

        state.Exchange("clock", ref time);
        state.Exchange("known", ref order);
        state.Exchange("rewards", rewards.AsSpan());
        state.Exchange("nextStates", nextStates.AsSpan());
        state.Exchange("ends", ends.AsSpan());
        state.Exchange("times", times.AsSpan());
        state.Require(order.All(pair => (uint)pair < (uint)model.Length) && nextStates.All(next => (uint)next < (uint)Table.StateCount), "the model leads out of the table");
        if (state.Loading)
        {
            known.Clear();
            known.AddRange(order);
            for (var pair = 0; pair < model.Length; pair++)
            {
                model[pair] = (rewards[pair], nextStates[pair], (ends[pair] & 1) != 0, times[pair]);
                isKnown[pair] = (ends[pair] & 2) != 0;
                met[pair / Table.ActionCount] |= isKnown[pair];
            }
        }
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "dyna-q", "Dyna-Q: Q-learning that replays remembered steps in its head; with a curiosity bonus Dyna-Q+.", static (states, actions, settings) => new DynaQ(states, actions, settings),
        nameof(TabularSettings.PlanningSteps), nameof(TabularSettings.CuriosityBonus));

    private void Update(int state, int action, double reward, int nextState, bool terminated)
    {
        Updates++;
        MoveTowards(state, action, reward + (terminated ? 0 : Gamma * Table.Max(nextState, RememberedMask(nextState))));
    }

    private void Remember(int state, int action, double reward, int nextState, bool terminated)
    {
        // Dyna-Q+ also imagines what was never tried in a state that it has met: as leading back there, for nothing.
        if (Settings.CuriosityBonus > 0 && !met[state])
        {
            for (var other = 0; other < Table.ActionCount; other++)
            {
                Add(state, other, 0, state, false, 0);
            }
        }

        met[state] = true;
        Add(state, action, reward, nextState, terminated, time);
    }

    private void Add(int state, int action, double reward, int nextState, bool terminated, long when)
    {
        var pair = (state * Table.ActionCount) + action;
        if (!isKnown[pair])
        {
            isKnown[pair] = true;
            known.Add(pair);
        }

        model[pair] = (reward, nextState, terminated, when);
    }
}
