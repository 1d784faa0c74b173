using System.Runtime.CompilerServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// A finite Markov decision process as a table, laid out for stepping: an outcome is found by counting thresholds, without a branch.
/// Draws are Gymnasium's: one uniform number a step and a reset, whether or not anything hangs on it.
/// </summary>
internal sealed class TransitionTable : IFiniteMdp
{
    private const double Two53 = 1L << 53;

    private readonly Transition[] transitions;
    private readonly int[] starts;
    private readonly double[] initial;
    private readonly ulong[] initialThresholds;
    private readonly int[] initialStates;

    // For each state and action: width − 1 thresholds, in units of 2^−53, and width + 1 outcomes. Where the probabilities sum to a little less than 1 and the draw lies
    // above, Gymnasium takes the first outcome; the slots that are left over hold it.
    private readonly int width;
    private readonly ulong[] thresholds;
    private readonly Outcome[] outcomes;

    /// <summary>Makes the table.</summary>
    /// <param name="actionCount">How many actions.</param>
    /// <param name="initial">The probability of each state to be the first.</param>
    /// <param name="follow">What may follow a state and an action.</param>
    public TransitionTable(int actionCount, double[] initial, Func<int, int, Transition[]> follow)
    {
        (ActionCount, this.initial) = (actionCount, initial);
        var rows = Enumerable.Range(0, initial.Length * actionCount).Select(row => follow(row / actionCount, row % actionCount)).ToArray();
        transitions = [.. rows.SelectMany(row => row)];
        starts = new int[rows.Length + 1];
        width = rows.Max(row => row.Length);
        thresholds = new ulong[rows.Length * width];
        outcomes = new Outcome[rows.Length * (width + 1)];
        thresholds.AsSpan().Fill(ulong.MaxValue);
        for (var row = 0; row < rows.Length; row++)
        {
            starts[row + 1] = starts[row] + rows[row].Length;
            outcomes.AsSpan(row * (width + 1), width + 1).Fill(rows[row].Length > 0 ? new Outcome(rows[row][0]) : Outcome.Forbidden);
            var cumulative = 0.0;
            for (var i = 0; i < rows[row].Length; i++)
            {
                cumulative += rows[row][i].Probability;
                thresholds[(row * width) + i] = Threshold(cumulative);
                outcomes[(row * (width + 1)) + i] = new Outcome(rows[row][i]);
            }
        }

        initialStates = [.. Enumerable.Range(0, initial.Length).Where(state => initial[state] > 0)];
        var sum = 0.0;
        initialThresholds = [.. initialStates.Select(state => Threshold(sum += initial[state]))];
    }

    public int StateCount => initial.Length;

    public int ActionCount { get; }

    public ReadOnlySpan<double> InitialDistribution => initial;

    public ReadOnlySpan<Transition> Transitions(int state, int action)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)state, (uint)StateCount, nameof(state));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)action, (uint)ActionCount, nameof(action));
        var row = (state * ActionCount) + action;
        return transitions.AsSpan(starts[row], starts[row + 1] - starts[row]);
    }

    /// <summary>Draws a first state.</summary>
    public int Begin(RandomStream random)
    {
        var draw = random.NextUInt64() >> 11;
        var place = Array.BinarySearch(initialThresholds, draw);

        // The first threshold above the draw; state 0 if there is none, as in Gymnasium.
        place = place >= 0 ? place + 1 : ~place;
        return place < initialStates.Length ? initialStates[place] : 0;
    }

    /// <summary>Draws what follows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Outcome Step(int state, int action, RandomStream random)
    {
        if ((uint)action >= (uint)ActionCount)
        {
            throw NoSuchAction(action);
        }

        var row = (state * ActionCount) + action;
        var bits = random.NextUInt64();
        var index = row * (width + 1);
        if (width > 1)
        {
            var draw = bits >> 11;
            foreach (var threshold in thresholds.AsSpan(row * width, width))
            {
                index += threshold <= draw ? 1 : 0;
            }
        }

        ref readonly var outcome = ref outcomes[index];
        return ref outcome.IsForbidden ? ref Refuse(state, action) : ref outcome;
    }

    // How many of the 2^53 draws lie below a probability; draw · 2^−53 < p is draw < ⌈p · 2^53⌉, both exactly.
    private static ulong Threshold(double probability) => (ulong)Math.Ceiling(probability * Two53);

    private static ref readonly Outcome Refuse(int state, int action) =>
        throw new ArgumentOutOfRangeException(nameof(action), action, $"Action {action} is not allowed in state {state}; the mask says which are.");

    private ArgumentOutOfRangeException NoSuchAction(int action) => new(nameof(action), action, $"Actions are 0 to {ActionCount - 1}.");

    /// <summary>What follows a step, in two words.</summary>
    public readonly struct Outcome(Transition transition)
    {
        private readonly int code = (transition.NextState << 1) | (transition.Terminated ? 1 : 0);

        /// <summary>What stands where an action is not allowed.</summary>
        public static Outcome Forbidden => new(new Transition(0, -1, 0, false));

        public bool IsForbidden => code < 0;

        public double Reward { get; } = transition.Reward;

        public int NextState => code >> 1;

        /// <summary>1 where the task ends, else 0.</summary>
        public int Terminated => code & 1;
    }
}
