namespace Bellman.Numerics.Tests;

[Trait("Category", "Kernels")]
public sealed class BatchNormTests
{
    [Theory]
    [InlineData(4, 1)]
    [InlineData(7, 3)]
    [InlineData(5, 16)]
    [InlineData(6, 37)]
    public void Operation_EqualsItsDoubleTwin_ForwardAndBackward(int rows, int channels) =>
        GradientCheck.Run([(rows, channels), channels, channels], x => Tensor.BatchNorm(x[0], x[1], x[2], epsilon: 1e-3f), x => Plain(x, channels, 1e-3f));

    [Fact]
    public void Inference_EqualsItsDoubleTwin_ForwardAndBackward()
    {
        float[] mean = [.. Enumerable.Range(0, 19).Select(c => MathF.Sin(c))], variance = [.. Enumerable.Range(0, 19).Select(c => 0.5f + MathF.Abs(MathF.Cos(c)))];
        GradientCheck.Run(
            [(2, 3, 19), 19, 19],
            x => Tensor.BatchNormInference(x[0], x[1], x[2], mean, variance),
            x => Twins.Map(114, i => ((x[0][i] - mean[i % 19]) / Math.Sqrt(variance[i % 19] + 1e-5f) * x[1][i % 19]) + x[2][i % 19]));
    }

    [Fact]
    public void ManyRows_FarFromZero_KeepTheirDigits()
    {
        // Blocks of rows are added up in double: one chain of floats would lose the variance.
        const int rows = 20_000, channels = 18;
        var random = new Random(4);
        float[] x = [.. Enumerable.Range(0, rows * channels).Select(_ => 100 + (float)random.NextDouble())];
        float[] mean = new float[channels], variance = new float[channels];
        using var tape = new Tape();
        Tensor.BatchNorm(tape.Input(x, (rows, channels)), tape.Fill(1, channels), tape.Fill(0, channels), mean, variance);
        for (var c = 0; c < channels; c++)
        {
            var column = Enumerable.Range(0, rows).Select(r => (double)x[(r * channels) + c]).ToArray();
            var expected = column.Average();
            Assert.Equal(expected, mean[c], 2e-5);
            Assert.Equal(column.Average(v => (v - expected) * (v - expected)), variance[c], 1e-6);
        }
    }

    [Fact]
    public void SharedInput_GradientsOfBothAddUp()
    {
        var parameter = new Parameter("x", (3, 2));
        parameter.CopyFrom([1, 5, 2, 3, 7, 4]);
        var optimizer = new Sgd([parameter], 1);
        using var tape = new Tape();
        var x = tape.Use(parameter);
        Tensor gain = tape.Input([2, 3], 2), bias = tape.Fill(1, 2);
        var weights = tape.Input([1, 2, 3, 4, 5, 7], (3, 2));
        optimizer.Backward((Tensor.BatchNorm(x, gain, bias) * weights).Sum());
        var once = parameter.Gradient.ToArray();
        optimizer.Apply();
        parameter.CopyFrom([1, 5, 2, 3, 7, 4]);
        tape.Reset();
        x = tape.Use(parameter);
        (gain, bias, weights) = (tape.Input([2, 3], 2), tape.Fill(1, 2), tape.Input([1, 2, 3, 4, 5, 7], (3, 2)));
        optimizer.Backward(((Tensor.BatchNorm(x, gain, bias) * weights) + (Tensor.BatchNorm(x, gain, bias) * weights)).Sum());
        GradientCheck.AssertClose([.. once.Select(g => 2.0 * g)], parameter.Gradient, 1e-6, "twice");
    }

    [Fact]
    public void Layer_LearnsRunningStatistics_AndActsWithThem()
    {
        var layer = new BatchNorm("norm", 2, momentum: 0.25);
        using Tape learning = new(), acting = new(recording: false);
        layer.Forward(learning.Input([1, 10, 3, 10, 5, 40], (3, 2)));

        // Means 3 and 20, unbiased variances 4 and 300.
        Assert.Equal([0.75f, 5], layer.Buffers[0].Values.ToArray());
        Assert.Equal([1.75f, 75.75f], layer.Buffers[1].Values.ToArray());
        var alone = layer.Forward(acting.Input([2, 30], (1, 2))).Values.ToArray();
        GradientCheck.AssertClose([1.25 / Math.Sqrt(1.75 + 1e-5), 25 / Math.Sqrt(75.75 + 1e-5)], alone, 1e-6, "acting");
        var together = layer.Forward(acting.Input([2, 30, 1, 1, 0, 0], (3, 2))).Values;
        Assert.Equal(alone, together[..2].ToArray());
        Assert.Equal([0.75f, 5], layer.Buffers[0].Values.ToArray());
    }

    [Fact]
    public void TrainingTurnedOff_OnARecordingTape_DifferentiatesThroughTheRunningStatistics()
    {
        var layer = new BatchNorm("norm", 1);
        var optimizer = new Sgd(layer.Parameters, 1);
        using var tape = new Tape { Training = false };
        optimizer.Backward(layer.Forward(tape.Input([3], (1, 1))).Sum());
        Assert.Equal(3, layer.Parameters[0].Gradient[0], 1e-4f);
        Assert.Equal([0], layer.Buffers[0].Values.ToArray());
    }

    [Fact]
    public void CopyFrom_TakesTheBuffersAlong()
    {
        Sequential source = new(new BatchNorm("a", 2)), target = new(new BatchNorm("b", 2));
        using var tape = new Tape();
        source.Forward(tape.Input([1, 2, 3, 4], (2, 2)));
        target.CopyFrom(source);
        Assert.Equal(source.Buffers[0].Values, target.Buffers[0].Values);
        Assert.Equal(source.Buffers[1].Values, target.Buffers[1].Values);
        Assert.Throws<ArgumentException>(() => target.CopyFrom(new Sequential()));
    }

    [Fact]
    public void SizesThatDoNotFit_AreRefused_SayingWhatIsExpected()
    {
        using var tape = new Tape();
        Tensor one = tape.Fill(1, (1, 4)), two = tape.Fill(1, (2, 4)), four = tape.Fill(1, 4);
        Assert.Contains("at least two rows", Assert.Throws<ArgumentException>(() => Tensor.BatchNorm(one, four, four)).Message);
        Assert.Contains("[4]", Assert.Throws<ArgumentException>(() => Tensor.BatchNorm(two, four, tape.Fill(1, 3))).Message);
        Assert.Contains("4 channels", Assert.Throws<ArgumentException>(() => Tensor.BatchNormInference(two, four, four, [1, 2], [1, 2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm("norm", 2, momentum: 0));
    }

    private static double[] Plain(double[][] x, int channels, double epsilon)
    {
        var rows = x[0].Length / channels;
        var mean = Twins.Map(channels, c => Enumerable.Range(0, rows).Average(r => x[0][(r * channels) + c]));
        var variance = Twins.Map(channels, c => Enumerable.Range(0, rows).Average(r => Math.Pow(x[0][(r * channels) + c] - mean[c], 2)));
        return Twins.Map(x[0].Length, i => ((x[0][i] - mean[i % channels]) / Math.Sqrt(variance[i % channels] + epsilon) * x[1][i % channels]) + x[2][i % channels]);
    }
}
