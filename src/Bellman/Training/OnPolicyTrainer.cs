using System.Diagnostics;

namespace Bellman;

/// <summary>What learns from rollouts of its own policy.</summary>
public interface IOnPolicyLearner
{
    /// <summary>The policy that plays and learns.</summary>
    Policy Policy { get; }

    /// <summary>Learns from a rollout.</summary>
    /// <param name="rollout">What the policy did since the last update.</param>
    /// <param name="remaining">The share of training still to come, from 1 to 0, for schedules.</param>
    /// <param name="metrics">Receives what to chart.</param>
    void Update(RolloutBuffer rollout, double remaining, TrainingProgress metrics);

    /// <summary>Saves or loads all that learning goes on from, besides the policy's weights: optimizer, random streams, normalisers.</summary>
    void Exchange(StateArchive state);
}

/// <summary>Plays and learns in turn until the steps are taken: the loop of every on-policy algorithm.</summary>
public sealed class OnPolicyTrainer
{
    private const string TrainingState = "training.safetensors";

    private readonly RolloutCollector collector;
    private readonly RolloutBuffer rollout;
    private readonly IOnPolicyLearner learner;
    private readonly TrainingProgress progress = new();
    private CallbackList listeners = new([]);
    private IReadOnlyDictionary<string, byte[]>? loaded;
    private (long Steps, long Episodes, TimeSpan Collect, TimeSpan Learn) last;

    /// <summary>A trainer.</summary>
    /// <param name="collector">What plays.</param>
    /// <param name="rollout">Memory for a rollout.</param>
    /// <param name="learner">What learns.</param>
    public OnPolicyTrainer(RolloutCollector collector, RolloutBuffer rollout, IOnPolicyLearner learner)
    {
        (this.collector, this.rollout, this.learner) = (collector, rollout, learner);
    }

    /// <summary>Where training stands.</summary>
    public TrainingProgress Progress => progress;

    /// <summary>Adds the policy and everything that training goes on from to a checkpoint.</summary>
    public void SaveState(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        learner.Policy.AddTo(checkpoint).Add(TrainingState, Exchange);
    }

    /// <summary>Goes on from what a trainer of the same build saved.</summary>
    /// <exception cref="CheckpointException">What is loaded does not fit.</exception>
    public void LoadState(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        learner.Policy.LoadWeights(checkpoint);
        checkpoint.Load(TrainingState, Exchange);
    }

    /// <summary>Trains until the first end of a rollout at or after a number of steps, counted from the first call.</summary>
    /// <param name="steps">Environment steps in all.</param>
    /// <param name="report">Told after each update.</param>
    /// <param name="callbacks">Watch and may stop it.</param>
    /// <param name="cancellation">Stops at the next end of a rollout.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; everything learned so far is kept.</exception>
    public void Run(long steps, IProgress<TrainingProgress>? report = null, IReadOnlyList<TrainingCallback>? callbacks = null, CancellationToken cancellation = default)
    {
        (progress.TotalSteps, progress.StopReason) = (steps, null);
        var (started, before) = (Stopwatch.GetTimestamp(), progress.Elapsed);
        Listen(callbacks);
        var training = new TrainingContext(progress, learner.Policy, collector.Statistics, listeners, Save);
        void OnEpisodeEnd(Episode episode) => listeners.OnEpisodeEnd(training, episode);

        var tags = Telemetry.Tags(collector.Environment);
        using var activity = Telemetry.Activities.StartActivity("train", ActivityKind.Internal, default(ActivityContext), tags);
        collector.Statistics.Ended += OnEpisodeEnd;
        try
        {
            listeners.OnTrainingStart(training);
            while (collector.Steps < steps && training.StopReason is null && !cancellation.IsCancellationRequested)
            {
                Round(steps, training);
                progress.Elapsed = before + Stopwatch.GetElapsedTime(started);
                listeners.OnUpdate(training);
                training.RunDeferred();
                progress.Elapsed = before + Stopwatch.GetElapsedTime(started);
                progress.StopReason = training.StopReason;
                Telemetry.Report(progress, last.Steps, last.Episodes, last.Collect, last.Learn, tags);
                report?.Report(progress);
            }

            listeners.OnTrainingEnd(training);
            training.RunDeferred();
        }
        finally
        {
            collector.Statistics.Ended -= OnEpisodeEnd;
        }

        if (collector.Steps < steps && training.StopReason is null)
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    // Callbacks come with a call of Run, their states with a checkpoint before it or with the call before.
    private void Listen(IReadOnlyList<TrainingCallback>? callbacks)
    {
        listeners = new CallbackList(callbacks);
        if (loaded is not null)
        {
            listeners.LoadStates(loaded);
            loaded = null;
        }
    }

    private void Save(string path)
    {
        var checkpoint = new Checkpoint();
        SaveState(checkpoint);
        checkpoint.Save(path);
    }

    // Everything between two rollouts, besides the policy's weights.
    private void Exchange(StateArchive state)
    {
        learner.Policy.Normalizer?.Exchange(state.Part("normalizer"));
        learner.Exchange(state.Part("learner"));
        collector.Exchange(state.Part("collector"));
        progress.Exchange(state.Part("progress"));
        ExchangeCallbacks(state);
        (progress.MeanReturn, progress.MeanLength) = (collector.Statistics.MeanReturn, collector.Statistics.MeanLength);
    }

    private void Round(long steps, TrainingContext training)
    {
        var begin = Stopwatch.GetTimestamp();
        using (Telemetry.Activities.StartActivity("collect"))
        {
            collector.Collect(rollout);
        }

        var collect = Stopwatch.GetElapsedTime(begin);
        listeners.OnRolloutEnd(training, rollout);
        begin = Stopwatch.GetTimestamp();
        using (Telemetry.Activities.StartActivity("learn"))
        {
            learner.Update(rollout, 1 - ((double)collector.Steps / steps), progress);
        }

        var learn = Stopwatch.GetElapsedTime(begin);
        var (stepsBefore, episodesBefore) = (progress.Steps, progress.Episodes);
        progress.CollectTime += collect;
        progress.LearnTime += learn;
        progress.Iterations++;
        progress.Steps = collector.Steps;
        progress.Episodes = collector.Statistics.Count;
        progress.MeanReturn = collector.Statistics.MeanReturn;
        progress.MeanLength = collector.Statistics.MeanLength;
        last = (progress.Steps - stepsBefore, progress.Episodes - episodesBefore, collect, learn);
    }

    private void ExchangeCallbacks(StateArchive state)
    {
        var bytes = loaded is null ? CallbackList.Pack(listeners.SaveStates()) : CallbackList.Pack([.. loaded.Select(pair => (pair.Key, pair.Value))]);
        state.Exchange("callbacks", ref bytes);
        if (state.Loading)
        {
            loaded = CallbackList.Unpack(bytes);
        }
    }
}
