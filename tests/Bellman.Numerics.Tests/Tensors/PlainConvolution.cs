namespace Bellman.Numerics.Tests;

/// <summary>Convolution by its definition, in double precision.</summary>
/// <param name="sizes">Images, height, width, channels, outputs, then height and width of kernel, stride and padding.</param>
internal sealed class PlainConvolution(int[] sizes)
{
    public int Images => sizes[0];

    public Size2d Kernel => (sizes[5], sizes[6]);

    public Size2d Stride => (sizes[7], sizes[8]);

    public Size2d Padding => (sizes[9], sizes[10]);

    public Shape Weight => (sizes[5] * sizes[6] * sizes[3], sizes[4]);

    private int OutputHeight => ((sizes[1] + (2 * sizes[9]) - sizes[5]) / sizes[7]) + 1;

    private int OutputWidth => ((sizes[2] + (2 * sizes[10]) - sizes[6]) / sizes[8]) + 1;

    public Shape Input(int images) => (images, sizes[1], sizes[2], sizes[3]);

    public Shape Output(int images) => (images, OutputHeight, OutputWidth, sizes[4]);

    /// <summary>Images, weight, bias and a gradient, numbers in [−1, 1] that floats hold.</summary>
    public (double[] X, double[] Weight, double[] Bias, double[] Gradient) Draw()
    {
        var random = new Random(3);
        return (Values(Input(Images).Count), Values(Weight.Count), Values(sizes[4]), Values(Output(Images).Count));

        double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (double)((2 * random.NextSingle()) - 1))];
    }

    public double[] Forward(double[] x, double[] weight, double[] bias)
    {
        var y = new double[Output(Images).Count];
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = bias[i % sizes[4]];
        }

        ForEachTerm((output, input, w) => y[output] += x[input] * weight[w]);
        return y;
    }

    public (double[] X, double[] Weight, double[] Bias) Backward(double[] x, double[] weight, double[] gradient)
    {
        var (towardsX, towardsWeight, towardsBias) = (new double[x.Length], new double[weight.Length], new double[sizes[4]]);
        ForEachTerm((output, input, w) =>
        {
            towardsX[input] += gradient[output] * weight[w];
            towardsWeight[w] += gradient[output] * x[input];
        });
        for (var i = 0; i < gradient.Length; i++)
        {
            towardsBias[i % sizes[4]] += gradient[i];
        }

        return (towardsX, towardsWeight, towardsBias);
    }

    // Calls with the places of an output, an input and a weight that are multiplied.
    private void ForEachTerm(Action<int, int, int> term)
    {
        var (height, width, channels, outputs) = (sizes[1], sizes[2], sizes[3], sizes[4]);
        for (var place = 0; place < Images * OutputHeight * OutputWidth; place++)
        {
            var (image, oy, ox) = (place / OutputWidth / OutputHeight, place / OutputWidth % OutputHeight, place % OutputWidth);
            for (var position = 0; position < Kernel.Height * Kernel.Width; position++)
            {
                var y = (oy * Stride.Height) + (position / Kernel.Width) - Padding.Height;
                var x = (ox * Stride.Width) + (position % Kernel.Width) - Padding.Width;
                if (y < 0 || y >= height || x < 0 || x >= width)
                {
                    continue;
                }

                for (var c = 0; c < channels; c++)
                {
                    for (var o = 0; o < outputs; o++)
                    {
                        term((place * outputs) + o, (((((image * height) + y) * width) + x) * channels) + c, (((position * channels) + c) * outputs) + o);
                    }
                }
            }
        }
    }
}
