using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What an evaluation counts, and what it leaves alone.</summary>
public sealed class EvaluationTests
{
    [Fact]
    public void Evaluation_FreezesTheNormaliser_AndReportsRawReward()
    {
        var settings = new PpoSettings { RolloutSteps = 64, NormalizeObservations = true, NormalizeRewards = true };
        using var ppo = new Ppo(VectorEnvironment.From([new Paid("t", [8], pay: 1000)]), settings);
        ppo.Learn(256);
        Assert.NotEqual(0, ppo.Policy.Normalizer!.Mean[0]);
        var weights = ppo.Policy.WeightsSha256;
        Assert.Equal(new EvaluationResult(40, 8000, 0, 8000, 8000) { MeanLength = 8 }, Evaluation.Run(ppo.Policy, () => new Paid("t", [8], pay: 1000), episodes: 40));

        // The hash takes in the normaliser's numbers.
        Assert.Equal(weights, ppo.Policy.WeightsSha256);
    }

    [Fact]
    public void Evaluation_HasNoShortEpisodeBias()
    {
        // Episodes last 1 or 60 steps, as their seeds have it: whoever counted the first hundred to end would count hardly a long one.
        var seeds = new List<double>();
        using var policy = new Ppo(VectorEnvironment.From([new SeededLength([])]));
        var result = Evaluation.Run(policy.Policy, () => new SeededLength(seeds), episodes: 100);
        double[] expected = [.. Enumerable.Range(0, 100).Select(k => new RandomStream(1_000_000_000 + (ulong)k).NextDouble())];
        Assert.Equal(expected.Order(), seeds.Order());
        Assert.Equal(EvaluationResult.Of([.. expected.Select(SeededLength.Length)]) with { MeanLength = result.Mean }, result);
        Assert.InRange(result.Mean, 20, 40);
    }

    [Fact]
    public void Evaluation_HasTheSameFigures_HoweverManyRowsPlay()
    {
        using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", 4, seed: 1), new PpoSettings { Seed = 1, RolloutSteps = 64 });
        ppo.Learn(2048);
        double[] one = Means(rows: 1, of: 48), eight = Means(rows: 8, of: 6), many = Means(rows: 48, of: 1);
        Assert.True(one.Distinct().Count() > 10, "the episodes are too much alike to tell anything");
        Assert.Equal(one.Chunk(8).Select(chunk => chunk.Average()), eight);
        Assert.Equal(one.Average(), many[0], 1e-12);

        double[] Means(int rows, int of) =>
            [.. Enumerable.Range(0, of).Select(i => Evaluation.Run(ppo.Policy, "CartPole-v1", rows, Evaluation.DefaultSeed + (ulong)(i * rows)).Mean)];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EvaluatingBetween_DoesNotChangeTraining(bool deterministic)
    {
        string[] weights = [.. new[] { 0, 5 }.Select(episodes =>
        {
            using var ppo = new Ppo(VectorEnvironment.Make("Pendulum-v1", 4, seed: 1), new PpoSettings { Seed = 1, RolloutSteps = 32, NormalizeObservations = true });
            ppo.Learn(256);
            _ = episodes == 0 ? default : Evaluation.Run(ppo.Policy, "Pendulum-v1", episodes, deterministic: deterministic);
            ppo.Learn(512);
            return ppo.Policy.WeightsSha256;
        })];
        Assert.Equal(weights[0], weights[1]);
    }

    [Fact]
    public void EnvironmentThatDoesNotFit_IsRefused()
    {
        using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1"));
        Assert.Contains("the policy was made for", Assert.Throws<ArgumentException>(() => Evaluation.Run(ppo.Policy, "Acrobot-v1", 1)).Message);
    }

    /// <summary>Pays 1 a step, for 1 or 60 steps, as the first draw from the reset's stream has it; keeps the draws.</summary>
    private sealed class SeededLength(List<double> draws) : IEnvironment
    {
        private int left;

        public Space ObservationSpace { get; } = new BoxSpace(0, 1, 1);

        public Space ActionSpace { get; } = new DiscreteSpace(2);

        public static double Length(double draw) => draw < 0.5 ? 1 : 60;

        public void Reset(RandomStream random, RowWriter observation)
        {
            draws.Add(random.NextDouble());
            left = (int)Length(draws[^1]);
            observation.Floats[0] = 0;
        }

        public StepResult Step(RowReader action, RowWriter observation) => new(1, --left == 0, false);

        public void Dispose()
        {
        }
    }
}
