using System.Diagnostics;

namespace Bellman;

/// <summary>
/// Repeats an algorithm's rounds until the steps are taken: what all algorithms share, as progress, callbacks, telemetry, cancellation, and checkpoints from which training goes on exactly.
/// </summary>
/// <param name="round">What is repeated.</param>
public sealed class TrainingLoop(ITrainingRound round)
{
    private const string TrainingState = "training.safetensors";

    private readonly TrainingProgress progress = new();
    private CallbackList listeners = new([]);
    private IReadOnlyDictionary<string, byte[]>? loaded;
    private (long Steps, long Episodes, TimeSpan Collect, TimeSpan Learn) last;

    /// <summary>Where training stands.</summary>
    public TrainingProgress Progress => progress;

    /// <summary>Adds the policy and everything that training goes on from to a checkpoint.</summary>
    public void SaveState(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        round.Policy.AddTo(checkpoint).Add(TrainingState, Exchange);
    }

    /// <summary>Goes on from what a loop over the same kind of round saved.</summary>
    /// <exception cref="CheckpointException">What is loaded does not fit.</exception>
    public void LoadState(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        round.Policy.LoadWeights(checkpoint);
        checkpoint.Load(TrainingState, Exchange);
    }

    /// <summary>Trains until the first end of a round at or after a number of steps, counted from the first call.</summary>
    /// <param name="steps">Environment steps in all.</param>
    /// <param name="report">Told after each update.</param>
    /// <param name="callbacks">Watch and may stop it.</param>
    /// <param name="cancellation">Stops at the next end of a round.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; everything learned so far is kept.</exception>
    public void Run(long steps, IProgress<TrainingProgress>? report = null, IReadOnlyList<TrainingCallback>? callbacks = null, CancellationToken cancellation = default)
    {
        (progress.TotalSteps, progress.StopReason) = (steps, null);
        var (started, before) = (Stopwatch.GetTimestamp(), progress.Elapsed);
        Listen(callbacks);
        var training = new TrainingContext(progress, round, listeners, Save);
        void OnEpisodeEnd(Episode episode) => listeners.OnEpisodeEnd(training, episode);

        var tags = Telemetry.Tags(round.Environment);
        using var activity = Telemetry.Activities.StartActivity("train", ActivityKind.Internal, default(ActivityContext), tags);
        round.Episodes.Ended += OnEpisodeEnd;
        try
        {
            listeners.OnTrainingStart(training);
            while (round.Steps < steps && training.StopReason is null && !cancellation.IsCancellationRequested)
            {
                Repeat(steps, training);
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
            round.Episodes.Ended -= OnEpisodeEnd;
        }

        if (round.Steps < steps && training.StopReason is null)
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

    // Everything between two rounds, besides the policy's weights.
    private void Exchange(StateArchive state)
    {
        round.Exchange(state);
        progress.Exchange(state.Part("progress"));
        ExchangeCallbacks(state);
        (progress.MeanReturn, progress.MeanLength) = (round.Episodes.MeanReturn, round.Episodes.MeanLength);
    }

    private void Repeat(long steps, TrainingContext training)
    {
        var begin = Stopwatch.GetTimestamp();
        using (Telemetry.Activities.StartActivity("collect"))
        {
            round.Collect(steps);
        }

        var collect = Stopwatch.GetElapsedTime(begin);
        if (round.Rollout is { } rollout)
        {
            listeners.OnRolloutEnd(training, rollout);
        }

        if (round.Episodes.TellsSuccess)
        {
            progress.Set("rollout/success_rate", round.Episodes.SuccessRate);
        }

        begin = Stopwatch.GetTimestamp();
        using (Telemetry.Activities.StartActivity("learn"))
        {
            round.Learn(1 - ((double)round.Steps / steps), progress);
        }

        var learn = Stopwatch.GetElapsedTime(begin);
        var (stepsBefore, episodesBefore) = (progress.Steps, progress.Episodes);
        progress.CollectTime += collect;
        progress.LearnTime += learn;
        progress.Iterations++;
        progress.Steps = round.Steps;
        progress.Episodes = round.Episodes.Count;
        progress.MeanReturn = round.Episodes.MeanReturn;
        progress.MeanLength = round.Episodes.MeanLength;
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
