namespace Bellman;

/// <summary>What callbacks see of training, and what they may do to it.</summary>
public sealed class TrainingContext
{
    private readonly CallbackList callbacks;

    internal TrainingContext(TrainingProgress progress, Policy policy, EpisodeStatistics episodes, CallbackList callbacks)
    {
        (Progress, Policy, Episodes) = (progress, policy, episodes);
        this.callbacks = callbacks;
    }

    /// <summary>Counters, times and metrics. Metrics that a callback sets are written to the run's files with the others.</summary>
    public TrainingProgress Progress { get; }

    /// <summary>The policy as it stands. Read it, evaluate it, save it; only the learner changes it.</summary>
    public Policy Policy { get; }

    /// <summary>Returns and lengths of the episodes played.</summary>
    public EpisodeStatistics Episodes { get; }

    /// <summary>Why training was asked to stop; null while it goes on.</summary>
    public string? StopReason { get; private set; }

    /// <summary>How a checkpoint that training can go on from is written; the policy alone where nobody supplies it.</summary>
    internal Action<string>? CheckpointWriter { get; init; }

    /// <summary>Ends training after this update. The first reason counts.</summary>
    /// <param name="reason">What the user is told, as <c>the evaluation's mean return reached 500</c>.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        StopReason ??= reason;
    }

    /// <summary>Tells everybody how the policy did: sets <c>eval/mean_reward</c> and <c>eval/std_reward</c> for this update and calls <see cref="TrainingCallback.OnEvaluation"/> of each callback.</summary>
    /// <param name="result">The result.</param>
    /// <param name="time">How long it took; it is told apart from playing and learning.</param>
    public void ReportEvaluation(EvaluationResult result, TimeSpan time)
    {
        Progress.EvaluateTime += time;
        Progress.Set("eval/mean_reward", result.Mean);
        Progress.Set("eval/std_reward", result.StandardDeviation);
        callbacks.OnEvaluation(this, result);
    }

    /// <summary>Saves a checkpoint of training as it stands. Until an agent can save all of its training, it is the policy's.</summary>
    /// <param name="path">The file; one that exists is replaced whole or not at all.</param>
    public void SaveCheckpoint(string path)
    {
        if (CheckpointWriter is { } write)
        {
            write(path);
        }
        else
        {
            Policy.Save(path);
        }
    }
}
