namespace Bellman;

/// <summary>One of the things that may follow an action.</summary>
/// <param name="Probability">How probable it is.</param>
/// <param name="NextState">The state that follows.</param>
/// <param name="Reward">The reward.</param>
/// <param name="Terminated">Whether the task ends with it: the next state's value then counts as 0.</param>
public readonly record struct Transition(double Probability, int NextState, double Reward, bool Terminated);

/// <summary>The full model of a task with finitely many states and actions: what planning needs and learning does not have.</summary>
public interface IFiniteMdp
{
    /// <summary>How many states there are; they are numbered from 0.</summary>
    int StateCount { get; }

    /// <summary>How many actions there are; they are numbered from 0.</summary>
    int ActionCount { get; }

    /// <summary>The probability of each state to be the first, <c>[states]</c>.</summary>
    ReadOnlySpan<double> InitialDistribution { get; }

    /// <summary>What may follow an action in a state; the probabilities sum to 1. The same state may come more than once. An action that may not be taken has no transitions.</summary>
    ReadOnlySpan<Transition> Transitions(int state, int action);

    /// <summary>Writes 1 for each action that may be taken in a state, 0 for the others: what <see cref="IActionMask"/> shows there, where the environment has masks. By default the actions that have transitions.</summary>
    /// <param name="state">The state.</param>
    /// <param name="mask"><c>[actions]</c>.</param>
    void WriteMaskOf(int state, Span<byte> mask)
    {
        for (var action = 0; action < ActionCount; action++)
        {
            mask[action] = Transitions(state, action).Length > 0 ? (byte)1 : (byte)0;
        }
    }
}
