namespace Bellman.Tests;

/// <summary>What callbacks are told, in which order, and what they may do.</summary>
public sealed class CallbackTests : IDisposable
{
    private static readonly PpoSettings Settings = new() { Seed = 1, RolloutSteps = 32, BatchSize = 64, Epochs = 2 };
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void Events_ComeInOrder_WithWhatTheySpeakOf()
    {
        // One environment, rollouts of four steps, episodes of three: ends after steps 3 and 6.
        var recorder = new Recorder();
        using var ppo = new Ppo(VectorEnvironment.From([new Paid("t", [3], pay: 2)]), Settings with { RolloutSteps = 4, BatchSize = 4 });
        ppo.Learn(8, callbacks: [recorder]);
        Assert.Equal(
            [
                "start 0", "episode 3: 6 in 3", "rollout of 4 at 0", "update 4, metrics", "episode 6: 6 in 3", "rollout of 4 at 4", "update 8, metrics", "end 8",
            ],
            recorder.Events);

        // Nobody is left listening: a second training without it tells it nothing.
        ppo.Learn(16);
        Assert.Equal(8, recorder.Events.Count);
    }

    [Fact]
    public void Callbacks_DoNotChangeTraining()
    {
        var alone = Train();
        Assert.Equal(alone, Train(new EvaluationCallback("CartPole-v1", every: 200) { Episodes = 3, Deterministic = false }, new CheckpointCallback(folder, 300), new EverySteps(100, _ => { })));
    }

    [Fact]
    public void Evaluation_IsAsIfMadeByHand_AndTheBestIsKept()
    {
        var (path, steps, means) = (Path.Combine(folder, "best.bellman"), new List<long>(), new List<double>());
        var evaluation = new EvaluationCallback("CartPole-v1", every: 1000) { Episodes = 10, BestPath = path };
        using var ppo = Agent();
        ppo.Learn(6400, callbacks: [evaluation, new Told((training, result) =>
        {
            Assert.Equal(Evaluation.Run(training.Policy, "CartPole-v1", 10), result);
            Assert.Equal(result.Mean, Metric(training.Progress, "eval/mean_reward"));
            steps.Add(training.Progress.Steps);
            means.Add(result.Mean);
        })]);

        // Rollouts end every 128 steps: the first at or after each thousand.
        Assert.Equal([1024, 2048, 3072, 4096, 5120, 6016], steps);
        Assert.Equal((means.Max(), steps[means.IndexOf(means.Max())]), (evaluation.BestMean, evaluation.BestSteps));
        Assert.Equal(means.Max(), Evaluation.Run(Policy.Load(path), "CartPole-v1", 10).Mean);

        // The last update made none, and so has no figure.
        Assert.Equal(double.NaN, Metric(ppo.Progress, "eval/mean_reward"));
        Assert.True(ppo.Progress.EvaluateTime > TimeSpan.Zero);
    }

    [Fact]
    public void StopAtReturn_EndsTraining_AndSaysWhy()
    {
        using var ppo = new Ppo(VectorEnvironment.From([new Paid("t", [4])]), Settings);
        ppo.Learn(10_000, callbacks: [new EvaluationCallback(() => new Paid("t", [4]), every: 64) { Episodes = 2 }, new StopAtReturn(4)]);
        Assert.Equal((64, "the evaluation's mean return of 4 reached 4"), (ppo.Progress.Steps, ppo.Progress.StopReason));

        // Of training's own returns a hundred are waited for: 100 × 4 steps, so the rollout that ends at 416.
        using var other = new Ppo(VectorEnvironment.From([new Paid("t", [4])]), Settings);
        other.Learn(10_000, callbacks: [new StopAtReturn(4, ReturnSource.Training)]);
        Assert.Equal(416, other.Progress.Steps);

        // Going on is possible, and the reason is gone.
        other.Learn(448);
        Assert.Equal((448, null), (other.Progress.Steps, other.Progress.StopReason));
    }

    [Fact]
    public void StopWithoutImprovement_CountsEvaluationsThatBringNothing()
    {
        // Every evaluation gives 4: the first is the best, and the next three bring nothing.
        Assert.Equal(4 * 64, Stopped(new StopWithoutImprovement(3)));
        Assert.Equal(7 * 64, Stopped(new StopWithoutImprovement(2, after: 5)));

        static long Stopped(TrainingCallback stop)
        {
            using var ppo = new Ppo(VectorEnvironment.From([new Paid("t", [4])]), Settings);
            ppo.Learn(10_000, callbacks: [new EvaluationCallback(() => new Paid("t", [4]), every: 64) { Episodes = 1 }, stop]);
            return ppo.Progress.Steps;
        }
    }

