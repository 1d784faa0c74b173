namespace Bellman.Numerics.Tests;

/// <summary>
/// Holds an operation to its twin in double precision: the forward values to 1e-5, and the tape's gradients to the twin's central differences at 1e-4,
/// both relative to the largest entry of the array. The loss is a weighted sum of the outputs, so that every output's gradient differs.
/// </summary>
internal static class GradientCheck
{
    public static void Run(Shape[] shapes, Func<Tensor[], Tensor> operation, Func<double[][], double[]> twin, Func<double, double>? domain = null)
    {
        var random = new Random(12345);
        var inputs = shapes.Select(shape => Enumerable.Range(0, shape.Count).Select(_ => (double)(float)(domain ?? (x => x))((4 * random.NextDouble()) - 2)).ToArray()).ToArray();
        var parameters = shapes.Select((shape, i) => new Parameter($"input{i}", shape)).ToArray();
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i].CopyFrom(inputs[i].Select(x => (float)x).ToArray());
        }

        using var tape = new Tape();
        var optimizer = new Sgd(parameters, 1);
        var output = operation([.. parameters.Select(tape.Use)]);
        var expected = twin(inputs);
        AssertClose(expected, output.Values, 1e-5, "forward");

        var weights = expected.Select((_, i) => Math.Sin(i + 1)).ToArray();
        var loss = (output.Reshape(expected.Length) * tape.Input([.. weights.Select(w => (float)w)], expected.Length)).Sum();
        optimizer.Backward(loss);
        for (var p = 0; p < parameters.Length; p++)
        {
            var gradient = new double[inputs[p].Length];
            for (var i = 0; i < gradient.Length; i++)
            {
                gradient[i] = CentralDifference(inputs, p, i, x => twin(x).Zip(weights, (y, w) => y * w).Sum());
            }

            AssertClose(gradient, parameters[p].Gradient, 1e-4, $"gradient towards input {p}");
        }
    }

    public static void AssertClose(double[] expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1e-3, expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (var i = 0; i < expected.Length; i++)
        {
            var same = double.IsFinite(expected[i]) ? Math.Abs(expected[i] - actual[i]) <= tolerance * scale : expected[i].Equals((double)actual[i]);
            Assert.True(same, $"{what}, element {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }

    private static double CentralDifference(double[][] inputs, int p, int i, Func<double[][], double> loss)
    {
        const double h = 1e-5;
        var kept = inputs[p][i];
        inputs[p][i] = kept + h;
        var above = loss(inputs);
        inputs[p][i] = kept - h;
        var below = loss(inputs);
        inputs[p][i] = kept;
        return (above - below) / (2 * h);
    }
}
