namespace Bellman.Numerics.Tests;

public sealed class ConvolutionalNetworkTests
{
    [Fact]
    public void NatureCnn_HasThePapersSizes()
    {
        var network = new NatureCnn("net", 84, 84, 4, Initializer.UniformFanIn(), new SplittableRandom(1));
        Assert.Equal(
            ["net.0.weight [256, 32]", "net.0.bias [32]", "net.1.weight [512, 64]", "net.1.bias [64]", "net.2.weight [576, 64]", "net.2.bias [64]", "net.3.weight [3136, 512]", "net.3.bias [512]"],
            network.Parameters.Select(parameter => parameter.ToString()));
        using var tape = new Tape(recording: false);
        Assert.Equal(new Shape(2, network.OutputSize), network.Forward(tape.Fill(0.5f, (2, 84, 84, 4))).Shape);
    }

    [Fact]
    public void ImpalaCnn_HasThePapersSizes()
    {
        var network = new ImpalaCnn("net", 72, 96, 3, Initializer.UniformFanIn(), new SplittableRandom(1));
        Assert.Equal((15, 30), (network.Parameters.Count(parameter => parameter.Name.EndsWith(".weight", StringComparison.Ordinal)) - 1, network.Parameters.Count - 2));
        Assert.Equal("net.0.conv.weight [27, 16]", network.Parameters[0].ToString());
        Assert.Equal("net.0.block1.0.weight [144, 16]", network.Parameters[2].ToString());
        Assert.Equal("net.dense.weight [3456, 256]", network.Parameters[^2].ToString());
        using var tape = new Tape(recording: false);
        Assert.Equal(new Shape(2, network.OutputSize), network.Forward(tape.Fill(0.5f, (2, 72, 96, 3))).Shape);
    }

    [Fact]
    public void ImpalaCnn_GradientsEqualDifferencesOfTheLoss()
    {
        var network = new ImpalaCnn("net", 9, 10, 2, Initializer.UniformFanIn(), new SplittableRandom(3));
        var optimizer = new Sgd(network.Parameters, 1);
        var image = new float[3 * 9 * 10 * 2];
        new SplittableRandom(4).Normal(image);
        using var tape = new Tape();
        optimizer.Backward(Loss());
        foreach (var parameter in network.Parameters)
        {
            // Along its own gradient, so that the difference stands out of the rounding.
            var gradient = parameter.Gradient.ToArray();
            var start = parameter.Values.ToArray();
            var length = Math.Sqrt(gradient.Sum(g => (double)g * g));
            Assert.True(length > 0, parameter.Name);
            Assert.Equal(length, (At(1) - At(-1)) / 2e-3, 0.01 * length);
            parameter.CopyFrom(start);

            double At(int side)
            {
                parameter.CopyFrom([.. start.Select((w, i) => (float)(w + (side * 1e-3 * gradient[i] / length)))]);
                tape.Reset();
                return Loss().Item;
            }
        }

        Tensor Loss() => network.Forward(tape.Input(image, (3, 9, 10, 2))).Square().Sum();
    }

    [Fact]
    public void ConvolutionalNetworks_AllocateNothing_AfterTheFirstRounds()
    {
        var random = new SplittableRandom(1);
        var network = new Sequential(
            new Conv2d("a", 3, 8, 3, 1, 1, Activation.None, Initializer.KaimingUniform(), random),
            new BatchNorm("b", 8),
            new Activate(Activation.Relu),
            new Residual(new Conv2d("c", 8, 8, 3, 1, 1, Activation.Silu, Initializer.KaimingUniform(), random), new Conv2d("d", 8, 8, 1, 1, 0, Activation.None, Initializer.KaimingUniform(), random)),
            new MaxPool2d(2),
            new AveragePool2d(3, 1, 1),
            new Flatten(),
            new Linear("e", 6 * 6 * 8, 4, Activation.None, Initializer.KaimingUniform(), random));
        var optimizer = new Adam(network.Parameters);
        using var tape = new Tape();
        var images = new byte[4 * 12 * 12 * 3];
        new Random(2).NextBytes(images);
        for (var round = 0; round < 20; round++)
        {
            Round();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 20; round++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            tape.Reset();
            optimizer.Step(network.Forward(tape.Images(images, (4, 12, 12, 3))).Square().Mean(), 0.5);
        }
    }

    [Fact]
    public void Residual_WhoseBranchChangesTheShape_IsRefused()
    {
        var layer = new Residual(new MaxPool2d(2));
        using var tape = new Tape();
        var error = Assert.Throws<ArgumentException>(() => layer.Forward(tape.Fill(0, (1, 4, 4, 1))));
        Assert.Contains("shortcut", error.Message);
    }

    [Fact]
    public void Bytes_BecomeFloatsOfAtMostOne_EachByTheSameProduct()
    {
        var bytes = Enumerable.Range(0, 256 + 5).Select(i => (byte)i).ToArray();
        using var tape = new Tape();
        var values = tape.Images(bytes, (9, 29)).Values;
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.Equal(bytes[i] * (1 / 255f), values[i]);
        }

        Assert.Equal((0f, 1f), (values[0], values[255]));
        Assert.Throws<ArgumentException>(() => tape.Images(bytes, (3, 3)));
        Assert.Throws<ArgumentException>(() => Pixels.ToUnitFloats(bytes, new float[3]));
    }
}
