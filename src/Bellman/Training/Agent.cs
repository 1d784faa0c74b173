namespace Bellman;

/// <summary>An agent that repeats a round of playing and learning: an algorithm's façade says what its round is, and has training, checkpoints and resuming from here.</summary>
public abstract class Agent : IAgent
{
    private TrainingLoop? loop;

    /// <inheritdoc/>
    public Policy Policy => Round.Policy;

    /// <inheritdoc/>
    public EpisodeStatistics Episodes => Round.Episodes;

    /// <inheritdoc/>
    public TrainingProgress Progress => Loop.Progress;

    /// <summary>What training repeats: the same object every time.</summary>
    protected abstract ITrainingRound Round { get; }

    private TrainingLoop Loop => loop ??= new TrainingLoop(Round);

    /// <inheritdoc/>
    public void Learn(long steps, IProgress<TrainingProgress>? progress = null, IReadOnlyList<TrainingCallback>? callbacks = null, CancellationToken cancellation = default) =>
        Loop.Run(steps, progress, callbacks, cancellation);

    /// <inheritdoc/>
    public void Save(string path) => Policy.Save(path);

    /// <inheritdoc/>
    public void SaveState(Checkpoint checkpoint) => Loop.SaveState(checkpoint);

    /// <inheritdoc/>
    public void LoadState(Checkpoint checkpoint) => Loop.LoadState(checkpoint);

    /// <inheritdoc/>
    public virtual void LoadWeights(Checkpoint checkpoint) => Policy.LoadWeights(checkpoint);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the environments; algorithms dispose first of what plays in them.</summary>
    protected virtual void Dispose(bool disposing) => Round.Environment.Dispose();
}
