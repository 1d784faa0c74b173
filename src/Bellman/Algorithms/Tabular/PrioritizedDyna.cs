namespace Bellman;

/// <summary>
/// Prioritized sweeping (Moore and Atkeson 1993; Peng and Williams 1993): learns a model from play, how often each action led where and what it paid, and after each real step thinks first about the pairs whose value is
/// furthest from what the model now expects. What is learned at the goal spreads backwards at once, where Dyna-Q waits for luck to pick the right memory.
/// </summary>
/// <remarks>An update sets a pair to its expectation under the model, so α plays no part. <see cref="TabularSettings.PlanningSteps"/> bounds the updates after each step, <see cref="TabularSettings.PriorityThreshold"/> says which are worth it.</remarks>
public sealed class PrioritizedDyna : TabularLearner
{
    private readonly List<(int NextState, int Count)>?[] outcomes;
    private readonly double[] rewards;
    private readonly int[] visits;
    private readonly List<int>?[] predecessors;
    private readonly PriorityQueue<int, double> queue = new();
    private readonly double[] priorities;
    private byte[] allowed = [];

    /// <summary>A learner that knows nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative.</exception>
    public PrioritizedDyna(int states, int actions, TabularSettings settings)
        : base(states, actions, settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(settings.PriorityThreshold, nameof(settings));
        outcomes = new List<(int, int)>?[states * actions];
        (rewards, visits, priorities) = (new double[states * actions], new int[states * actions], new double[states * actions]);
        predecessors = new List<int>?[states];
    }

    /// <summary>How often a pair's expectation was computed, to update it or to see whether it is worth it.</summary>
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
        if (!terminated)
        {
            RememberMask(nextState, mask);
        }

        var pair = (State * Table.ActionCount) + Action;
        Remember(pair, reward, terminated ? Table.StateCount : nextState);
        Consider(pair);
        Plan();
        State = nextState;
        return Action = terminated || truncated ? 0 : Choose(nextState, mask);
    }

    private void Plan()
    {
        for (var step = 0; step < Settings.PlanningSteps && queue.TryDequeue(out var pair, out var priority);)
        {
            // A pair waits once for each time that its priority rose; only the last time counts.
            if (-priority != priorities[pair])
            {
                continue;
            }

            step++;
            priorities[pair] = 0;
            var state = pair / Table.ActionCount;
            Table.Values[pair] = Expected(pair);
            foreach (var before in predecessors[state] ?? [])
            {
                Consider(before);
            }
        }
    }

    private void Consider(int pair)
    {
        var change = Math.Abs(Expected(pair) - Table.Values[pair]);
        if (change > Settings.PriorityThreshold && change > priorities[pair])
        {
            priorities[pair] = change;
            queue.Enqueue(pair, -change);
        }
    }

    // r + γ·Σ p·max Q(s', ·), with the means and shares seen so far.
    private double Expected(int pair)
    {
        Updates++;
        var sum = 0.0;
        foreach (var (next, count) in outcomes[pair]!)
        {
            sum += next == Table.StateCount ? 0 : count * Table.Max(next, MaskOf(next));
        }

        return (rewards[pair] + (Gamma * sum)) / visits[pair];
    }

    private void Remember(int pair, double reward, int nextState)
    {
        visits[pair]++;
        rewards[pair] += reward;
        var seen = outcomes[pair] ??= [];
        var place = seen.FindIndex(outcome => outcome.NextState == nextState);
        if (place >= 0)
        {
            seen[place] = (nextState, seen[place].Count + 1);
            return;
        }

        seen.Add((nextState, 1));
        if (nextState < Table.StateCount)
        {
            (predecessors[nextState] ??= []).Add(pair);
        }
    }

    private void RememberMask(int state, ReadOnlySpan<byte> mask)
    {
        if (mask.IsEmpty)
        {
            return;
        }

        if (allowed.Length == 0)
        {
            allowed = new byte[priorities.Length];
            allowed.AsSpan().Fill(1);
        }

        mask.CopyTo(allowed.AsSpan(state * Table.ActionCount));
    }

    private ReadOnlySpan<byte> MaskOf(int state) => allowed.Length == 0 ? [] : allowed.AsSpan(state * Table.ActionCount, Table.ActionCount);
}
