namespace Bellman.Numerics.Tests;

/// <summary>Convolutions against a plain double implementation, over sizes on both sides of every block and register.</summary>
[Trait("Category", "Kernels")]
public sealed class ConvolutionTests
{
    /// <summary>Images, height, width, channels, outputs, kernel, stride, padding.</summary>
    public static TheoryData<int[]> Sizes => new(
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0],
        [3, 5, 5, 2, 3, 1, 1, 1, 1, 0, 0],
        [3, 5, 6, 2, 3, 1, 1, 2, 2, 0, 0],
        [2, 4, 7, 3, 5, 4, 7, 1, 1, 0, 0],
        [2, 4, 7, 3, 5, 4, 7, 3, 2, 2, 1],
        [2, 6, 6, 1, 4, 3, 3, 1, 1, 1, 1],
        [2, 7, 9, 3, 17, 3, 2, 2, 3, 0, 1],
        [2, 9, 7, 5, 33, 2, 3, 3, 1, 2, 0],
        [1, 10, 10, 16, 16, 3, 3, 1, 1, 1, 1],
        [5, 9, 9, 64, 64, 3, 3, 1, 1, 0, 0],
        [3, 20, 20, 32, 64, 4, 4, 2, 2, 0, 0],
        [3, 36, 44, 4, 32, 8, 8, 4, 4, 0, 0],
        [2, 3, 40, 40, 7, 2, 9, 1, 1, 1, 0],
        [2, 3, 300, 2, 20, 3, 3, 1, 1, 1, 1],
        [70, 8, 8, 19, 70, 3, 3, 2, 1, 1, 1],
        [2, 8, 12, 130, 100, 3, 3, 2, 2, 1, 1]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ValueAndGradients_EqualThePlainDoubleImplementation(int[] sizes)
    {
        var plain = new PlainConvolution(sizes);
        var (x, weight, bias, gradient) = plain.Draw();
        var result = Compute(plain, x, weight, bias, gradient, plain.Images, Activation.None);
        GradientCheck.AssertClose(plain.Forward(x, weight, bias), result.Output, 1e-5, "forward");
        var (towardsX, towardsWeight, towardsBias) = plain.Backward(x, weight, gradient);
        GradientCheck.AssertClose(towardsX, result.TowardsX, 1e-5, "towards the images");
        GradientCheck.AssertClose(towardsWeight, result.TowardsWeight, 1e-5, "towards the weight");
        GradientCheck.AssertClose(towardsBias, result.TowardsBias, 1e-5, "towards the bias");
    }

    [Theory]
    [InlineData(0, Activation.None)]
    [InlineData(1, Activation.Tanh)]
    [InlineData(2, Activation.Sigmoid)]
    [InlineData(3, Activation.Relu)]
    [InlineData(4, Activation.Gelu)]
    public void Operation_EqualsItsDoubleTwin_ForwardBackwardAndTangent(int which, Activation activation)
    {
        int[][] sizes = [[1, 3, 3, 2, 3, 2, 2, 1, 1, 0, 0], [2, 3, 4, 1, 2, 3, 3, 1, 1, 1, 1], [1, 5, 4, 2, 2, 3, 2, 2, 1, 1, 0], [2, 2, 3, 2, 3, 1, 1, 1, 1, 0, 0], [1, 3, 3, 1, 4, 3, 3, 1, 1, 0, 0]];
        var plain = new PlainConvolution(sizes[which]);
        Func<double, double> function = activation switch
        {
            Activation.Tanh => Math.Tanh,
            Activation.Sigmoid => Twins.Sigmoid,
            Activation.Relu => z => Math.Max(z, 0),
            Activation.Gelu => z => z * (1 + Twins.Erf(z / Math.Sqrt(2))) / 2,
            _ => z => z,
        };

        // Inputs small enough that no activation is flat.
        GradientCheck.Run(
            [plain.Input(plain.Images), plain.Weight, sizes[which][4]],
            x => Tensor.Conv2d(x[0], x[1], x[2], plain.Kernel, plain.Stride, plain.Padding, activation),
            x => [.. plain.Forward(x[0], x[1], x[2]).Select(function)],
            x => x / 3);
    }

    [Fact]
    public void WithoutBias_SumsStartAtZero()
    {
        var plain = new PlainConvolution([1, 3, 4, 2, 3, 3, 3, 1, 1, 1, 1]);
        GradientCheck.Run(
            [plain.Input(1), plain.Weight],
            x => Tensor.Conv2d(x[0], x[1], null, plain.Kernel, plain.Stride, plain.Padding),
            x => plain.Forward(x[0], x[1], new double[3]),
            x => x / 3);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ImageAlone_HasTheBitsOfTheBatch(int[] sizes)
    {
        var plain = new PlainConvolution(sizes);
        var (x, weight, bias, gradient) = plain.Draw();
        var batch = Compute(plain, x, weight, bias, gradient, plain.Images, Activation.Relu);
        for (var image = 0; image < Math.Min(3, plain.Images); image++)
        {
            var alone = Compute(plain, Part(x, image), weight, bias, Part(gradient, image), 1, Activation.Relu);
            Assert.Equal(Part(batch.Output, image), alone.Output);
            Assert.Equal(Part(batch.TowardsX, image), alone.TowardsX);
        }

        T[] Part<T>(T[] values, int image) => values[(image * values.Length / plain.Images)..((image + 1) * values.Length / plain.Images)];
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Sigmoid)]
    public void FusedActivation_HasTheBitsOfTheOperationAfterwards(Activation activation)
    {
        var plain = new PlainConvolution([2, 7, 9, 3, 17, 3, 2, 2, 3, 0, 1]);
        var (x, weight, bias, gradient) = plain.Draw();
        var fused = Compute(plain, x, weight, bias, gradient, plain.Images, activation);
        var apart = Compute(plain, x, weight, bias, gradient, plain.Images, Activation.None, y => activation switch
        {
            Activation.Tanh => y.Tanh(),
            Activation.Relu => y.Relu(),
            Activation.Sigmoid => y.Sigmoid(),
            _ => y,
        });
        Assert.Equal(apart.Output, fused.Output);
        Assert.Equal(apart.TowardsX, fused.TowardsX);
        Assert.Equal(apart.TowardsWeight, fused.TowardsWeight);
        Assert.Equal(apart.TowardsBias, fused.TowardsBias);
    }

