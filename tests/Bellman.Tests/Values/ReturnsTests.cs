namespace Bellman.Tests;

/// <summary>Discounted, λ- and n-step returns and explained variance against float64 references and cases worked by hand.</summary>
public sealed class ReturnsTests
{
    [Fact]
    public void Discounted_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("discounted_returns"))
        {
            var rewards = input.Doubles("rewards");
            var returns = new double[rewards.Length];
            Returns.Discounted(rewards, input.Bytes("dones"), input.Number("bootstrap"), input.Number("gamma"), returns);
            Reference.Close(output.Doubles("returns"), returns, 1e-9);
        }
    }

    [Fact]
    public void TdLambda_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("td_lambda"))
        {
            var rewards = input.Doubles("rewards");
            var returns = new double[rewards.Length];
            Returns.TdLambda(rewards, input.Doubles("values"), input.Bytes("dones"), input.Number("gamma"), input.Number("lam"), returns);
            Reference.Close(output.Doubles("returns"), returns, 1e-9);
        }
    }

    [Fact]
    public void NStep_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("nstep_returns"))
        {
            var rewards = input.Doubles("rewards");
            var targets = new double[rewards.Length];
            Returns.NStep(rewards, input.Doubles("next_values"), input.Bytes("terminated"), input.Bytes("truncated"), input.GetProperty("n").GetInt32(), input.Number("gamma"), targets);
            Reference.Close(output.Doubles("targets"), targets, 1e-9);
        }
    }

    [Fact]
    public void NStep_StopsAtTruncation()
    {
        // The third reward belongs to the next episode: the first target is 1 + ½·2 + ¼·V(final) = 1 + 1 + 25.
        var targets = NStep([1, 2, 1000], nextValues: [7, 100, 7], terminated: [0, 0, 0], truncated: [0, 1, 0], n: 3);
        Assert.Equal([27.0, 52.0, 1003.5], targets);
    }

    [Fact]
    public void NStep_TailIsFlushedAtTermination()
    {
        // Every step up to the end gets its target, from the rewards that are left and no value.
        var targets = NStep([1, 2, 4], nextValues: [99, 99, 99], terminated: [0, 0, 1], truncated: [0, 0, 0], n: 5);
        Assert.Equal([3.0, 4.0, 4.0], targets);
    }

    [Fact]
    public void NStep_DiscountIsGammaToTheActualLength()
    {
        // Without rewards the target is γ^k·V, k being how many steps were really summed: 2, 2, 1.
        var targets = NStep([0, 0, 0], nextValues: [16, 16, 16], terminated: [0, 0, 0], truncated: [0, 0, 0], n: 2);
        Assert.Equal([4.0, 4.0, 8.0], targets);
    }

    [Fact]
    public void NStep_OnBothFlags_TerminatedWins() =>
        Assert.Equal([1.0], NStep([1], nextValues: [100], terminated: [1], truncated: [1], n: 1));

    [Fact]
    public void ExplainedVariance_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("explained_variance"))
        {
            var expected = output.GetProperty("explained_variance");
            var actual = Returns.ExplainedVariance<double>(input.Doubles("y_pred"), input.Doubles("y_true"));
            Reference.Close(expected.GetDouble(), actual, 1e-9);
        }
    }

    [Fact]
    public void ExplainedVariance_IsNaN_WhereReturnsDoNotVary() =>
        Assert.True(double.IsNaN(Returns.ExplainedVariance<double>([1, 2, 3], [5, 5, 5])));

    [Fact]
    public void ExplainedVariance_PassesInvalidRowsOver() =>
        Assert.Equal(Returns.ExplainedVariance<double>([1, 2, 3], [1, 3, 3]), Returns.ExplainedVariance<double>([1, 50, 2, 3], [1, -9, 3, 3], [1, 0, 1, 1]));

    [Fact]
    public void DifferentLengths_AreRefused() =>
        Assert.Throws<ArgumentException>(() => Returns.Discounted<double>([1, 2], [0], 0, 1, new double[2]));

    private static double[] NStep(double[] rewards, double[] nextValues, byte[] terminated, byte[] truncated, int n)
    {
        var targets = new double[rewards.Length];
        Returns.NStep(rewards, nextValues, terminated, truncated, n, 0.5, targets);
        return targets;
    }
}
