using Bellman.Numerics;

namespace Bellman;

/// <summary>A value for each pair of state and action, Q(s, a).</summary>
public sealed class ActionValueTable
{
    private readonly double[] values;

    /// <summary>A table with the same value everywhere.</summary>
    /// <param name="states">How many states.</param>
    /// <param name="actions">How many actions.</param>
    /// <param name="initialValue">What each pair is worth at first; more than anything really is, and each will be tried (optimism).</param>
    public ActionValueTable(int states, int actions, double initialValue = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(actions, 1);
        (StateCount, ActionCount) = (states, actions);
        values = new double[checked(states * actions)];
        values.AsSpan().Fill(initialValue);
    }

    /// <summary>How many states.</summary>
    public int StateCount { get; }

    /// <summary>How many actions.</summary>
    public int ActionCount { get; }

    /// <summary>All values, <c>[states, actions]</c>.</summary>
    public Span<double> Values => values;

    /// <summary>Q(s, a).</summary>
    public ref double this[int state, int action] => ref values[(state * ActionCount) + action];

    /// <summary>The values of a state's actions, <c>[actions]</c>.</summary>
    public Span<double> Row(int state) => values.AsSpan(state * ActionCount, ActionCount);

    /// <summary>max over allowed actions of Q(s, a).</summary>
    /// <param name="state">The state.</param>
    /// <param name="mask">1 for each allowed action; empty if all are.</param>
    public double Max(int state, ReadOnlySpan<byte> mask = default)
    {
        var row = Row(state);
        var best = double.NegativeInfinity;
        for (var action = 0; action < row.Length; action++)
        {
            best = row[action] > best && (mask.IsEmpty || mask[action] != 0) ? row[action] : best;
        }

        return best;
    }

    /// <summary>The first of the best allowed actions.</summary>
    public int Greedy(int state, ReadOnlySpan<byte> mask = default) => Row(state).IndexOf(Max(state, mask)) is var first && (mask.IsEmpty || mask[first] != 0) ? first : FirstAllowed(state, mask);

    /// <summary>One of the best allowed actions, each as probable: the first would favour low numbers as long as nothing is known.</summary>
    public int Greedy(int state, SplittableRandom random, ReadOnlySpan<byte> mask = default)
    {
        ArgumentNullException.ThrowIfNull(random);
        var row = Row(state);
        var (best, chosen, ties) = (double.NegativeInfinity, 0, 0);
        for (var action = 0; action < row.Length; action++)
        {
            if ((mask.IsEmpty || mask[action] != 0) && row[action] >= best)
            {
                // The k-th tie takes the place with probability 1/k.
                ties = row[action] > best ? 1 : ties + 1;
                chosen = ties == 1 || random.NextInt32(ties) == 0 ? action : chosen;
                best = row[action];
            }
        }

        return chosen;
    }

    private int FirstAllowed(int state, ReadOnlySpan<byte> mask)
    {
        var best = Max(state, mask);
        var action = 0;
        while (mask[action] == 0 || this[state, action] != best)
        {
            action++;
        }

        return action;
    }
}
