namespace Bellman;

/// <summary>An algorithm at work on environments: what a program trains, watches and saves.</summary>
public interface IAgent : IDisposable
{
    /// <summary>What it has learned.</summary>
    Policy Policy { get; }

    /// <summary>Returns and lengths of the episodes played.</summary>
    EpisodeStatistics Episodes { get; }

    /// <summary>Where training stands.</summary>
    TrainingProgress Progress { get; }

    /// <summary>Trains until the first end of a rollout at or after a number of steps, counted from the beginning.</summary>
    /// <param name="steps">Environment steps in all.</param>
    /// <param name="progress">Told after each update; the object is the same every time.</param>
    /// <param name="callbacks">Watch training and may stop it.</param>
    /// <param name="cancellation">Stops at the next end of a rollout; what was learned is kept.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    void Learn(long steps, IProgress<TrainingProgress>? progress = null, IReadOnlyList<TrainingCallback>? callbacks = null, CancellationToken cancellation = default);

    /// <summary>Saves the policy, to act with.</summary>
    void Save(string path);

    /// <summary>Adds the policy and everything that training goes on from to a checkpoint: it ends with the same bits as if it had not been interrupted. Call it between two calls of <see cref="Learn"/>, or from its report.</summary>
    void SaveState(Checkpoint checkpoint);

    /// <summary>Goes on from what an agent with the same settings and environments saved.</summary>
    /// <exception cref="CheckpointException">The state does not fit this agent; do not use the agent then.</exception>
    void LoadState(Checkpoint checkpoint);

    /// <summary>Begins from the weights of a checkpoint's policy, learned by the same kind of algorithm on the same spaces.</summary>
    /// <exception cref="CheckpointException">The weights are missing or do not fit.</exception>
    void LoadWeights(Checkpoint checkpoint) => Policy.LoadWeights(checkpoint);
}
