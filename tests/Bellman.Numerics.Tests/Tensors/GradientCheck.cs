namespace Bellman.Numerics.Tests;

/// <summary>
/// Holds an operation to its twin in double precision: the forward values to 1e-5; the tape's gradients, its tangent along a direction and that tangent's
/// gradient to the twin's central differences at 1e-4; all relative to the largest entry of the array. The loss is a weighted sum of the outputs, so that
/// every output's gradient differs.
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
        var optimizer = new Sgd(parameters, 0);
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

        CheckTangent(inputs, parameters, optimizer, output, twin, weights);
        for (var alone = 0; alone < parameters.Length && parameters.Length > 1; alone++)
        {
            CheckTangent(inputs, parameters, optimizer, output, twin, weights, alone);
        }
    }

    /// <summary>Moves all inputs, or one alone, along a direction.</summary>
    private static void CheckTangent(double[][] inputs, Parameter[] parameters, Sgd optimizer, Tensor output, Func<double[][], double[]> twin, double[] weights, int alone = -1)
    {
        var direction = inputs.Select((input, p) => input.Select((_, i) => alone < 0 || alone == p ? (double)(float)Math.Cos((7 * p) + i) : 0).ToArray()).ToArray();
        var moved = new ParameterVector(alone < 0 ? parameters : [parameters[alone]]);
        var tangent = moved.JacobianVector(output, [.. direction.Where((_, p) => alone < 0 || alone == p).SelectMany(x => x).Select(x => (float)x)]);
        AssertClose(AlongDirection(inputs), tangent.Values, 1e-4, $"tangent, moving {alone}");

        // The tangent of the loss is differentiated again: a Hessian-vector product.
        // A step of size 0 clears the gradients and leaves the inputs.
        optimizer.Apply();
        var tape = output.Tape;
        var curve = (tangent.Reshape(weights.Length) * tape.Input([.. weights.Select(w => (float)w)], weights.Length)).Sum();
        optimizer.Backward(curve + (0 * output.Sum()));
        for (var p = 0; p < parameters.Length; p++)
        {
            var expected = new double[inputs[p].Length];
            for (var i = 0; i < expected.Length; i++)
            {
                expected[i] = CentralDifference(inputs, p, i, x => AlongDirection(x).Zip(weights, (y, w) => y * w).Sum(), 1e-4);
            }

            AssertClose(expected, parameters[p].Gradient, 1e-4, $"gradient of the tangent towards input {p}, moving {alone}");
        }

        double[] AlongDirection(double[][] x)
        {
            const double h = 1e-4;
            var above = twin([.. x.Select((row, p) => row.Select((value, i) => value + (h * direction[p][i])).ToArray())]);
            var below = twin([.. x.Select((row, p) => row.Select((value, i) => value - (h * direction[p][i])).ToArray())]);
            return [.. above.Zip(below, (a, b) => (a - b) / (2 * h))];
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

    private static double CentralDifference(double[][] inputs, int p, int i, Func<double[][], double> loss, double h = 1e-5)
    {
        var kept = inputs[p][i];
        inputs[p][i] = kept + h;
        var above = loss(inputs);
        inputs[p][i] = kept - h;
        var below = loss(inputs);
        inputs[p][i] = kept;
        return (above - below) / (2 * h);
    }
}
