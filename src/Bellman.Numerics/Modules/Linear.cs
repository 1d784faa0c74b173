namespace Bellman.Numerics;

/// <summary>activation(x·W + b) with W <c>[in, out]</c>.</summary>
public sealed class Linear : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Activation activation;

    /// <summary>A layer with weights drawn by the initializer.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.weight</c>, <c>name.bias</c>.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="activation">The function after it.</param>
    /// <param name="initializer">How weights and biases start.</param>
    /// <param name="random">Where the draws come from.</param>
    public Linear(string name, int inputs, int outputs, Activation activation, Initializer initializer, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        weight = Add(new Parameter($"{name}.weight", (inputs, outputs)));
        bias = Add(new Parameter($"{name}.bias", outputs));
        this.activation = activation;
        initializer.Initialize(weight, bias, random);
    }

    /// <summary>The weight matrix, <c>[in, out]</c>.</summary>
    public Parameter Weight => weight;

    /// <summary>The bias, <c>[out]</c>.</summary>
    public Parameter Bias => bias;

    /// <summary>The layer applied to <c>[.., in]</c>, giving <c>[.., out]</c>.</summary>
    public override Tensor Forward(Tensor x) => Tensor.Linear(x, weight, bias, activation);
}
