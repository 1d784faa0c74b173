using System.Text.Json;

namespace Bellman.Numerics.Tests;

/// <summary>Whole networks against PyTorch's gradients in double precision, to 1e-5 of the array's largest entry.</summary>
[Trait("Category", "Kernels")]
public sealed class MlpReferenceTests
{
    [Fact]
    public void ForwardAndGradients_EqualPyTorch()
    {
        var compared = 0;
        foreach (var @case in Reference.Load("mlp_gradients").EnumerateArray())
        {
            var (input, output) = (@case.GetProperty("input"), @case.GetProperty("output"));
            if (!Enum.TryParse<Activation>(input.GetProperty("activation").GetString(), ignoreCase: true, out var activation))
            {
                continue;
            }

            compared++;
            int[] sizes = [.. input.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32())];
            var network = new Mlp("net", sizes[0], sizes[1..^1], sizes[^1], activation, Initializer.Constant(0), Initializer.Constant(0), new SplittableRandom(0));
            for (var layer = 0; layer < sizes.Length - 1; layer++)
            {
                network.Parameters[2 * layer].CopyFrom([.. Transposed(input.GetProperty("weights")[layer]).Select(w => (float)w)]);
                network.Parameters[(2 * layer) + 1].CopyFrom(Reference.Floats(input.GetProperty("biases")[layer]));
            }

            var values = Reference.Floats(input.GetProperty("x"));
            var x = new Parameter("x", (values.Length / sizes[0], sizes[0]));
            x.CopyFrom(values);
            var optimizer = new Sgd([.. network.Parameters, x], 1);
            using var tape = new Tape();
            var prediction = network.Forward(tape.Use(x));
            GradientCheck.AssertClose(Reference.Doubles(output.GetProperty("out")), prediction.Values, 1e-5, "out");
            var loss = (prediction - tape.Input(Reference.Floats(input.GetProperty("y")), prediction.Shape)).Square().Mean();
            GradientCheck.AssertClose([output.GetProperty("mse").GetDouble()], loss.Values, 1e-5, "mse");
            optimizer.Backward(loss);
            GradientCheck.AssertClose(Reference.Doubles(output.GetProperty("grad_x")), x.Gradient, 1e-5, "grad_x");
            for (var layer = 0; layer < sizes.Length - 1; layer++)
            {
                GradientCheck.AssertClose(Transposed(output.GetProperty("grad_weights")[layer]), network.Parameters[2 * layer].Gradient, 1e-5, $"grad_weights {layer}");
                GradientCheck.AssertClose(Reference.Doubles(output.GetProperty("grad_biases")[layer]), network.Parameters[(2 * layer) + 1].Gradient, 1e-5, $"grad_biases {layer}");
            }
        }

        Assert.True(compared >= 3);
    }

    // The reference keeps weights as [out][in], this library as [in, out].
    private static double[] Transposed(JsonElement matrix)
    {
        var (flat, rows) = (Reference.Doubles(matrix), matrix.GetArrayLength());
        var columns = flat.Length / rows;
        return [.. Enumerable.Range(0, flat.Length).Select(i => flat[(i % rows * columns) + (i / rows)])];
    }
}
