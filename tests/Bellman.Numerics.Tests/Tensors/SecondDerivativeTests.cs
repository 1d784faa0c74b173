namespace Bellman.Numerics.Tests;

/// <summary>Products with Hessian and Fisher matrices, and penalties on gradients, against double precision.</summary>
public sealed class SecondDerivativeTests
{
    private const int Inputs = 3, Hidden = 5, Batch = 7;
    private static readonly double[] Observations = Draw(Batch * Inputs, 3);

    [Theory]
    [InlineData(4, false)]
    [InlineData(2, true)]
    public void FisherVector_EqualsTheExplicitMatrix(int outputs, bool gaussian)
    {
        var (network, deviation) = (MakeNetwork(outputs), new Parameter("log_std", outputs));
        deviation.CopyFrom([.. Draw(outputs, 8).Select(x => (float)(0.3 * x))]);
        var vector = new ParameterVector(gaussian ? [.. network.Parameters, deviation] : network.Parameters);
        var theta = Values(vector);
        using var tape = new Tape();
        var output = network.Forward(tape.Input([.. Observations.Select(x => (float)x)], (Batch, Inputs)));
        var deviations = gaussian ? tape.Use(deviation) : default;
        var divergence = gaussian ? GaussianDivergence(output, deviations) : CategoricalDivergence(output);
        var nodes = tape.NodeCount;

        // F = Jᵀ·H·J, J by central differences in double, H in closed form.
        var jacobian = Enumerable.Range(0, theta.Length).Select(i => Difference(theta, i, x => Outputs(x, outputs, gaussian))).ToArray();
        double[] at = Outputs(theta, outputs, gaussian), product = new double[theta.Length];
        for (var trial = 0; trial < 3; trial++)
        {
            var direction = Draw(theta.Length, 20 + trial);
            var moves = Enumerable.Range(0, at.Length).Select(o => Enumerable.Range(0, theta.Length).Sum(i => jacobian[i][o] * direction[i])).ToArray();
            var curved = gaussian ? GaussianHessian(at, outputs, moves) : CategoricalHessian(at, outputs, moves);
            for (var i = 0; i < product.Length; i++)
            {
                product[i] = jacobian[i].Zip(curved, (j, c) => j * c).Sum();
            }

            var actual = direction.Select(x => (float)x).ToArray();
            vector.FisherVector(divergence, gaussian ? [output, deviations] : [output], actual, actual);
            GradientCheck.AssertClose(product, actual, 1e-4, "Fisher-vector product");

            // Where the divergence has its minimum the whole Hessian is the Fisher matrix too.
            actual = [.. direction.Select(x => (float)x)];
            vector.HessianVector(divergence, actual, actual);
            GradientCheck.AssertClose(product, actual, 1e-4, "Hessian-vector product of the divergence");
        }

        Assert.Equal(nodes, tape.NodeCount);
    }

