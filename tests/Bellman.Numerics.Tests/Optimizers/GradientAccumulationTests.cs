namespace Bellman.Numerics.Tests;

/// <summary>Several calls of Backward before one of Apply, and the norms of what they made.</summary>
[Trait("Category", "Kernels")]
public sealed class GradientAccumulationTests
{
    [Fact]
    public void PiecesOfABatch_GiveTheGradientOfItsMean_AndTheSameStep()
    {
        const int Rows = 24, Columns = 5;
        var random = new SplittableRandom(1);
        var inputs = new float[Rows * Columns];
        random.Normal(inputs);
        Parameter[] twins = [.. Enumerable.Range(0, 2).Select(_ => ParameterGroupTests.Weights("w", (Columns, 1), new SplittableRandom(2)))];
        Adam whole = new([twins[0]], 0.05), pieces = new([twins[1]], 0.05);
        using var tape = new Tape();
        for (var step = 0; step < 10; step++)
        {
            // d/dw mean (x·w)² = 2/n Σ x (x·w), in double.
            var gradient = new double[Columns];
            for (var row = 0; row < Rows; row++)
            {
                var x = inputs.AsSpan(row * Columns, Columns);
                double product = 0;
                for (var i = 0; i < Columns; i++)
                {
                    product += (double)x[i] * twins[1].Values[i];
                }

                for (var i = 0; i < Columns; i++)
                {
                    gradient[i] += 2 * x[i] * product / Rows;
                }
            }

            tape.Reset();
            whole.Backward(Loss(0, Rows, twins[0]));
            var norm = whole.ClipGradientNorm(0.5);
            whole.Apply();

            // Unequal pieces, each with its share.
            foreach (var (start, count) in new[] { (0, 4), (4, 12), (16, 8) })
            {
                tape.Reset();
                pieces.Backward(Loss(start, count, twins[1]), (double)count / Rows);
            }

            GradientCheck.AssertClose(gradient, twins[1].Gradient, 1e-6, $"gradient of step {step}");
            Assert.Equal(norm, pieces.ClipGradientNorm(0.5), 1e-5 * norm);
            pieces.Apply();
            GradientCheck.AssertClose([.. twins[0].Values.ToArray().Select(x => (double)x)], twins[1].Values, 1e-5, $"weights after step {step}");
        }

        Assert.Equal(10, pieces.Steps);

        Tensor Loss(int start, int count, Parameter weights) => tape.Input(inputs.AsSpan(start * Columns, count * Columns), (count, Columns)).MatMul(tape.Use(weights)).Square().Mean();
    }

    [Fact]
    public void LossThatIsAParameter_Accumulates()
    {
        var parameter = new Parameter("loss", 1);
        var optimizer = new Sgd([parameter], 1);
        using var tape = new Tape();
        optimizer.Backward(tape.Use(parameter));
        optimizer.Backward(tape.Use(parameter), 0.5);
        Assert.Equal([1.5f], parameter.Gradient.ToArray());
        optimizer.Apply();
        optimizer.Backward(tape.Use(parameter));
        Assert.Equal([1f], parameter.Gradient.ToArray());
    }

    [Fact]
    public void Norms_AreThoseOfEachParameterAndLayer_AndOfTheWhole()
    {
        var random = new SplittableRandom(3);
        string[] names = ["policy.0.weight", "policy.0.bias", "scale", "policy.2.weight", "policy.0.extra"];
        Parameter[] parameters = [.. names.Select((name, i) => ParameterGroupTests.Weights(name, (3, 7 + i), random))];
        float[][] gradients = [.. parameters.Select(parameter => ParameterGroupTests.Weights("g", parameter.Shape, random).Values.ToArray())];
        var optimizer = new Adam(parameters);
        var norms = new GradientNorms(optimizer);
        Assert.Equal(["policy.0", "scale", "policy.2"], norms.Layers);
        using var tape = new Tape();
        optimizer.Backward(ParameterGroupTests.Loss(tape, parameters, gradients));
        norms.Measure();
        double[] squares = [.. gradients.Select(gradient => gradient.Sum(g => (double)g * g))];
        AssertClose([.. squares.Select(Math.Sqrt)], norms.PerParameter);
        AssertClose([Math.Sqrt(squares[0] + squares[1] + squares[4]), Math.Sqrt(squares[2]), Math.Sqrt(squares[3])], norms.PerLayer);

        // Clipping changes the step and not what is measured; applying zeroes the gradients.
        var whole = optimizer.ClipGradientNorm(0.1);
        AssertClose([Math.Sqrt(squares.Sum())], [whole]);
        norms.Measure();
        AssertClose([.. squares.Select(Math.Sqrt)], norms.PerParameter);
        optimizer.Apply();
        norms.Measure();
        Assert.Equal(new double[5], norms.PerParameter.ToArray());
        Assert.Equal(new double[3], norms.PerLayer.ToArray());

        var before = GC.GetAllocatedBytesForCurrentThread();
        norms.Measure();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void AssertClose(double[] expected, ReadOnlySpan<double> actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], actual[i], 1e-6 * expected[i]);
            }
        }
    }

    [Fact]
    public void AccumulatedStep_AllocatesNothing()
    {
        var parameter = new Parameter("w", 37);
        var optimizer = new AdamW([parameter]);
        using var tape = new Tape();
        Run(20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(200);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                for (var piece = 0; piece < 4; piece++)
                {
                    tape.Reset();
                    optimizer.Backward(tape.Use(parameter).Square().Mean(), 0.25);
                }

                optimizer.ClipGradientNorm(1);
                optimizer.Apply();
            }
        }
    }
}
