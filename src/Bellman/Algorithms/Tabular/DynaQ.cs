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
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        time++;
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

    private void Update(int state, int action, double reward, int nextState, bool terminated)
    {
        Updates++;
        MoveTowards(state, action, reward + (terminated ? 0 : Gamma * Table.Max(nextState)));
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
