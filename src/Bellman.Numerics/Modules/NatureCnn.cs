namespace Bellman.Numerics;

/// <summary>
/// The network of Mnih et al. 2015 (doi:10.1038/nature14236) up to its last hidden layer: convolutions 32 of 8×8 by 4, 64 of 4×4 by 2, 64 of 3×3 by 1, then 512 units, all ReLU.
/// Images of at least 36×36; Atari's are <c>[batch, 84, 84, 4]</c>, in [0, 1] as <see cref="Tape.Images"/> makes them.
/// </summary>
public sealed class NatureCnn : Layer
{
    private readonly Sequential layers;

    /// <summary>A network with weights drawn by the initializer.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.0.weight</c> and so on.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">Channels of an image, stacked frames included.</param>
    /// <param name="initializer">How the layers start.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <exception cref="ArgumentException">The image is smaller than 36×36.</exception>
    public NatureCnn(string name, int height, int width, int channels, Initializer initializer, SplittableRandom random)
    {
        var first = new Conv2d($"{name}.0", channels, 32, 8, 4, 0, Activation.Relu, initializer, random);
        var second = new Conv2d($"{name}.1", 32, 64, 4, 2, 0, Activation.Relu, initializer, random);
        var third = new Conv2d($"{name}.2", 64, 64, 3, 1, 0, Activation.Relu, initializer, random);
        var features = third.OutputShape(second.OutputShape(first.OutputShape((1, height, width, channels)))).Count;
        layers = Add(new Sequential(first, second, third, new Flatten(), new Linear($"{name}.3", features, 512, Activation.Relu, initializer, random)));
    }

    /// <summary>Width of the output.</summary>
    public int OutputSize => 512;

    /// <summary>The network applied to <c>[batch, height, width, channels]</c>, giving <c>[batch, <see cref="OutputSize"/>]</c>.</summary>
    public override Tensor Forward(Tensor x) => layers.Forward(x);
}
