namespace Bellman.Tests;

/// <summary>Generalized advantage estimation and V-trace against float64 references and cases worked by hand.</summary>
public sealed class AdvantagesTests
{
    [Fact]
    public void Generalized_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("gae"))
        {
            var (rewards, values, last, final) = (input.Doubles("rewards"), input.Doubles("values"), input.Doubles("last_values"), input.Doubles("final_values"));
            var (terminated, truncated) = (input.Bytes("terminated"), input.Bytes("truncated"));
            var environments = last.Length;
            var next = new double[rewards.Length];
            var ended = new byte[rewards.Length];
            for (var i = 0; i < next.Length; i++)
            {
                ended[i] = (byte)(terminated[i] | truncated[i]);
                next[i] = terminated[i] != 0 ? 0 : truncated[i] != 0 ? final[i] : i + environments < next.Length ? values[i + environments] : last[i % environments];
            }

            var advantages = new double[rewards.Length];
            Advantages.Generalized(rewards, values, next, ended, environments, input.Number("gamma"), input.Number("lam"), advantages);
            Reference.Close(output.Doubles("advantages"), advantages, 1e-9);
            Reference.Close(output.Doubles("returns"), [.. advantages.Zip(values, (a, v) => a + v)], 1e-9);
        }
    }

    [Fact]
    public void VTrace_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("vtrace"))
        {
            var rewards = input.Doubles("rewards");
            var (targets, advantages) = (new double[rewards.Length], new double[rewards.Length]);
            Advantages.VTrace(
                input.Doubles("behaviour_log_probs"), input.Doubles("target_log_probs"), rewards, input.Doubles("discounts"), input.Doubles("values"), input.Doubles("bootstrap"),
                input.Number("lam"), input.Number("rho_bar"), input.Number("c_bar"), input.Number("pg_rho_bar"), targets, advantages);
            Reference.Close(output.Doubles("vs"), targets, 1e-9);
            Reference.Close(output.Doubles("pg_advantages"), advantages, 1e-9);
        }
    }

    [Fact]
    public void VTrace_OnPolicy_IsTheLambdaReturn()
    {
        double[] logProbabilities = [-1, -2, -0.5], rewards = [1, 2, 3], values = [4, 5, 6];
        var (targets, advantages, returns) = (new double[3], new double[3], new double[3]);
        Advantages.VTrace<double>(logProbabilities, logProbabilities, rewards, [0.9, 0.9, 0.9], values, [7], 0.8, 1, 1, 1, targets, advantages);
        Returns.TdLambda<double>(rewards, [4, 5, 6, 7], [0, 0, 0], 0.9, 0.8, returns);
        Reference.Close(returns, targets, 1e-12);
    }

    [Fact]
    public void TerminalAtRolloutEnd_IsNotBootstrapped()
    {
        // The reference's value of the observation that follows the last step is 0 where that step terminated.
        Assert.Equal([1.0 - 3], Generalized([1], [3], nextValues: [0], ended: [1]));
    }

    [Fact]
    public void Gae_DoesNotLeakAcrossEpisodes()
    {
        // Whatever follows the end, a million here, leaves the first episode's advantages as they are.
        var alone = Generalized([1, 2], [3, 4], nextValues: [4, 10], ended: [0, 1]);
        var followed = Generalized([1, 2, 1e6], [3, 4, 5], nextValues: [4, 10, 6], ended: [0, 1, 0]);
        Assert.Equal(alone, followed[..2]);

        // δ₁ = 2 + ½·10 − 4 = 3, δ₀ = 1 + ½·4 − 3 = 0, A₀ = δ₀ + ½·½·δ₁.
        Assert.Equal([0.75, 3.0], alone);
    }

    [Fact]
    public void Gae_LambdaZero_IsTheTemporalDifferenceError()
    {
        var advantages = new double[2];
        Advantages.Generalized<double>([1, 2], [3, 4], [4, 10], [0, 0], 1, 0.5, 0, advantages);
        Assert.Equal([0.0, 3.0], advantages);
    }

    [Fact]
    public void DiscountOutsideItsRange_IsRefused() =>
        Assert.Contains("[0, 1]", Assert.Throws<ArgumentException>(() => Advantages.Generalized<double>([1], [1], [1], [0], 1, 1.5, 0.9, new double[1])).Message, StringComparison.Ordinal);

    private static double[] Generalized(double[] rewards, double[] values, double[] nextValues, byte[] ended)
    {
        var advantages = new double[rewards.Length];
        Advantages.Generalized<double>(rewards, values, nextValues, ended, 1, 0.5, 0.5, advantages);
        return advantages;
    }
}
