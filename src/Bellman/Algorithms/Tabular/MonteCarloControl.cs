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
}
