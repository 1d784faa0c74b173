using System.Runtime.CompilerServices;

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
            var expected = Expected(pair);
            Record(expected - Table.Values[pair]);
            Table.Values[pair] = expected;
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
            sum += next == Table.StateCount ? 0 : count * Table.Max(next, RememberedMask(next));
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

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        var (lengths, seen) = (new int[outcomes.Length], Array.Empty<int>());
        var (lengthsBefore, before) = (new int[predecessors.Length], Array.Empty<int>());

        // In the order of the heap: put in again in that order, it is the same heap.
        int[] waiting = [.. queue.UnorderedItems.Select(item => item.Element)];
        double[] order = [.. queue.UnorderedItems.Select(item => item.Priority)];
        if (!state.Loading)
        {
            (lengths, seen) = ([.. outcomes.Select(list => list?.Count ?? 0)], [.. outcomes.SelectMany(list => list ?? []).SelectMany(outcome => new[] { outcome.NextState, outcome.Count })]);
            (lengthsBefore, before) = ([.. predecessors.Select(list => list?.Count ?? 0)], [.. predecessors.SelectMany(list => list ?? [])]);
        }

        state.Exchange("rewards", rewards.AsSpan());
        state.Exchange("tried", visits.AsSpan());
        state.Exchange("priorities", priorities.AsSpan());
        state.Exchange("outcomes", lengths.AsSpan());
        state.Exchange("outcomesSeen", ref seen);
        state.Exchange("predecessors", lengthsBefore.AsSpan());
        state.Exchange("predecessorsSeen", ref before);
        state.Exchange("queue", ref waiting);
        state.Exchange("queueOrder", ref order);
        var pairs = (uint)visits.Length;
        state.Require(
            lengths.All(length => length >= 0) && 2 * lengths.Sum(length => (long)length) == seen.Length && lengthsBefore.All(length => length >= 0) && lengthsBefore.Sum(length => (long)length) == before.Length
            && before.All(pair => (uint)pair < pairs && visits[pair] > 0) && waiting.Length == order.Length && waiting.All(pair => (uint)pair < pairs && visits[pair] > 0)
            && seen.Where((_, i) => i % 2 == 0).All(next => next >= 0 && next <= Table.StateCount),
            "the model leads out of the table");
        if (!state.Loading)
        {
            return;
        }

        queue.Clear();
        for (var i = 0; i < waiting.Length; i++)
        {
            queue.Enqueue(waiting[i], order[i]);
        }

        for (var (pair, place) = (0, 0); pair < lengths.Length; place += 2 * lengths[pair++])
        {
            outcomes[pair] = lengths[pair] == 0 ? null : [.. seen.AsSpan(place, 2 * lengths[pair]).ToArray().Chunk(2).Select(outcome => (outcome[0], outcome[1]))];
        }

        for (var (next, place) = (0, 0); next < lengthsBefore.Length; place += lengthsBefore[next++])
        {
            predecessors[next] = lengthsBefore[next] == 0 ? null : [.. before.AsSpan(place, lengthsBefore[next])];
        }
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "prioritized-dyna", "Prioritized sweeping: a model counted from play, updated first where values are furthest from it.", static (states, actions, settings) => new PrioritizedDyna(states, actions, settings),
        nameof(TabularSettings.PlanningSteps), nameof(TabularSettings.PriorityThreshold));
}
