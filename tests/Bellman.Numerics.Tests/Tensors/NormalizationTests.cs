using static Bellman.Numerics.Tests.Twins;

namespace Bellman.Numerics.Tests;

/// <summary>Normalisation, dropout and masked softmax.</summary>
[Trait("Category", "Kernels")]
public sealed class NormalizationTests
{
    [Theory]
    [InlineData(5, 3)]
    [InlineData(4, 16)]
    [InlineData(3, 37)]
    [InlineData(1, 80)]
    public void LayerNorm_EqualsItsDoubleTwin(int rows, int width) =>
        GradientCheck.Run([(rows, width), width, width], x => x[0].LayerNorm(x[1], x[2]), x => Map(rows * width, i =>
        {
            var row = Row(x[0], i / width, width);
            var mean = row.Average();
            return ((row[i % width] - mean) / Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + 1e-5) * x[1][i % width]) + x[2][i % width];
        }));

    [Theory]
    [InlineData(5, 3)]
    [InlineData(3, 37)]
    public void RmsNorm_EqualsItsDoubleTwin(int rows, int width) =>
        GradientCheck.Run([(rows, width), width], x => x[0].RmsNorm(x[1]), x => Map(rows * width, i => Row(x[0], i / width, width) is var row
            ? row[i % width] / Math.Sqrt(row.Average(v => v * v) + 1e-5) * x[1][i % width]
            : 0));

    [Fact]
    public void LayerNorm_KeepsSmallVariancesAroundLargeMeans()
    {
        using var tape = new Tape();
        var x = tape.Input([.. Enumerable.Range(0, 64).Select(i => 4096f + (i % 2))], (1, 64));
        var y = x.LayerNorm(tape.Fill(1, 64), tape.Fill(0, 64)).Values;
        Assert.All(y.ToArray(), v => Assert.Equal(1, Math.Abs(v), 1e-4));
    }

    [Fact]
    public void MaskedSoftmax_EqualsItsDoubleTwin_WithoutGradientWhereMasked()
    {
        float[] mask = [1, 0, 1, 1, 0, 0, 0, 0, 1, 1];
        static Tensor Of(Tensor x, float[] mask) => x.Tape.Input(mask, (2, 5));
        double[] Twin(double[] x) => Map(10, i => mask[i] == 0 ? 0 : Math.Exp(x[i]) / Enumerable.Range(i / 5 * 5, 5).Sum(j => mask[j] * Math.Exp(x[j])));
        GradientCheck.Run([(2, 5)], x => x[0].Softmax(Of(x[0], mask)), x => Twin(x[0]));
        using var tape = new Tape();
        var logs = tape.Input([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], (2, 5)).LogSoftmax(tape.Input(mask, (2, 5))).Values;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(mask[i] == 0 ? float.NegativeInfinity : Math.Log(Twin([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])[i]), logs[i], 1e-5);
        }
    }

    [Fact]
    public void Dropout_ZeroesTheRateAndKeepsTheMean_TheSameForTheSameStream()
    {
        using var tape = new Tape();
        var ones = tape.Fill(1, (100, 1001));
        var y = ones.Dropout(0.3f, new SplittableRandom(4));
        var zeroes = y.Values.ToArray().Count(v => v == 0) / 100100.0;
        Assert.Equal(0.3, zeroes, 0.005);
        Assert.Equal(1, y.Mean().Item, 0.01);
        Assert.All(y.Values.ToArray(), v => Assert.True(v == 0 || v == 1 / 0.7f));
        Assert.Equal(y.Values, ones.Dropout(0.3f, new SplittableRandom(4)).Values);
        Assert.False(y.Values.SequenceEqual(ones.Dropout(0.3f, new SplittableRandom(5)).Values));
        Assert.Equal(ones.Values, ones.Dropout(0, new SplittableRandom(4)).Values);
        Assert.Throws<ArgumentOutOfRangeException>(() => ones.Dropout(1, new SplittableRandom(4)));
    }

    [Fact]
    public void Dropout_EqualsItsTwin()
    {
        using var tape = new Tape();
        var factors = tape.Fill(1, (4, 7)).Dropout(0.4f, new SplittableRandom(3)).Values.ToArray();
        GradientCheck.Run([(4, 7)], x => x[0].Dropout(0.4f, new SplittableRandom(3)), x => Map(28, i => x[0][i] * factors[i]));
    }

    [Fact]
    public void Embedding_TakesRows_AndLearnsOnlyThose()
    {
        var table = new Embedding("tokens", 6, 5, new SplittableRandom(1));
        var optimizer = new Sgd(table.Parameters, 1);
        using var tape = new Tape();
        var rows = table.Forward(tape.Indices([2, 5, 2]));
        Assert.Equal(new Shape(3, 5), rows.Shape);
        Assert.Equal(table.Weight.Values[25..], rows.Values[5..10]);
        optimizer.Backward(rows.Sum());
        Assert.Equal([0, 0, 2, 0, 0, 1], Map(6, i => table.Weight.Gradient[i * 5]));
    }

    [Fact]
    public void WideRows_HaveTheSameBits_OnTwoThreads()
    {
        var one = Round();
        NumericsThreads.Count = 2;
        using var hot = NumericsThreads.Hot();
        var two = Round();
        NumericsThreads.Count = 1;
        Assert.Equal(one, two);

        static float[] Round()
        {
            var norm = new LayerNorm("norm", 100);
            var input = new Parameter("x", (301, 100));
            input.CopyFrom([.. Enumerable.Range(0, 30100).Select(i => MathF.Sin(i * i))]);
            var optimizer = new Sgd([input, .. norm.Parameters], 1);
            using var tape = new Tape();
            var y = norm.Forward(tape.Use(input));
            optimizer.Backward((y * y * y).Sum());
            return [.. y.Values, .. input.Gradient, .. norm.Parameters[0].Gradient, .. norm.Parameters[1].Gradient];
        }
    }
}
