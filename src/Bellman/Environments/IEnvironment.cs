using Bellman.Numerics;

namespace Bellman;

/// <summary>What a step brought.</summary>
/// <param name="Reward">The reward, as the environment gives it.</param>
/// <param name="Terminated">Whether the task itself ended: nothing follows, and the value of what follows is 0.</param>
/// <param name="Truncated">Whether the episode was cut off although the task would go on; learners bootstrap from the observation that came with it.</param>
public readonly record struct StepResult(double Reward, bool Terminated, bool Truncated);

/// <summary>
/// A task for one agent. It writes observations into memory of the caller's and draws its random numbers from the stream of the last reset.
/// After an end it must be reset before the next step. An instance belongs to one thread at a time.
/// </summary>
public interface IEnvironment : IDisposable
{
    /// <summary>What observations may be.</summary>
    Space ObservationSpace { get; }

    /// <summary>What actions may be.</summary>
    Space ActionSpace { get; }

    /// <summary>Begins an episode.</summary>
    /// <param name="random">Where random numbers come from until the next reset; the environment keeps it.</param>
    /// <param name="observation">Receives the first observation.</param>
    void Reset(RandomStream random, RowWriter observation);

    /// <summary>Takes an action.</summary>
    /// <param name="action">A value of the action space; what happens to others is the environment's to say.</param>
    /// <param name="observation">Receives the observation that follows; it holds the final one where the episode ended.</param>
    StepResult Step(RowReader action, RowWriter observation);
}
