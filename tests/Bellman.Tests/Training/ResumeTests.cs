using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>An agent that goes on from a checkpoint ends with the same bits as one that was never interrupted, wherever it was.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Rollouts = 6;

    private static readonly PpoSettings Settings = new()
    {
        Seed = 3,
        HiddenSizes = [16],
        RolloutSteps = 21,
        BatchSize = 32,
        Epochs = 2,
        LearningRate = Schedule.Linear(1e-3),
        ClipRange = Schedule.Linear(0.3),
    };

    private static readonly PpoSettings Normalized = Settings with { NormalizeObservations = true, NormalizeRewards = true };

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    public static TheoryData<string> Ids => [.. EnvironmentRegistry.Default.Specs.Select(spec => spec.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void RegisteredEnvironments_SaveTheirState_AndGoOnWithTheSameBits(string id)
    {
        var options = new Dictionary<string, string> { ["maxEpisodeSteps"] = "50" };
        using (var one = EnvironmentRegistry.Default.Make(id, options))
        {
            Assert.NotNull(one.As<IStateful>());
        }

        GoesOn(() => VectorEnvironment.Make(id, 1, seed: 9, options: options), Normalized);
        GoesOn(() => VectorEnvironment.Make(id, 9, seed: 9, options: options), Normalized);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void StateDependentExploration_GoesOnWithTheSameBits(int noiseInterval) =>
        GoesOn(() => VectorEnvironment.Make("Pendulum-v1", 4, seed: 9), Normalized with { StateDependentExploration = true, NoiseInterval = noiseInterval });

    [Fact]
    public void SeveralThreads_GoOnWithTheSameBits() => GoesOn(() => VectorEnvironment.From(Copies(5, () => EnvironmentRegistry.Default.Make("Acrobot-v1")), seed: 9, threads: 2), Normalized);

    [Fact]
    public void ByteImage_ReplayedFromItsLastReset_GoesOnWithTheSameBits() => GoesOn(() => Of(() => new ByteImageFixture()), Settings);

    [Fact]
    public void DictionaryOfImageAndVector_GoesOnWithTheSameBits() => GoesOn(() => Of(() => new DictionaryFixture()), Normalized);

    [Fact]
    public void MaskedHybridAction_GoesOnWithTheSameBits() => GoesOn(() => Of(() => new MaskedHybridFixture()), Settings);

    [Fact]
    public void ThreeAgents_OneOfWhichIsDead_GoOnWithTheSameBits() => GoesOn(() => VectorEnvironment.From([.. Enumerable.Range(0, 3).Select(_ => new TeamFixture())], seed: 1), Normalized);

    [Fact]
    public void Goal_GoesOnWithTheSameBits() => GoesOn(() => Of(() => new GoalFixture()), Settings);

    [Fact]
    public void SavedState_GoesOnWithTheSameBits() => GoesOn(() => Of(() => new StatefulFixture()), Settings);

    [Fact]
    public void EnvironmentInAnotherProcess_GoesOnWithTheSameBits() => GoesOn(() => VectorEnvironment.From(Copies(1, () => new ProcessFixture()), seed: 1), Settings);

    [Fact]
    public void WrapperWithoutState_HidesItsInnerEnvironments_AndIsReplayed() => GoesOn(() => Of(() => new TimeLimit(new Remembering(new StatefulFixture()), 6)), Settings);

    [Fact]
    public void TimeLimit_SavesItsInnerEnvironmentsState()
    {
        Assert.NotNull(new TimeLimit(new StatefulFixture(), 6).As<IStateful>());
        Assert.Null(new TimeLimit(new GoalFixture(), 6).As<IStateful>());
        Assert.Null(new Remembering(new StatefulFixture()).As<IStateful>());
        GoesOn(() => Of(() => new TimeLimit(new StatefulFixture(), 6)), Settings);
    }

    [Fact]
    public void Callbacks_GoOnWhereTheyWere_WhateverTheirOrder()
    {
        var settings = Settings with { Environments = 2 };
        var (whole, resumed) = (new List<long>(), new List<long>());
        TrainingCallback[] Callbacks(List<long> at) =>
        [
            new EverySteps(100, training => at.Add(training.Progress.Steps)),
            new CheckpointCallback(folder, every: 50),
            new EverySteps(42, training => at.Add(-training.Progress.Steps)),
            new EvaluationCallback("CartPole-v1", every: 60) { Episodes = 1 },
            new Told(training => at.Add(1_000_000 + training.Progress.Steps)),
        ];

        using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", 2, seed: 9), settings);
        ppo.Learn(420, callbacks: Callbacks(whole));
        using var second = new Ppo(VectorEnvironment.Make("CartPole-v1", 2, seed: 9), settings);
        second.LoadState(Checkpoint.Open(Path.Combine(folder, "000000000126.bellman")));
        second.Learn(420, callbacks: Callbacks(resumed));
        Assert.Equal(whole.Where(step => Math.Abs(step) % 1_000_000 > 126), resumed);
        Assert.Equal(ppo.Policy.WeightsSha256, second.Policy.WeightsSha256);
        Assert.InRange(resumed.Count, 12, 100);
    }

    [Fact]
    public void EnvironmentThatIsNotDeterministic_IsNamed()
    {
        var checkpoint = new Checkpoint();
        var luck = 0;
        using (var ppo = new Ppo(Of(() => new Counting(() => luck++)), Settings))
        {
            ppo.Learn(21);
            ppo.SaveState(checkpoint);
        }

        using var resumed = new Ppo(Of(() => new Counting(() => luck++)), Settings);
        var refusal = Assert.Throws<CheckpointException>(() => resumed.LoadState(Reopened(checkpoint)));
        Assert.StartsWith("Environment 0 of the group cannot go on from its saved state: played again from its last reset", refusal.Message);
        Assert.Contains("not deterministic", refusal.Message);
    }

    [Fact]
    public void EnvironmentThatLoadsAnotherNumberOfBytesThanItSaves_IsNamed()
    {
        foreach (var (load, expected) in new[] { (1, "reads 1 of the 2 bytes"), (3, "reads more than the 2 bytes") })
        {
            var checkpoint = new Checkpoint();
            using var ppo = new Ppo(Of(() => new Forgetful(load)), Settings);
            ppo.Learn(21);
            ppo.SaveState(checkpoint);
            Assert.Contains(expected, Assert.Throws<CheckpointException>(() => ppo.LoadState(Reopened(checkpoint))).Message);
        }
    }

    [Fact]
    public void OtherEnvironmentsOrNetworks_AreRefused()
    {
        var checkpoint = new Checkpoint();
        using (var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", 2), Settings))
        {
            ppo.Learn(21);
            ppo.SaveState(checkpoint);
        }

        var saved = Reopened(checkpoint);
        Refuses("choose the environment", VectorEnvironment.Make("Pendulum-v1", 2), Settings);
        Refuses("networks of another build", VectorEnvironment.Make("CartPole-v1", 2), Settings with { Activation = Activation.Relu });
        Refuses("where 3 were expected", VectorEnvironment.Make("CartPole-v1", 3), Settings);

        void Refuses(string expected, VectorEnvironment environments, PpoSettings settings)
        {
            using var other = new Ppo(environments, settings);
            Assert.Contains(expected, Assert.Throws<CheckpointException>(() => other.LoadState(saved)).Message);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IEnvironment[] Copies(int count, Func<IEnvironment> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    private static VectorEnvironment Of(Func<IEnvironment> make) => VectorEnvironment.From(Copies(3, make), seed: 1);

    // Every rollout is a point to go on from; one agent saves at each and shall not be changed by it.
    private void GoesOn(Func<VectorEnvironment> make, PpoSettings settings)
    {
        using var whole = new Ppo(make(), settings);
        var steps = (long)Rollouts * settings.RolloutSteps * whole.Rollout.Slots;
        whole.Learn(steps);

        var checkpoints = new List<Checkpoint>();
        using var saving = new Ppo(make(), settings);
        checkpoints.Add(Saved(saving));
        saving.Learn(steps, new Report(() => checkpoints.Add(Saved(saving))));
        Assert.Equal(whole.Policy.WeightsSha256, saving.Policy.WeightsSha256);
        Assert.InRange(checkpoints.Count, Rollouts + 1, 2 * Rollouts);
        foreach (var checkpoint in checkpoints.Where((_, i) => i is 0 or 1 or 3 or 4 or Rollouts))
        {
            using var resumed = new Ppo(make(), settings);
            resumed.LoadState(checkpoint);
            resumed.Learn(steps);
            Assert.Equal(whole.Policy.WeightsSha256, resumed.Policy.WeightsSha256);
            Assert.Equal(whole.Progress.Steps, resumed.Progress.Steps);
            Assert.Equal(whole.Progress.Episodes, resumed.Progress.Episodes);
            Assert.Equal(whole.Progress.Iterations, resumed.Progress.Iterations);
            Assert.Equal(whole.Episodes.MeanReturn, resumed.Episodes.MeanReturn);
            Assert.Equal(whole.Episodes.MeanLength, resumed.Episodes.MeanLength);
        }
    }

    private Checkpoint Saved(Ppo ppo)
    {
        var checkpoint = new Checkpoint();
        ppo.SaveState(checkpoint);
        return Reopened(checkpoint);
    }

    private Checkpoint Reopened(Checkpoint checkpoint)
    {
        var path = Path.Combine(folder, "saved.bellman");
        checkpoint.Save(path);
        return Checkpoint.Open(path);
    }

    private sealed class Told(Action<TrainingContext> action) : TrainingCallback
    {
        public override void OnEvaluation(TrainingContext training, EvaluationResult result) => action(training);
    }

    private sealed class Report(Action action) : IProgress<TrainingProgress>
    {
        void IProgress<TrainingProgress>.Report(TrainingProgress value) => action();
    }

    // Adds the last two rewards to what is seen, and does not tell that it is more than its inside.
    private sealed class Remembering(IEnvironment inner) : Wrapper(inner)
    {
        private float last;

        public override void Reset(RandomStream random, RowWriter observation)
        {
            last = 0;
            Inner.Reset(random, observation);
        }

        public override StepResult Step(RowReader action, RowWriter observation)
        {
            var result = Inner.Step(action, observation);
            observation.Floats[1] += last;
            last = (last / 2) + (float)result.Reward;
            return result;
        }
    }

    // Shows what the whole process has counted.
    private sealed class Counting(Func<int> count) : FixtureEnvironment(new BoxSpace(-1000, 1000, 1), new DiscreteSpace(2))
    {
        protected override void Ask(RowWriter observation) => observation.Floats[0] = count() % 1000;

        protected override double Answer(RowReader action) => 0;
    }

    private sealed class Forgetful(int load) : FixtureEnvironment(new BoxSpace(-1, 1, 1), new DiscreteSpace(2)), IStateful
    {
        public void SaveState(BinaryWriter writer) => writer.Write((ushort)1);

        public void LoadState(BinaryReader reader)
        {
            for (var i = 0; i < load; i++)
            {
                reader.ReadByte();
            }
        }

        protected override void Ask(RowWriter observation) => observation.Floats[0] = 0;

        protected override double Answer(RowReader action) => 0;
    }
}
