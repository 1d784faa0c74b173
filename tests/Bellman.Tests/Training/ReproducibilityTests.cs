namespace Bellman.Tests;

/// <summary>The same seed gives the same bits.</summary>
public sealed class ReproducibilityTests
{
    private static readonly PpoSettings Settings = new() { RolloutSteps = 32, BatchSize = 48, Epochs = 3, NormalizeObservations = true, NormalizeRewards = true };

    [Theory]
    [InlineData("CartPole-v1", false)]
    [InlineData("Pendulum-v1", false)]
    [InlineData("Pendulum-v1", true)]
    public void SameSeed_SameBits(string id, bool stateDependent)
    {
        var settings = Settings with { Seed = 5, StateDependentExploration = stateDependent, NoiseInterval = 4 };
        var first = Train(() => VectorEnvironment.Make(id, 4, seed: 9), settings);
        Assert.Equal(first, Train(() => VectorEnvironment.Make(id, 4, seed: 9), settings));
        Assert.NotEqual(first, Train(() => VectorEnvironment.Make(id, 4, seed: 10), settings));
        Assert.NotEqual(first, Train(() => VectorEnvironment.Make(id, 4, seed: 9), settings with { Seed = 6 }));
    }

    [Theory]
    [InlineData("CartPole-v1")]
    [InlineData("Pendulum-v1")]
    public void SameSeed_SameBits_WhateverTheThreadsOfTheEnvironments(string id)
    {
        var weights = new[] { 1, 2, 2 }.Select(threads => Train(() => Apart(id, threads), Settings));
        Assert.Single(weights.Append(Train(() => VectorEnvironment.Make(id, 4, seed: 9), Settings)).Distinct());

        // As objects they are stepped one by one, and shared among threads; made by id they are a batch.
        static VectorEnvironment Apart(string id, int threads) => VectorEnvironment.From([.. Enumerable.Range(0, 4).Select(_ => EnvironmentRegistry.Default.Make(id))], seed: 9, threads);
    }

    [Fact]
    public void Seed_IsTheEnvironments_UnlessGiven() =>
        Assert.Equal(Train(() => VectorEnvironment.Make("CartPole-v1", 2, seed: 3), Settings), Train(() => VectorEnvironment.Make("CartPole-v1", 2, seed: 3), Settings with { Seed = 3 }));

    [Fact]
    public void LearningInTwoGoes_IsLearningInOne()
    {
        using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", 4, seed: 9), Settings);
        ppo.Learn(256);
        ppo.Learn(1024);
        Assert.Equal(Train(() => VectorEnvironment.Make("CartPole-v1", 4, seed: 9), Settings), ppo.Policy.WeightsSha256);
    }

    private static string Train(Func<VectorEnvironment> make, PpoSettings settings)
    {
        using var ppo = new Ppo(make(), settings);
        ppo.Learn(1024);
        return ppo.Policy.WeightsSha256;
    }
}
