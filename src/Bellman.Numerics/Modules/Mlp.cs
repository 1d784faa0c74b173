namespace Bellman.Numerics;

/// <summary>A multi-layer perceptron: linear layers with an activation between them, and none after the last unless asked.</summary>
public sealed class Mlp : Layer
{
    private readonly Linear[] layers;

    /// <summary>A network with weights drawn by the initializers.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.0.weight</c> and so on.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="hiddenSizes">Widths of the hidden layers, in order; may be empty if there is an output layer.</param>
    /// <param name="outputs">Width of the output; 0 for a trunk that ends with its last hidden layer, activation included.</param>
    /// <param name="activation">The function after each hidden layer.</param>
    /// <param name="hiddenInitializer">How hidden layers start.</param>
    /// <param name="outputInitializer">How the output layer starts.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <exception cref="ArgumentException">There is no layer, or a width is not positive.</exception>
    public Mlp(
        string name,
        int inputs,
        IReadOnlyList<int> hiddenSizes,
        int outputs,
        Activation activation,
        Initializer hiddenInitializer,
        Initializer outputInitializer,
        SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(hiddenSizes);
        if (inputs < 1 || outputs < 0 || hiddenSizes.Any(size => size < 1) || (outputs == 0 && hiddenSizes.Count == 0))
        {
            throw new ArgumentException($"A network needs positive widths and at least one layer, but was given {inputs} → [{string.Join(", ", hiddenSizes)}] → {outputs}.", nameof(hiddenSizes));
        }

        layers = new Linear[hiddenSizes.Count + (outputs > 0 ? 1 : 0)];
        var width = inputs;
        for (var i = 0; i < layers.Length; i++)
        {
            var hidden = i < hiddenSizes.Count;
            var next = hidden ? hiddenSizes[i] : outputs;
            layers[i] = Add(new Linear($"{name}.{i}", width, next, hidden ? activation : Activation.None, hidden ? hiddenInitializer : outputInitializer, random));
            width = next;
        }

        OutputSize = width;
    }

    /// <summary>Width of the output.</summary>
    public int OutputSize { get; }

    /// <summary>The network applied to <c>[batch, inputs]</c>, giving <c>[batch, <see cref="OutputSize"/>]</c>.</summary>
    public override Tensor Forward(Tensor x)
    {
        foreach (var layer in layers)
        {
            x = layer.Forward(x);
        }

        return x;
    }
}
