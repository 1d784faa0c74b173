namespace Bellman.Numerics;

/// <summary>A convolution: activation(windows(x)·W + b) with W <c>[kernelHeight·kernelWidth·in, out]</c>.</summary>
public sealed class Conv2d : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Size2d kernel;
    private readonly Size2d stride;
    private readonly Size2d padding;
    private readonly Activation activation;

    /// <summary>A layer with weights drawn by the initializer, for which a window is one row of inputs.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.weight</c>, <c>name.bias</c>.</param>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="kernel">The window's height and width.</param>
    /// <param name="stride">How far windows lie apart.</param>
    /// <param name="padding">Rows and columns of zeros on every side.</param>
    /// <param name="activation">The function after it.</param>
    /// <param name="initializer">How weights and biases start.</param>
    /// <param name="random">Where the draws come from.</param>
    public Conv2d(string name, int inputs, int outputs, Size2d kernel, Size2d stride, Size2d padding, Activation activation, Initializer initializer, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        weight = Add(new Parameter($"{name}.weight", (kernel.Height * kernel.Width * inputs, outputs)));
        bias = Add(new Parameter($"{name}.bias", outputs));
        (this.kernel, this.stride, this.padding, this.activation) = (kernel, stride, padding, activation);
        initializer.Initialize(weight, bias, random);
    }

    /// <summary>The weight, <c>[kernelHeight·kernelWidth·in, out]</c>.</summary>
    public Parameter Weight => weight;

    /// <summary>The bias, <c>[out]</c>.</summary>
    public Parameter Bias => bias;

    /// <summary>The layer applied to <c>[batch, height, width, in]</c>, giving <c>[batch, outputHeight, outputWidth, out]</c>.</summary>
    public override Tensor Forward(Tensor x) => Tensor.Conv2d(x, x.Tape.Use(weight), x.Tape.Use(bias), kernel, stride, padding, activation);

    /// <summary>The output's shape for an input's.</summary>
    /// <exception cref="ArgumentException">The kernel does not fit the image.</exception>
    public Shape OutputShape(Shape input)
    {
        var window = new WindowShape(input, kernel, stride, padding);
        return (window.Images, window.OutputHeight, window.OutputWidth, bias.Count);
    }
}
