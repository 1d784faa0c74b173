using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Checkpoints of every schema version are read for ever. Their files are never written anew.</summary>
public sealed class GoldenCheckpointTests
{
    public static string Path1 => Path.Combine(AppContext.BaseDirectory, "Data", "golden", "checkpoint-1.bellman");

    /// <summary>What wrote the golden file of version 1, after half of its 640 steps.</summary>
    internal static Ppo Agent1() => new(VectorEnvironment.Make("Pendulum-v1", 2, seed: 7), new PpoSettings
    {
        Seed = 7,
        Environments = 2,
        HiddenSizes = [4],
        RolloutSteps = 16,
        BatchSize = 16,
        Epochs = 2,
        NormalizeObservations = true,
        NormalizeRewards = true,
        LearningRate = Schedule.Linear(1e-3),
        StateDependentExploration = true,
    });

    [Fact]
    public void Version1_IsLoaded_AndTrainingGoesOn()
    {
        Assert.Equal("a31ed6c226c9d7cb05f9dfb9ec5816ef5582b6344ec72562443a96df70ad1f30", Policy.Load(Path1).WeightsSha256);
        using var ppo = Agent1();
        ppo.LoadState(Checkpoint.Open(Path1));
        Assert.Equal((320, 10, 0), (ppo.Progress.Steps, ppo.Progress.Iterations, ppo.Progress.Episodes));
        ppo.Learn(640);
        Assert.Equal((640, 20, 2), (ppo.Progress.Steps, ppo.Progress.Iterations, ppo.Progress.Episodes));
    }

    public static string Linear1 => Path.Combine(AppContext.BaseDirectory, "Data", "golden", "checkpoint-1-linear.bellman");

    /// <summary>What wrote the golden file of version 1 with a policy that is linear in features, after half of its 640 steps: in the midst of an episode, with traces.</summary>
    internal static LinearAgent LinearAgent1() => new(VectorEnvironment.Make("MountainCar-v0", 1, seed: 7), static (features, actions, settings) => new LinearSarsaLambda(features, actions, settings), new LinearSettings
    {
        Seed = 7,
        RoundSteps = 32,
        LearningRate = Schedule.Linear(0.1),
        Epsilon = 0.1,
        Lambda = 0.5,
        Low = [-1.2f, -0.07f],
        High = [0.6f, 0.07f],
        Tiles = [2, 3],
        Tilings = 2,
    });

    [Fact]
    public void Version1_LinearInFeatures_IsLoaded_AndTrainingGoesOn()
    {
        Assert.Equal("958a414e4399d77eb6bbf9f126b372462650521950106355bd46af1e04483044", Policy.Load(Linear1).WeightsSha256);
        using var agent = LinearAgent1();
        agent.LoadState(Checkpoint.Open(Linear1));
        Assert.Equal((320, 10, 1), (agent.Progress.Steps, agent.Progress.Iterations, agent.Progress.Episodes));
        agent.Learn(640);
        Assert.Equal((640, 20, 3), (agent.Progress.Steps, agent.Progress.Iterations, agent.Progress.Episodes));
    }
}
