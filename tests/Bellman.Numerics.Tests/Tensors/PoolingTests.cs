namespace Bellman.Numerics.Tests;

/// <summary>Poolings against a plain double implementation, with channels on both sides of every register.</summary>
[Trait("Category", "Kernels")]
public sealed class PoolingTests
{
    /// <summary>Images, height, width, channels, then height and width of window, stride and padding.</summary>
    public static TheoryData<int[]> Sizes => new(
        [1, 1, 1, 1, 1, 1, 1, 1, 0, 0],
        [2, 4, 6, 3, 2, 2, 2, 2, 0, 0],
        [2, 5, 7, 1, 2, 3, 2, 2, 0, 0],
        [1, 6, 5, 17, 3, 3, 2, 2, 1, 1],
        [2, 4, 4, 16, 3, 3, 1, 1, 1, 1],
        [1, 3, 8, 37, 3, 2, 1, 3, 2, 0],
        [2, 3, 4, 5, 3, 4, 1, 1, 0, 0]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Maximum_EqualsItsDoubleTwin_ForwardAndBackward(int[] sizes) =>
        GradientCheck.Run([Images(sizes)], x => x[0].MaxPool2d((sizes[4], sizes[5]), (sizes[6], sizes[7]), (sizes[8], sizes[9])), x => Plain(sizes, x[0], window => window.Max()));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Average_EqualsItsDoubleTwin_ForwardAndBackward(int[] sizes) =>
        GradientCheck.Run([Images(sizes)], x => x[0].AveragePool2d((sizes[4], sizes[5]), (sizes[6], sizes[7]), (sizes[8], sizes[9])), x => Plain(sizes, x[0], window => window.Sum() / (sizes[4] * sizes[5])));

    [Fact]
    public void Stride_IsTheWindowUnlessGiven()
    {
        using var tape = new Tape();
        Assert.Equal(new Shape(1, 2, 3, 1), tape.Fill(0, (1, 4, 9, 1)).MaxPool2d((2, 3)).Shape);
        Assert.Equal(new Shape(1, 2, 3, 1), tape.Fill(0, (1, 4, 9, 1)).AveragePool2d((2, 3)).Shape);
    }

    [Fact]
    public void Maximum_OfEquals_SendsTheGradientToTheFirst()
    {
        var parameter = new Parameter("x", (1, 2, 2, 1));
        parameter.CopyFrom([-1, 3, 3, 3]);
        var optimizer = new Sgd([parameter], 1);
        using var tape = new Tape();
        optimizer.Backward(tape.Use(parameter).MaxPool2d(2).Sum());
        Assert.Equal([0, 1, 0, 0], parameter.Gradient.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void Maximum_OfNaNs_IsNaN_AndOfNegativesInsidePadding_Negative(int channels)
    {
        using var tape = new Tape();
        var image = Enumerable.Repeat(-5f, 9 * channels).ToArray();
        image.AsSpan(0, channels).Fill(float.NaN);
        var pooled = tape.Input(image, (1, 3, 3, channels)).MaxPool2d(2, 2, 1).Values;
        Assert.All(pooled[..channels].ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.All(pooled[channels..].ToArray(), value => Assert.Equal(-5f, value));
    }

    [Fact]
    public void Padding_AsLargeAsTheWindow_IsRefused()
    {
        using var tape = new Tape();
        var error = Assert.Throws<ArgumentException>(() => tape.Fill(0, (1, 5, 5, 2)).MaxPool2d(2, 1, 2));
        Assert.Contains("smaller than the window", error.Message);
        Assert.Throws<ArgumentException>(() => tape.Fill(0, (5, 5, 2)).AveragePool2d(2));
    }

    private static Shape Images(int[] sizes) => (sizes[0], sizes[1], sizes[2], sizes[3]);

    // Each window's elements inside the image, through a function.
    private static double[] Plain(int[] sizes, double[] x, Func<IEnumerable<double>, double> pool)
    {
        var (height, width, channels) = (sizes[1], sizes[2], sizes[3]);
        var (rows, columns) = (((height + (2 * sizes[8]) - sizes[4]) / sizes[6]) + 1, ((width + (2 * sizes[9]) - sizes[5]) / sizes[7]) + 1);
        return [.. from image in Enumerable.Range(0, sizes[0])
                   from row in Enumerable.Range(0, rows)
                   from column in Enumerable.Range(0, columns)
                   from channel in Enumerable.Range(0, channels)
                   select pool(
                       from y in Enumerable.Range((row * sizes[6]) - sizes[8], sizes[4])
                       from z in Enumerable.Range((column * sizes[7]) - sizes[9], sizes[5])
                       where y >= 0 && y < height && z >= 0 && z < width
                       select x[(((((image * height) + y) * width) + z) * channels) + channel])];
    }
}
