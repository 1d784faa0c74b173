using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What networks act and learn with, in float on the tape, against the formulas in double; and what is drawn against the probabilities.</summary>
public sealed class DistributionTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Categorical_EqualsItsFormulas()
    {
        foreach (var (input, _) in Reference.Cases("categorical"))
        {
            int[] actions = [.. input.Doubles("actions").Select(x => (int)x)];
            var count = input.Doubles("logits").Length / actions.Length;
            var distribution = new CategoricalDistribution([count]);
            foreach (var masked in new[] { false, true })
            {
                using var tape = new Tape();
                var rows = RowsOf(new DiscreteSpace(count), actions);
                var given = Input(tape, input.Floats("logits"), actions.Length, masked ? input.Floats("mask") : null);
                var (logProbability, entropy) = distribution.Evaluate(given, rows);
                for (var row = 0; row < actions.Length; row++)
                {
                    var exact = new double[count];
                    CategoricalFormulas.LogProbabilities(input.Doubles("logits").AsSpan(row * count, count), masked ? input.Bytes("mask").AsSpan(row * count, count) : [], exact);
                    Reference.Close(exact[actions[row]], logProbability.Values[row], 1e-5);
                    Reference.Close(CategoricalFormulas.Entropy<double>(exact), entropy.Values[row], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Bernoulli_EqualsItsFormulas()
    {
        foreach (var (input, output) in Reference.Cases("bernoulli"))
        {
            var rows = output.Doubles("log_prob").Length;
            var count = input.Doubles("logits").Length / rows;
            var actions = new Rows(new MultiBinarySpace(count).Layout, rows);
            input.Bytes("actions").CopyTo(actions.Bytes());
            using var tape = new Tape();
            var (logProbability, entropy) = new BernoulliDistribution(count).Evaluate(Input(tape, input.Floats("logits"), rows), actions);
            Reference.Close(output.Doubles("log_prob"), logProbability.Values, 1e-5);
            Reference.Close(output.Doubles("entropy"), entropy.Values, 1e-5);
        }
    }

    [Fact]
    public void DiagonalGaussian_EqualsItsFormulas()
    {
        var distribution = new DiagonalGaussianDistribution(3, -0.7);
        float[] means = [0.5f, -1, 2, 0, 0.25f, -3], actions = [0.4f, -1.5f, 2.5f, 1, 1, -2.5f];
        using var tape = new Tape();
        var rows = RowsOf(new BoxSpace(-9, 9, 3), actions);
        var (logProbability, entropy) = distribution.Evaluate(Input(tape, means, 2), rows);
        double[] logDeviations = [-0.7, -0.7, -0.7];
        for (var row = 0; row < 2; row++)
        {
            double[] Part(float[] values) => [.. values.Skip(row * 3).Take(3).Select(x => (double)x)];
            Reference.Close(DiagonalGaussianFormulas.LogProbability<double>(Part(means), logDeviations, Part(actions)), logProbability.Values[row], 1e-5);
            Reference.Close(DiagonalGaussianFormulas.Entropy<double>(logDeviations), entropy.Values[row], 1e-5);
        }
    }

    [Fact]
    public void MultiDiscrete_IsTheSumOfItsChoices()
    {
        float[] logits = [0.3f, -1, 2, 0.7f, -0.2f];
        using var tape = new Tape();
        var (logProbability, entropy) = new CategoricalDistribution([3, 2]).Evaluate(Input(tape, logits, 1), RowsOf(new MultiDiscreteSpace(3, 2), [2, 1]));
        var (first, second) = (LogSoftmax(0.3, -1, 2), LogSoftmax(0.7f, -0.2f));
        Reference.Close(first[2] + second[1], logProbability.Values[0], 1e-5);
        Reference.Close(CategoricalFormulas.Entropy<double>(first) + CategoricalFormulas.Entropy<double>(second), entropy.Values[0], 1e-5);
    }

    [Fact]
    public void Joint_IsTheSumOfItsParts()
    {
        var space = new TupleSpace(new DiscreteSpace(2), new BoxSpace(-1, 1, 1), new MultiBinarySpace(1));
        var distribution = ActionDistributions.For(space, features: 4, logStandardDeviation: 0.3, stateDependentExploration: false);
        Assert.Equal((4, 2 + 2), (distribution.ParameterCount, distribution.MaskLength));
        var actions = new Rows(space.Layout, 1);
        actions.Integers(0)[0] = 1;
        actions.Floats(1)[0] = 0.8f;
        actions.Bytes(2)[0] = 1;
        using var tape = new Tape();
        var (logProbability, entropy) = distribution.Evaluate(Input(tape, [0.5f, -0.5f, 0.25f, 1.5f], 1), actions);
        var choice = LogSoftmax(0.5, -0.5);
        Reference.Close(
            choice[1] + DiagonalGaussianFormulas.LogProbability<double>([0.25], [0.3f], [0.8f]) + BernoulliFormulas.LogProbability<double>([1.5], [1]), logProbability.Values[0], 1e-5);
        Reference.Close(
            CategoricalFormulas.Entropy<double>(choice) + DiagonalGaussianFormulas.Entropy<double>([0.3f]) + BernoulliFormulas.Entropy<double>([1.5]), entropy.Values[0], 1e-5);
    }

    [Fact]
    public void MaskedProbabilities_SumToOne_InFloat()
    {
        float[] logits = [30, -20, 0.1f, 12, 29.5f, 3], mask = [0, 1, 1, 1, 0, 1];
        using var tape = new Tape(recording: false);
        var sum = 0f;
        for (var action = 0; action < logits.Length; action++)
        {
            var probability = MathF.Exp(new CategoricalDistribution([6]).Evaluate(Input(tape, logits, 1, mask), RowsOf(new DiscreteSpace(6), [action])).LogProbability.Values[0]);
            Assert.True(mask[action] != 0 || probability == 0, $"action {action} is forbidden but has probability {probability}");
            sum += probability;
        }

        Assert.Equal(1, sum, 1e-6f);
    }

    [Fact]
    public void MaskedEntropy_HasFiniteGradients()
    {
        using var tape = new Tape();
        var logits = new Parameter("logits", (1, 3));
        logits.CopyFrom([1, 2, 3]);
        var optimizer = new Sgd([logits], 1);
        var input = new DistributionInput(tape.Use(logits), tape.Fill(0, (1, 1)), tape.Input([1, 0, 0], (1, 3)));
        var (logProbability, entropy) = new CategoricalDistribution([3]).Evaluate(input, RowsOf(new DiscreteSpace(3), [0]));
        optimizer.Backward((logProbability + entropy).Sum());
        Assert.Equal(0, entropy.Values[0]);
        Assert.All(logits.Gradient.ToArray(), gradient => Assert.Equal(0, gradient, 1e-6f));
    }

    [Fact]
    public void Categorical_DrawsAsOftenAsProbable()
    {
        float[] logits = [0, 1, -1, 5], mask = [1, 1, 1, 0];
        var (counts, exact) = (new int[4], LogSoftmax(0, 1, -1));
        var actions = Draw(new CategoricalDistribution([4], start: 10), new DiscreteSpace(4, 10), logits, mask);
        foreach (var action in actions.Integers())
        {
            counts[action - 10]++;
        }

        Assert.Equal(0, counts[3]);
        for (var i = 0; i < 3; i++)
        {
            Frequency(Math.Exp(exact[i]), counts[i]);
        }
    }

    [Fact]
    public void Bernoulli_DrawsAsOftenAsProbable_AndObeysItsMask()
    {
        // The second bit may only be 1, the third only 0.
        var actions = Draw(new BernoulliDistribution(3), new MultiBinarySpace(3), [0.8f, -3, 3], [1, 1, 0, 1, 1, 0]);
        var counts = new int[3];
        for (var i = 0; i < actions.Bytes().Length; i++)
        {
            counts[i % 3] += actions.Bytes()[i];
        }

        Frequency(1 / (1 + Math.Exp(-0.8)), counts[0]);
        Assert.Equal((Draws, 0), (counts[1], counts[2]));
    }

    [Fact]
    public void DiagonalGaussian_DrawsItsMeanAndDeviation()
    {
        var values = Draw(new DiagonalGaussianDistribution(1, Math.Log(0.5)), new BoxSpace(-9, 9, 1), [1.5f]).Floats().ToArray();
        var mean = values.Average(x => (double)x);
        var variance = values.Average(x => (x - mean) * (x - mean));
        Assert.InRange(mean, 1.5 - (4 * 0.5 / Math.Sqrt(Draws)), 1.5 + (4 * 0.5 / Math.Sqrt(Draws)));
        Assert.InRange(variance, 0.25 * (1 - (4 * Math.Sqrt(2.0 / Draws))), 0.25 * (1 + (4 * Math.Sqrt(2.0 / Draws))));
    }

    [Fact]
    public void Draws_ComeWithTheLogProbabilityThatLearningFinds()
    {
        using var tape = new Tape();
        var space = new TupleSpace(new MultiDiscreteSpace(3, 2), new BoxSpace(-1, 1, 2), new MultiBinarySpace(2));
        var distribution = ActionDistributions.For(space, 4, 0.2, false);
        var input = Input(tape, [.. Enumerable.Range(0, 9 * 5).Select(i => MathF.Sin(i))], 5);
        var actions = new Rows(space.Layout, 5);
        var drawn = distribution.Sample(input, [], new SplittableRandom(3), actions).Values.ToArray();
        var learned = distribution.Evaluate(input, actions).LogProbability.Values.ToArray();
        Reference.Close([.. drawn.Select(x => (double)x)], learned, 1e-6);
    }

    [Fact]
    public void Mode_IsTheLikeliest_AndCountsFromTheStart()
    {
        using var tape = new Tape(recording: false);
        var actions = new Rows(new DiscreteSpace(3, -5).Layout, 2);
        new CategoricalDistribution([3], start: -5).Mode(Input(tape, [0, 2, 1, 9, 2, 1], 2, [1, 1, 1, 0, 1, 1]), actions);
        Assert.Equal([-4, -4], actions.Integers().ToArray());
    }

    [Fact]
    public void IntegerBoxes_HaveNoDistribution() =>
        Assert.Contains("must be floats", Assert.Throws<ArgumentException>(() => ActionDistributions.For(BoxSpace.Bytes(2), 4, 0, false)).Message, StringComparison.Ordinal);

    private static Rows Draw(Distribution distribution, Space space, float[] parameters, float[]? mask = null)
    {
        using var tape = new Tape(recording: false);
        var actions = new Rows(space.Layout, Draws);
        var input = Input(tape, [.. Enumerable.Repeat(parameters, Draws).SelectMany(x => x)], Draws, mask is null ? null : [.. Enumerable.Repeat(mask, Draws).SelectMany(x => x)]);
        distribution.Sample(input, [], new SplittableRandom(1), actions);
        return actions;
    }

    // Within four standard errors of a binomial count.
    private static void Frequency(double probability, int count)
    {
        var error = 4 * Math.Sqrt(probability * (1 - probability) * Draws);
        Assert.InRange(count, (probability * Draws) - error, (probability * Draws) + error);
    }

    private static double[] LogSoftmax(params double[] logits)
    {
        var into = new double[logits.Length];
        CategoricalFormulas.LogProbabilities(logits, [], into);
        return into;
    }

    private static DistributionInput Input(Tape tape, float[] parameters, int rows, float[]? mask = null) =>
        new(tape.Input(parameters, (rows, parameters.Length / rows)), tape.Fill(0, (rows, 1)), mask is null ? null : tape.Input(mask, (rows, mask.Length / rows)));

    private static Rows RowsOf(Space space, ReadOnlySpan<int> values)
    {
        var rows = new Rows(space.Layout, values.Length / space.Layout.Leaves[0].Length);
        values.CopyTo(rows.Integers());
        return rows;
    }

    private static Rows RowsOf(Space space, ReadOnlySpan<float> values)
    {
        var rows = new Rows(space.Layout, values.Length / space.Layout.Leaves[0].Length);
        values.CopyTo(rows.Floats());
        return rows;
    }
}
