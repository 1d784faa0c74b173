namespace Bellman.Numerics.Tests;

public sealed class RecomputeTests
{
    private const int Width = 64, Batch = 32, Blocks = 12;

    [Fact]
    public void Gradients_HaveTheSameBits_AndTheTapeStaysSmall()
    {
        var (plain, plainPeak) = Train((_, block, x) => block(x));
        var (recomputed, peak) = Train((tape, block, x) => tape.Recompute(block, x));
        Assert.Equal(plain, recomputed);
        TestContext.Current.SendDiagnosticMessage($"peak {plainPeak} bytes, recomputed {peak}");

        // 4 values a block are kept otherwise; with recomputing one a block, and once what a block needs.
        Assert.True(peak < 0.45 * plainPeak, $"{peak} of {plainPeak} bytes");
    }

    [Fact]
    public void NestedBlocks_HaveTheSameBits()
    {
        var (plain, _) = Train((_, block, x) => block(x));
        var (nested, _) = Train((tape, block, x) => tape.Recompute(y => tape.Recompute(block, y), x));
        Assert.Equal(plain, nested);
    }

    [Fact]
    public void ValuesFromOutside_GetTheirGradients()
    {
        var parameter = new Parameter("w", 3);
        parameter.CopyFrom([1, 2, 3]);
        var optimizer = new Sgd([parameter], 0);
        using var tape = new Tape();
        var outside = tape.Use(parameter) * 3;
        var y = tape.Recompute(x => x * outside.Square() + tape.Use(parameter), tape.Input([1, 10, 100], 3));
        Assert.Equal([10, 362, 8103], y.Values.ToArray());
        optimizer.Backward(y.Sum());
        Assert.Equal([1 * 18 + 1, 10 * 36 + 1, 100 * 54 + 1], parameter.Gradient.ToArray());
    }

    [Fact]
    public void Dropout_DrawsTheSameAgain_WhereItsStreamIsNamed()
    {
        var parameter = new Parameter("w", 64);
        parameter.CopyFrom(Enumerable.Repeat(1f, 64).ToArray());
        var optimizer = new Sgd([parameter], 0);
        var random = new SplittableRandom(4);
        using var tape = new Tape();
        var y = tape.Recompute(x => x.Dropout(0.5f, random).Square(), tape.Use(parameter), random);
        var values = y.Values.ToArray();
        var next = random.Save();
        optimizer.Backward(y.Sum());
        Assert.Equal(values.Select(v => 2 * v), parameter.Gradient.ToArray());
        Assert.Equal(next, random.Save());
    }

    [Fact]
    public void BlockThatGivesAnotherResult_IsRefused()
    {
        var parameter = new Parameter("w", 64);
        var optimizer = new Sgd([parameter], 0);
        var random = new SplittableRandom(4);
        using var tape = new Tape();
        var y = tape.Recompute(x => (x + 1).Dropout(0.5f, random), tape.Use(parameter));
        var loss = y.Sum();
        var nodes = tape.NodeCount;
        var error = Assert.Throws<InvalidOperationException>(() => optimizer.Backward(loss));
        Assert.Contains("another result the second time", error.Message);
        Assert.Equal(nodes, tape.NodeCount);
    }

    [Fact]
    public void Tangents_PassThrough_AndCanBeDifferentiatedAgain()
    {
        Parameter weight = new("w", 3), input = new("x", 3);
        weight.CopyFrom([1, 2, 3]);
        input.CopyFrom([0.5f, -1, 2]);
        var vector = new ParameterVector([weight, input]);
        float[] direction = [1, -2, 0.5f, 3, 1, -1], plain = new float[6], recomputed = new float[6];
        using var tape = new Tape();
        Func<Tensor, Tensor> block = x => (x * tape.Use(weight)).Tanh() * tape.Use(weight);
        var x = tape.Use(input);
        vector.HessianVector(block(x).Sum(), direction, plain);
        vector.HessianVector(tape.Recompute(block, x).Sum(), direction, recomputed);
        Assert.Equal(plain, recomputed);
        Assert.Equal(
            vector.JacobianVector(block(x), direction).Values.ToArray(),
            vector.JacobianVector(tape.Recompute(block, x), direction).Values.ToArray());
    }

    [Fact]
    public void Rounds_AllocateNothing_AfterTheFirst()
    {
        var network = Network();
        var optimizer = new Sgd(network.Parameters, 0.01);
        using var tape = new Tape();
        Func<Tensor, Tensor> block = network.Forward;
        for (var round = 0; round < 50; round++)
        {
            Round();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 50; round++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            tape.Reset();
            optimizer.Step(tape.Recompute(block, tape.Recompute(block, tape.Fill(0.5f, (8, Width)))).Mean());
        }
    }

    private static Mlp Network() =>
        new("net", Width, [Width, Width, Width], Width, Activation.Tanh, Initializer.Orthogonal(), Initializer.Orthogonal(), new SplittableRandom(1));

    // A deep residual network, trained for two rounds.
    private static (float[] Weights, long Peak) Train(Func<Tape, Func<Tensor, Tensor>, Tensor, Tensor> apply)
    {
        var networks = Enumerable.Range(0, Blocks).Select(_ => Network()).ToArray();
        var optimizer = new Adam(networks.SelectMany(network => network.Parameters), 1e-3);
        var input = Enumerable.Range(0, Batch * Width).Select(i => MathF.Sin(i)).ToArray();
        using var tape = new Tape();
        for (var round = 0; round < 2; round++)
        {
            tape.Reset();
            var x = tape.Input(input, (Batch, Width));
            foreach (var network in networks)
            {
                x = apply(tape, y => y + network.Forward(y), x);
            }

            optimizer.Step(x.Square().Mean(), 0.5);
        }

        return ([.. networks.SelectMany(network => network.Parameters).SelectMany(parameter => parameter.Values.ToArray())], tape.HighWaterMark);
    }
}
