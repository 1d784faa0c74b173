using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>PPO learns every kind of environment that the contract allows, through the same collector, buffer, policy and checkpoint.</summary>
public sealed class FixtureTests
{
    private static readonly PpoSettings Settings = new()
    {
        Seed = 1,
        HiddenSizes = [32],
        RolloutSteps = 64,
        BatchSize = 128,
        Epochs = 8,
        LearningRate = Schedule.Linear(1e-2),
        Gamma = 0.5,
        LogStandardDeviation = -1,
    };

    [Fact]
    public void ByteImage_IsLearned() => Learns(() => new ByteImageFixture(), steps: 15_000, threshold: 8);

    [Fact]
    public void DictionaryOfImageAndVector_IsLearned() => Learns(() => new DictionaryFixture(), steps: 20_000, threshold: 8);

    [Fact]
    public void MaskedHybridAction_IsLearned() => Learns(() => new MaskedHybridFixture(), steps: 30_000, threshold: 14.3);

    [Fact]
    public void ThreeAgents_OneOfWhichDies_AreLearned()
    {
        using var ppo = new Ppo(VectorEnvironment.From([.. Enumerable.Range(0, 4).Select(_ => new TeamFixture())], seed: 1), Settings);
        ppo.Learn(20_000);
        Assert.True(ppo.Episodes.MeanReturn >= TeamFixture.Optimum - 0.1, $"the agents earn {ppo.Episodes.MeanReturn} on average");

        // Steps of dead agents, three of each eighteen, are not counted.
        Assert.True(ppo.Collector.Steps < (long)ppo.Progress.Iterations * ppo.Rollout.Count);
    }

    [Fact]
    public void Goal_IsLearned() => Learns(() => new GoalFixture(), steps: 20_000, threshold: GoalFixture.Optimum, Settings with { Gamma = 0.95 });

    [Fact]
    public void StatefulEnvironment_IsLearned() => Learns(() => new StatefulFixture(), steps: 10_000, threshold: 8);

    [Fact]
    public void State_SavedInMidEpisode_GoesOnWithTheSameBits()
    {
        using var first = new TimeLimit(new StatefulFixture(), 7);
        using var second = new TimeLimit(new StatefulFixture(), 7);
        var (observation, actions, stream) = (new Rows(first.ObservationSpace.Layout, 1), new Rows(first.ActionSpace.Layout, 1), new RandomStream(5));
        first.Reset(stream, observation.Writer(0));
        for (var t = 0; t < 3; t++)
        {
            first.Step(actions.Reader(0), observation.Writer(0));
        }

        using var saved = new MemoryStream();
        using var writer = new BinaryWriter(saved);
        first.As<IStateful>()!.SaveState(writer);
        var restored = new RandomStream(0);
        second.Reset(restored, new Rows(first.ObservationSpace.Layout, 1).Writer(0));
        restored.Load(stream.Save());
        saved.Position = 0;
        using var reader = new BinaryReader(saved);
        second.As<IStateful>()!.LoadState(reader);

        Assert.Equal(Rest(first), Rest(second));

        List<(StepResult, float, float)> Rest(IEnvironment environment)
        {
            var steps = new List<(StepResult Result, float, float)>();
            do
            {
                var result = environment.Step(actions.Reader(0), observation.Writer(0));
                steps.Add((result, observation.Floats()[0], observation.Floats()[1]));
            }
            while (!steps[^1].Result.Truncated);
            Assert.Equal(4, steps.Count);
            return steps;
        }
    }

    [Fact]
    public void EnvironmentInAnotherProcess_IsLearned() => Learns(() => new ProcessFixture(), steps: 6_000, threshold: 8, environments: 2, episodes: 2);

    private static void Learns(Func<IEnvironment> make, int steps, double threshold, PpoSettings? settings = null, int environments = 8, int episodes = 60)
    {
        using var ppo = new Ppo(VectorEnvironment.From([.. Enumerable.Range(0, environments).Select(_ => make())], seed: 1), settings ?? Settings);
        ppo.Learn(steps);
        var result = Evaluation.Run(ppo.Policy, make, episodes);
        Assert.True(result.Mean >= threshold, $"{result} after {steps} steps, not {threshold}");

        // What was saved plays the same.
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.bellman");
        try
        {
            ppo.Save(path);
            var loaded = Policy.Load(path);
            Assert.Equal(ppo.Policy.WeightsSha256, loaded.WeightsSha256);
            Assert.Equal(result, Evaluation.Run(loaded, make, episodes));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
