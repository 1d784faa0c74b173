namespace Bellman.Tests;

/// <summary>The scale of rewards.</summary>
public sealed class RewardNormalizerTests
{
    [Theory]
    [InlineData("t")]
    [InlineData("c")]
    public void RewardNormalizer_ResetsAtEveryEpisodeEnd(string ends)
    {
        // Undiscounted, the sums of two episodes of three steps are 1, 2, 3, 1, 2, 3: mean 2, squares 4 in all. Carried over they would be 1 to 6.
        var normalizer = new RewardNormalizer(1, gamma: 1);
        normalizer.Apply(Rollout(6, new Paid(ends, [3])));
        Assert.Equal(Math.Sqrt(Variance(rows: 6, mean: 2, squares: 4) + 1e-8), normalizer.Scale, 1e-9);
    }

    [Fact]
    public void Sums_GoOnFromRolloutToRollout_WithinAnEpisode()
    {
        RewardNormalizer whole = new(1, gamma: 0.5), parts = new(1, gamma: 0.5);
        whole.Apply(Rollout(4, new Paid("t", [100])));
        parts.Apply(Rollout(2, new Paid("t", [100])));
        parts.Apply(Rollout(2, new Paid("t", [100])));
        Assert.Equal(whole.Scale, parts.Scale, 1e-9);
    }

    [Fact]
    public void Scale_IsFrozenForTheLifeOfARollout_AndClipsAtTen()
    {
        var normalizer = new RewardNormalizer(1, gamma: 0);
        var rollout = Rollout(4, new Paid("t", [2], pay: 40));
        rollout.Rewards[1] = 0;
        normalizer.Apply(rollout);
        Assert.Equal([10, 0, 10, 10], rollout.ScaledRewards);

        // Now it knows 40, 0, 40, 40: mean 30, squares 1200 in all.
        var scale = Math.Sqrt(Variance(rows: 4, mean: 30, squares: 1200) + 1e-8);
        Assert.Equal(scale, normalizer.Scale, 1e-6);
        normalizer.Apply(rollout);
        Assert.Equal((float)(40 / scale), rollout.ScaledRewards[0], 1e-6);
    }

    // Chan's update from the start: 1e-4 pretended vectors of mean 0 and variance 1.
    private static double Variance(int rows, double mean, double squares) => (1e-4 + squares + (mean * mean * 1e-4 * rows / (rows + 1e-4))) / (rows + 1e-4);

    private static RolloutBuffer Rollout(int steps, IEnvironment environment)
    {
        using var ppo = new Ppo(VectorEnvironment.From([environment]), new PpoSettings { RolloutSteps = steps });
        ppo.Collector.Collect(ppo.Rollout);
        return ppo.Rollout;
    }
}