    [Fact]
    public void HessianVector_EqualsCentralDifferencesOfTheGradient()
    {
        var network = MakeNetwork(1);
        var vector = new ParameterVector(network.Parameters);
        var theta = Values(vector);
        using var tape = new Tape();
        var loss = network.Forward(tape.Input([.. Observations.Select(x => (float)x)], (Batch, Inputs))).Square().Mean();
        var gradient = new float[vector.Count];
        vector.Gradient(loss, gradient);
        GradientCheck.AssertClose(Gradient(theta), gradient, 1e-4, "gradient");

        var direction = Draw(theta.Length, 9);
        double[] above = Gradient([.. theta.Zip(direction, (x, d) => x + (1e-3 * d))]), below = Gradient([.. theta.Zip(direction, (x, d) => x - (1e-3 * d))]);
        var product = new float[vector.Count];
        vector.HessianVector(loss, [.. direction.Select(x => (float)x)], product);
        GradientCheck.AssertClose([.. above.Zip(below, (a, b) => (a - b) / 2e-3)], product, 1e-4, "Hessian-vector product");

        double[] Gradient(double[] x) => [.. Enumerable.Range(0, x.Length).Select(i => Difference(x, i, t => [Outputs(t, 1, false).Sum(y => y * y) / Batch])[0])];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GradientPenalty_AndItsGradient_EqualDouble(bool wasserstein)
    {
        var network = MakeNetwork(1);
        var vector = new ParameterVector(network.Parameters);
        var theta = Values(vector);
        using var tape = new Tape();
        var x = tape.Input([.. Observations.Select(v => (float)v)], (Batch, Inputs));
        var norm = network.Forward(x).GradientNorm(x);
        var penalty = wasserstein ? (norm - 1).Square().Mean() : norm.Square().Mean();
        GradientCheck.AssertClose([Penalty(theta)], penalty.Values, 1e-5, "penalty");

        var gradient = new float[vector.Count];
        vector.Gradient(penalty, gradient);
        GradientCheck.AssertClose([.. Enumerable.Range(0, theta.Length).Select(i => Difference(theta, i, t => [Penalty(t)])[0])], gradient, 1e-4, "the penalty's gradient");

        double Penalty(double[] t)
        {
            var sum = 0.0;
            for (var row = 0; row < Batch; row++)
            {
                var square = InputGradient(t, row).Sum(g => g * g);
                sum += wasserstein ? Math.Pow(Math.Sqrt(square) - 1, 2) : square;
            }

            return sum / Batch;
        }
    }

    [Fact]
    public void GradientNorm_OfAConstant_IsZeroAndHasNoGradient()
    {
        var parameter = new Parameter("x", 3);
        var vector = new ParameterVector([parameter]);
        using var tape = new Tape();
        var x = tape.Input([1, 2, 3], (3, 1));
        var norm = (tape.Use(parameter) * x.Reshape(3)).GradientNorm(x);
        Assert.Equal([0, 0, 0], norm.Values.ToArray());
        var gradient = new float[3];
        vector.Gradient(norm.Sum(), gradient);
        Assert.Equal([0, 0, 0], gradient);
    }

    [Fact]
    public void Gradient_TowardsAnInput_StopsThere_AndLeavesParametersAlone()
    {
        var parameter = new Parameter("w", 3);
        parameter.CopyFrom([1, 2, 3]);
        var optimizer = new Sgd([parameter], 0.1);
        using var tape = new Tape();
        var before = tape.Input([5, 6, 7], 3);
        var x = before * 2;
        Assert.Equal([20, 48, 84], (x.Square() * tape.Use(parameter)).Gradient(x).Values.ToArray());
        Assert.Equal([1, 1, 1], x.Gradient(x).Values.ToArray());
        Assert.Equal([0, 0, 0], x.Gradient(tape.Fill(1, 3)).Values.ToArray());
        Assert.Equal([0, 0, 0], parameter.Gradient.ToArray());
        Assert.NotNull(optimizer);
    }

    [Fact]
    public void ConjugateGradients_CanAskAgainAndAgain_WithoutTheTapeGrowing()
    {
        var vector = new ParameterVector(MakeNetwork(4, out var network));
        using var tape = new Tape();
        var output = network.Forward(tape.Input([.. Observations.Select(x => (float)x)], (Batch, Inputs)));
        var divergence = CategoricalDivergence(output);
        float[] direction = [.. Draw(vector.Count, 4).Select(x => (float)x)], first = new float[vector.Count], product = new float[vector.Count];
        vector.FisherVector(divergence, [output], direction, first);
        vector.FisherVector(divergence, [output], direction, product);
        var (peak, bytes) = (tape.HighWaterMark, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < 20; i++)
        {
            vector.FisherVector(divergence, [output], direction, product);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(peak, tape.HighWaterMark);
        Assert.Equal(first, product);
    }

    [Fact]
    public void Vectors_OfAnotherLength_AreRefused()
    {
        var vector = new ParameterVector([new Parameter("a", 3), new Parameter("b", (2, 2))]);
        using var tape = new Tape();
        var error = Assert.Throws<ArgumentException>(() => vector.JacobianVector(tape.Fill(1, 1), new float[6]));
        Assert.Contains("7 numbers, but 6", error.Message);
    }

    private static Mlp MakeNetwork(int outputs) =>
        new("net", Inputs, [Hidden], outputs, Activation.Tanh, Initializer.Orthogonal(1.4), Initializer.Orthogonal(0.8), new SplittableRandom(5));

    private static IReadOnlyList<Parameter> MakeNetwork(int outputs, out Mlp network) => (network = MakeNetwork(outputs)).Parameters;

    private static Tensor CategoricalDivergence(Tensor logits)
    {
        var now = logits.LogSoftmax();
        var old = now.Detach();
        return (old.Exp() * (old - now)).SumLast().Mean();
    }

    private static Tensor GaussianDivergence(Tensor means, Tensor deviations)
    {
        Tensor old = means.Detach(), oldDeviations = deviations.Detach();
        return (((2 * oldDeviations).Exp() + (old - means).Square()) * (0.5f * (-2 * deviations).Exp()) + (deviations - oldDeviations)).SumLast().Mean();
    }

    private static double[] CategoricalHessian(double[] logits, int columns, double[] move)
    {
        var result = new double[move.Length];
        for (var row = 0; row < Batch; row++)
        {
            var p = logits.Skip(row * columns).Take(columns).Select(Math.Exp).ToArray();
            var mean = Enumerable.Range(0, columns).Sum(c => p[c] * move[(row * columns) + c]) / p.Sum();
            for (var c = 0; c < columns; c++)
            {
                result[(row * columns) + c] = p[c] / p.Sum() * (move[(row * columns) + c] - mean) / Batch;
            }
        }

        return result;
    }

    // The outputs are the means, then the logarithms of the standard deviations, which all rows share: 1/σ² and 2.
    private static double[] GaussianHessian(double[] outputs, int columns, double[] move) =>
        [.. move.Select((m, i) => i < Batch * columns ? m * Math.Exp(-2 * outputs[(Batch * columns) + (i % columns)]) / Batch : 2 * m)];

    private static double[] Outputs(double[] theta, int outputs, bool gaussian)
    {
        var result = new List<double>();
        for (var row = 0; row < Batch; row++)
        {
            var hidden = HiddenOf(theta, row);
            for (var o = 0; o < outputs; o++)
            {
                var start = (Inputs * Hidden) + Hidden;
                result.Add(theta[start + (Hidden * outputs) + o] + Enumerable.Range(0, Hidden).Sum(h => hidden[h] * theta[start + (h * outputs) + o]));
            }
        }

        return gaussian ? [.. result, .. theta.TakeLast(outputs)] : [.. result];
    }

    private static double[] HiddenOf(double[] theta, int row) =>
        [.. Enumerable.Range(0, Hidden).Select(h => Math.Tanh(theta[(Inputs * Hidden) + h] + Enumerable.Range(0, Inputs).Sum(i => Observations[(row * Inputs) + i] * theta[(i * Hidden) + h])))];

    private static double[] InputGradient(double[] theta, int row)
    {
        var hidden = HiddenOf(theta, row);
        return [.. Enumerable.Range(0, Inputs).Select(i => Enumerable.Range(0, Hidden).Sum(h => theta[(i * Hidden) + h] * (1 - (hidden[h] * hidden[h])) * theta[(Inputs * Hidden) + Hidden + h]))];
    }

    private static double[] Difference(double[] x, int i, Func<double[], double[]> function)
    {
        const double h = 1e-5;
        double[] above = [.. x], below = [.. x];
        above[i] += h;
        below[i] -= h;
        return [.. function(above).Zip(function(below), (a, b) => (a - b) / (2 * h))];
    }

    private static double[] Values(ParameterVector vector)
    {
        var values = new float[vector.Count];
        vector.CopyTo(values);
        vector.CopyFrom(values);
        return [.. values.Select(x => (double)x)];
    }

    private static double[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (double)(float)((2 * random.NextDouble()) - 1))];
    }
}
