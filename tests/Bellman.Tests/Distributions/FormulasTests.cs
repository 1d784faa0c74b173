namespace Bellman.Tests;

/// <summary>The distributions' formulas in double precision against references.</summary>
public sealed class FormulasTests
{
    [Fact]
    public void Categorical_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("categorical"))
        {
            var actions = input.Doubles("actions");
            var count = input.Doubles("logits").Length / actions.Length;
            for (var row = 0; row < actions.Length; row++)
            {
                var (part, action) = (row * count, (int)actions[row]);
                var p = LogProbabilities(input.Doubles("logits").AsSpan(part, count), []);
                var q = LogProbabilities(input.Doubles("logits2").AsSpan(part, count), []);
                var masked = LogProbabilities(input.Doubles("logits").AsSpan(part, count), input.Bytes("mask").AsSpan(part, count));
                double[] probabilities = [.. p.Select(Math.Exp)];
                Reference.Close(output.Doubles("probs").AsSpan(part, count), probabilities, 1e-9);
                Reference.Close(output.Doubles("log_prob")[row], p[action], 1e-9);
                Reference.Close(output.Doubles("entropy")[row], CategoricalFormulas.Entropy<double>(p), 1e-9);
                Reference.Close(output.Doubles("kl")[row], CategoricalFormulas.KullbackLeibler<double>(p, q), 1e-9);
                Reference.Close(output.Doubles("masked_log_prob")[row], masked[action], 1e-9);
                Reference.Close(output.Doubles("masked_entropy")[row], CategoricalFormulas.Entropy<double>(masked), 1e-9);
                Assert.Equal((int)output.Doubles("inverse_cdf_samples")[row], CategoricalFormulas.Sample(probabilities, input.Doubles("uniforms")[row]));
            }
        }
    }

    [Fact]
    public void Bernoulli_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("bernoulli"))
        {
            var rows = output.Doubles("log_prob").Length;
            var count = input.Doubles("logits").Length / rows;
            for (var row = 0; row < rows; row++)
            {
                var p = input.Doubles("logits").AsSpan(row * count, count);
                var q = input.Doubles("logits2").AsSpan(row * count, count);
                Reference.Close(output.Doubles("log_prob")[row], BernoulliFormulas.LogProbability<double>(p, input.Bytes("actions").AsSpan(row * count, count)), 1e-9);
                Reference.Close(output.Doubles("entropy")[row], BernoulliFormulas.Entropy<double>(p), 1e-9);
                Reference.Close(output.Doubles("kl")[row], BernoulliFormulas.KullbackLeibler<double>(p, q), 1e-9);
            }
        }
    }

    [Fact]
    public void DiagonalGaussian_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("diag_gaussian"))
        {
            var rows = output.Doubles("log_prob").Length;
            var count = input.Doubles("mean").Length / rows;
            for (var row = 0; row < rows; row++)
            {
                double[] Row(string name) => input.Doubles(name)[(row * count)..((row + 1) * count)];
                Reference.Close(output.Doubles("log_prob")[row], DiagonalGaussianFormulas.LogProbability<double>(Row("mean"), Row("log_std"), Row("actions")), 1e-9);
                Reference.Close(output.Doubles("entropy")[row], DiagonalGaussianFormulas.Entropy<double>(Row("log_std")), 1e-9);
                Reference.Close(output.Doubles("kl")[row], DiagonalGaussianFormulas.KullbackLeibler<double>(Row("mean"), Row("log_std"), Row("mean2"), Row("log_std2")), 1e-9);
            }
        }
    }

    [Fact]
    public void Categorical_FarApartLogits_StayFinite()
    {
        var logProbabilities = LogProbabilities([1000, 0, -1000], []);
        Assert.Equal([0.0, -1000.0, -2000.0], logProbabilities);
        Assert.Equal(0, CategoricalFormulas.Entropy<double>(logProbabilities));
    }

    [Fact]
    public void Bernoulli_FarLogits_StayFinite() => Assert.Equal(-2000, BernoulliFormulas.LogProbability<double>([1000, -1000], [0, 1]));

    [Fact]
    public void Mask_AllInvalid_IsAnError() =>
        Assert.Contains("allows no action", Assert.Throws<ArgumentException>(() => LogProbabilities([1, 2, 3], [0, 0, 0])).Message, StringComparison.Ordinal);

    [Fact]
    public void Categorical_NeverDrawsTheImpossible()
    {
        Assert.Equal(1, CategoricalFormulas.Sample<double>([0, 0.5, 0.5, 0], 0));
        Assert.Equal(2, CategoricalFormulas.Sample<double>([0, 0.5, 0.4999, 0], 0.99999));
    }

    private static double[] LogProbabilities(ReadOnlySpan<double> logits, ReadOnlySpan<byte> mask)
    {
        var into = new double[logits.Length];
        CategoricalFormulas.LogProbabilities(logits, mask, into);
        return into;
    }
}