    [Fact]
    public void SharedInput_GradientsOfBothConvolutionsAddUp()
    {
        foreach (var padding in new[] { 0, 1 })
        {
            var plain = new PlainConvolution([2, 6, 6, 3, 4, 3, 3, 1, 1, padding, padding]);
            var (x, weight, bias, gradient) = plain.Draw();
            var once = Compute(plain, x, weight, bias, gradient, 2, Activation.None);

            Parameter images = Parameter(x, plain.Input(2)), weights = Parameter(weight, plain.Weight);
            var optimizer = new Sgd([images, weights], 1);
            using var tape = new Tape();
            Tensor input = tape.Use(images), w = tape.Use(weights);
            var factors = tape.Input([.. gradient.Select(g => (float)g)], plain.Output(2));
            Tensor first = Tensor.Conv2d(input, w, null, plain.Kernel, plain.Stride, plain.Padding), second = Tensor.Conv2d(input, w, null, plain.Kernel, plain.Stride, plain.Padding);
            optimizer.Backward(((first * factors) + (second * factors)).Sum());
            GradientCheck.AssertClose([.. once.TowardsX.Select(g => 2.0 * g)], images.Gradient, 1e-6, "towards the images");
            GradientCheck.AssertClose([.. once.TowardsWeight.Select(g => 2.0 * g)], weights.Gradient, 1e-6, "towards the weight");
        }
    }

    [Fact]
    public void EmptyBatch_GivesAnEmptyOutput()
    {
        using var tape = new Tape();
        var output = Tensor.Conv2d(tape.Input([], (0, 5, 5, 2)), tape.Fill(1, (18, 4)), tape.Fill(1, 4), 3);
        Assert.Equal(new Shape(0, 3, 3, 4), output.Shape);
    }

    [Theory]
    [InlineData(0, "[batch, height, width, channels]")]
    [InlineData(1, "[18, outputs]")]
    [InlineData(2, "bias [4]")]
    [InlineData(3, "window 6×6 is larger than the image 5×5")]
    [InlineData(4, "at least 1×1")]
    [InlineData(5, "padding is not negative")]
    public void SizesThatDoNotFit_AreRefused_SayingWhatIsExpected(int mistake, string expected)
    {
        using var tape = new Tape();
        var image = tape.Fill(0, (1, 5, 5, 2));
        Tensor weight = tape.Fill(0, (18, 4)), bias = tape.Fill(0, 4);
        var error = Assert.Throws<ArgumentException>(() => mistake switch
        {
            0 => Tensor.Conv2d(tape.Fill(0, (5, 5, 2)), weight, bias, 3),
            1 => Tensor.Conv2d(image, tape.Fill(0, (9, 4)), bias, 3),
            2 => Tensor.Conv2d(image, weight, tape.Fill(0, 3), 3),
            3 => Tensor.Conv2d(image, tape.Fill(0, (72, 4)), bias, 6),
            4 => Tensor.Conv2d(image, weight, bias, 3, stride: 0),
            _ => Tensor.Conv2d(image, weight, bias, 3, padding: -1),
        });
        Assert.Contains(expected, error.Message);
    }

    internal static (float[] Output, float[] TowardsX, float[] TowardsWeight, float[] TowardsBias) Compute(
        PlainConvolution plain, double[] x, double[] weight, double[] bias, double[] gradient, int images, Activation activation, Func<Tensor, Tensor>? then = null)
    {
        Parameter image = Parameter(x, plain.Input(images)), w = Parameter(weight, plain.Weight), b = Parameter(bias, bias.Length);
        var optimizer = new Sgd([image, w, b], 1);
        using var tape = new Tape();
        var output = Tensor.Conv2d(tape.Use(image), tape.Use(w), tape.Use(b), plain.Kernel, plain.Stride, plain.Padding, activation);
        output = then?.Invoke(output) ?? output;
        optimizer.Backward((output * tape.Input([.. gradient.Select(g => (float)g)], plain.Output(images))).Sum());
        return (output.Values.ToArray(), image.Gradient.ToArray(), w.Gradient.ToArray(), b.Gradient.ToArray());
    }

    private static Parameter Parameter(double[] values, Shape shape)
    {
        var parameter = new Parameter("parameter", shape);
        parameter.CopyFrom([.. values.Select(value => (float)value)]);
        return parameter;
    }
}
