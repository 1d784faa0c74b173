using System.Runtime.CompilerServices;

namespace Bellman;

/// <summary>
/// Monte Carlo control (Sutton and Barto, sections 5.3 and 5.4): a pair of state and action is worth the returns that followed it. It learns when an episode is over, without looking at what other pairs are thought to be worth.
/// It explores ε-softly, or begins with any action and is greedy from then on (<see cref="TabularSettings.ExploringStarts"/>); <see cref="TabularSettings.SampleAverage"/> takes the mean of all returns.
/// </summary>
public sealed class MonteCarloControl : TabularLearner
{
    private readonly List<(int State, int Action, double Reward, bool First)> episode = [];
    private readonly int[] metIn;
    private int number;

    /// <summary>A learner that knows nothing.</summary>
    public MonteCarloControl(int states, int actions, TabularSettings settings)
        : base(states, actions, settings) => metIn = new int[states * actions];

    /// <inheritdoc/>
    public override int Begin(int state, ReadOnlySpan<byte> mask = default)
    {
        episode.Clear();
        number++;
        if (!Settings.ExploringStarts)
        {
            return base.Begin(state, mask);
        }

        State = state;
        return Action = AnyAllowed(mask);
    }

    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        ref var met = ref metIn[(State * Table.ActionCount) + Action];
        episode.Add((State, Action, reward, met != number));
        met = number;
        if (terminated || truncated)
        {
            Learn(terminated ? 0 : Worth(nextState, mask));
            return 0;
        }

        State = nextState;
        return Action = Settings.ExploringStarts ? Table.Greedy(nextState, Random, mask) : Choose(nextState, mask);
    }

    private void Learn(double target)
    {
        for (var i = episode.Count - 1; i >= 0; i--)
        {
            var (state, action, reward, first) = episode[i];
            target = reward + (Gamma * target);
            if (first || Settings.EveryVisit)
            {
                MoveTowards(state, action, target);
            }
        }

        episode.Clear();
    }

    // A broken-off episode has no return of its own: what its last state is worth so far stands for the rest.
    private double Worth(int state, ReadOnlySpan<byte> mask)
    {
        if (Settings.ExploringStarts || Settings.Exploration == TabularExploration.UpperConfidence)
        {
            return Table.Max(state, mask);
        }

        var sum = 0.0;
        for (var action = 0; action < Table.ActionCount; action++)
        {
            sum += mask.IsEmpty || mask[action] != 0 ? Probability(state, action, mask) * Table[state, action] : 0;
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        int[] pairs = [.. episode.Select(step => (2 * ((step.State * Table.ActionCount) + step.Action)) + (step.First ? 1 : 0))];
        double[] rewards = [.. episode.Select(step => step.Reward)];
        Span<int> counter = [number];
        state.Exchange("episode", ref pairs);
        state.Exchange("rewards", ref rewards);
        state.Exchange("number", counter);
        state.Exchange("met", metIn.AsSpan());
        state.Require(pairs.Length == rewards.Length && pairs.All(pair => (uint)(pair / 2) < (uint)Table.Values.Length && pair >= 0), "the episode leads out of the table");
        if (state.Loading)
        {
            number = counter[0];
            episode.Clear();
            episode.AddRange(pairs.Zip(rewards, (pair, reward) => (pair / 2 / Table.ActionCount, pair / 2 % Table.ActionCount, reward, pair % 2 != 0)));
        }
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "monte-carlo", "Monte Carlo control: a table of the mean returns that followed each action, learned at the end of each episode.", static (states, actions, settings) => new MonteCarloControl(states, actions, settings),
        nameof(TabularSettings.EveryVisit), nameof(TabularSettings.ExploringStarts));
}
