namespace Bellman;

/// <summary>What callbacks see of training, and what they may do to it.</summary>
public sealed class TrainingContext
{
    private readonly ITrainingRound round;
    private readonly CallbackList callbacks;
    private readonly Action<string> saveCheckpoint;
    private readonly Queue<Action> deferred = new();

    internal TrainingContext(TrainingProgress progress, ITrainingRound round, CallbackList callbacks, Action<string> saveCheckpoint)
    {
        Progress = progress;
        (this.round, this.callbacks, this.saveCheckpoint) = (round, callbacks, saveCheckpoint);
    }

    /// <summary>Counters, times and metrics. Metrics that a callback sets are written to the run's files with the others.</summary>
    public TrainingProgress Progress { get; }

    /// <summary>The policy as it stands. Read it, evaluate it, save it; only the learner changes it.</summary>
    public Policy Policy => round.Policy;

    /// <summary>Returns and lengths of the episodes played.</summary>
    public EpisodeStatistics Episodes => round.Episodes;

    /// <summary>Why training was asked to stop; null while it goes on.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Ends training after this update. The first reason counts.</summary>
    /// <param name="reason">What the user is told, as <c>the evaluation's mean return reached 500</c>.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        StopReason ??= reason;
    }

    /// <summary>Tells everybody how the policy did: sets <c>eval/mean_reward</c>, <c>eval/std_reward</c>, <c>eval/mean_ep_length</c> and, where the environment tells it, <c>eval/success_rate</c> for this update and calls <see cref="TrainingCallback.OnEvaluation"/> of each callback.</summary>
    /// <param name="result">The result.</param>
    /// <param name="time">How long it took; it is told apart from playing and learning.</param>
    public void ReportEvaluation(EvaluationResult result, TimeSpan time)
    {
        Progress.EvaluateTime += time;
        Progress.Set("eval/mean_reward", result.Mean);
        Progress.Set("eval/std_reward", result.StandardDeviation);
        Progress.Set("eval/mean_ep_length", result.MeanLength);
        if (result.SuccessRate is { } rate)
        {
            Progress.Set("eval/success_rate", rate);
        }

        callbacks.OnEvaluation(this, result);
    }

    /// <summary>Nobody has evaluated the policy in this update.</summary>
    internal void ClearEvaluation()
    {
        Progress.Set("eval/mean_reward", double.NaN);
        Progress.Set("eval/std_reward", double.NaN);
        Progress.Set("eval/mean_ep_length", double.NaN);
        if (Progress.MetricNames.Contains("eval/success_rate"))
        {
            Progress.Set("eval/success_rate", double.NaN);
        }
    }

    /// <summary>Saves a checkpoint that training can go on from: at the end of this update, once every callback has seen it.</summary>
    /// <param name="path">The file; one that exists is replaced whole or not at all.</param>
    public void SaveCheckpoint(string path) => Defer(() => saveCheckpoint(path));

    /// <summary>Does something once every callback has seen the update.</summary>
    internal void Defer(Action action) => deferred.Enqueue(action);

    /// <summary>Does what was put off.</summary>
    internal void RunDeferred()
    {
        while (deferred.TryDequeue(out var action))
        {
            action();
        }
    }
}
