namespace Bellman.Numerics;

/// <summary>
/// The deep network of Espeholt et al. 2018 (arXiv:1802.01561) up to its last hidden layer: three sections of 16, 32 and 32 channels, each a 3×3 convolution, a maximum over 3×3 by 2
/// and two residual blocks of two ReLUs and two 3×3 convolutions; then ReLU and 256 units with ReLU. Sides are halved three times, rounded up.
/// Images in [0, 1], as <see cref="Tape.Images"/> makes them.
/// </summary>
public sealed class ImpalaCnn : Layer
{
    private readonly Sequential layers;

    /// <summary>A network with weights drawn by the initializer.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.0.conv.weight</c>, <c>name.0.block1.0.weight</c>, …, <c>name.dense.weight</c>.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">Channels of an image, stacked frames included.</param>
    /// <param name="initializer">How the layers start.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public ImpalaCnn(string name, int height, int width, int channels, Initializer initializer, SplittableRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ReadOnlySpan<int> widths = [16, 32, 32];
        var sections = new List<Layer>();
        for (var i = 0; i < widths.Length; i++)
        {
            sections.Add(new Sequential(
                Convolution($"{name}.{i}.conv", channels, widths[i], Activation.None),
                new MaxPool2d(3, 2, 1),
                Block($"{name}.{i}.block1", widths[i]),
                Block($"{name}.{i}.block2", widths[i])));
            (height, width, channels) = ((height + 1) / 2, (width + 1) / 2, widths[i]);
        }

        var dense = new Linear($"{name}.dense", height * width * channels, 256, Activation.Relu, initializer, random);
        layers = Add(new Sequential([.. sections, new Activate(Activation.Relu), new Flatten(), dense]));

        Residual Block(string block, int size) => new(new Sequential(
            new Activate(Activation.Relu), Convolution($"{block}.0", size, size, Activation.Relu), Convolution($"{block}.1", size, size, Activation.None)));

        Conv2d Convolution(string layer, int inputs, int outputs, Activation activation) => new(layer, inputs, outputs, 3, 1, 1, activation, initializer, random);
    }

    /// <summary>Width of the output.</summary>
    public int OutputSize => 256;

    /// <summary>The network applied to <c>[batch, height, width, channels]</c>, giving <c>[batch, <see cref="OutputSize"/>]</c>.</summary>
    public override Tensor Forward(Tensor x) => layers.Forward(x);
}
