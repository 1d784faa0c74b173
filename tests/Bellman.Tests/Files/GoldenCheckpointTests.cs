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
}