    [Fact]
    public void Checkpoints_AreNamedByTheirSteps_AndTheNewestAreKept()
    {
        Train(new CheckpointCallback(folder, every: 300) { Keep = 2 });
        Assert.Equal(["000000000640.bellman", "000000001024.bellman"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.NotNull(Policy.Load(Path.Combine(folder, "000000001024.bellman")));
    }

    [Fact]
    public void EverySteps_ActsAtTheFirstUpdateAtOrAfterEachMultiple()
    {
        var at = new List<long>();
        Train(new EverySteps(250, training => at.Add(training.Progress.Steps)));
        Assert.Equal([256, 512, 768, 1024], at);
    }

    [Fact]
    public void States_GoOnWhereTheyWere_EachUnderItsName()
    {
        List<long> whole = [], parts = [];
        CallbackList List(List<long> at) => new([new EverySteps(70, training => at.Add(training.Progress.Steps)), new EverySteps(100, training => at.Add(-training.Progress.Steps)), new StopWithoutImprovement(2)]);
        Run(List(whole), 0, 50);

        var first = List(parts);
        Run(first, 0, 7);
        var second = List(parts);
        var states = first.SaveStates();
        Assert.Equal(["EverySteps", "EverySteps#2", "StopWithoutImprovement"], states.Select(state => state.Name));
        second.LoadStates(states.ToDictionary(state => state.Name, state => state.State));
        Run(second, 7, 50);
        Assert.Equal(whole, parts);
        Assert.True(whole.Count > 15);

        var damaged = states.ToDictionary(state => state.Name, state => state.State[..^1]);
        Assert.Contains("EverySteps", Assert.Throws<CheckpointException>(() => List([]).LoadStates(damaged)).Message);

        static void Run(CallbackList callbacks, int from, int to)
        {
            using var ppo = Agent();
            var progress = new TrainingProgress();
            var training = new TrainingContext(progress, new OnPolicyRound(ppo.Collector, ppo.Rollout, ppo.Learner), callbacks, _ => { });
            for (var update = from + 1; update <= to; update++)
            {
                progress.Steps = 32 * update;
                callbacks.OnUpdate(training);
                callbacks.OnEvaluation(training, EvaluationResult.Of([update % 2]));
            }
        }
    }

    [Fact]
    public void Intervals_ThatCannotBe_AreRefused()
    {
        Assert.Contains("0 steps", Assert.Throws<ArgumentOutOfRangeException>(() => new EverySteps(0, _ => { })).Message);
        Assert.Contains("CartPole-v1", Assert.Throws<ArgumentException>(() => new EvaluationCallback("CartPole-v0")).Message);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Ppo Agent() => new(VectorEnvironment.Make("CartPole-v1", 4, seed: 9), Settings);

    private static string Train(params TrainingCallback[] callbacks)
    {
        using var ppo = Agent();
        ppo.Learn(1024, callbacks: callbacks);
        return ppo.Policy.WeightsSha256;
    }

    private static double Metric(TrainingProgress progress, string name) => PpoHarness.Metrics(progress)[name];

    private sealed class Told(Action<TrainingContext, EvaluationResult> action) : TrainingCallback
    {
        public override void OnEvaluation(TrainingContext training, EvaluationResult result) => action(training, result);
    }

    private sealed class Recorder : TrainingCallback
    {
        public List<string> Events { get; } = [];

        public override void OnTrainingStart(TrainingContext training) => Events.Add($"start {training.Progress.Steps}");

        public override void OnEpisodeEnd(TrainingContext training, Episode episode) => Events.Add($"episode {episode.Step}: {episode.Return} in {episode.Length}");

        public override void OnRolloutEnd(TrainingContext training, RolloutBuffer rollout) => Events.Add($"rollout of {rollout.Count} at {training.Progress.Steps}");

        public override void OnUpdate(TrainingContext training) =>
            Events.Add($"update {training.Progress.Steps}{(training.Progress.MetricNames.Contains("train/approx_kl") ? ", metrics" : "")}");

        public override void OnTrainingEnd(TrainingContext training) => Events.Add($"end {training.Progress.Steps}");
    }
}
