namespace Bellman.Numerics;

/// <summary>Attention of several heads between two linear layers; see <see cref="Tensor.Attention"/>.</summary>
/// <remarks>Vaswani et al. 2017, arXiv:1706.03762. Weights start as in PyTorch unless an initializer is given.</remarks>
public sealed class MultiHeadAttention : Module
{
    private readonly Linear inputs;
    private readonly Linear outputs;
    private readonly int width;
    private readonly int heads;

    /// <summary>A layer with weights drawn.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.in.weight</c>, which holds queries, keys and values side by side, <c>name.out.weight</c>, and their biases.</param>
    /// <param name="width">Of input and output; each head has width/heads of it.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="initializer">How both linear layers start; by default Glorot's for the first and ±1/√width for the second, biases 0.</param>
    /// <exception cref="ArgumentException">The width is no multiple of the heads.</exception>
    public MultiHeadAttention(string name, int width, int heads, SplittableRandom random, Initializer? initializer = null)
    {
        if (heads < 1 || width % heads != 0)
        {
            throw new ArgumentException($"A width of {width} does not fall into {heads} heads.", nameof(heads));
        }

        (this.width, this.heads) = (width, heads);
        inputs = Add(new Linear($"{name}.in", width, 3 * width, Activation.None, initializer ?? Initializer.XavierUniform(), random));
        outputs = Add(new Linear($"{name}.out", width, width, Activation.None, initializer ?? Initializer.UniformFanIn(), random));
        if (initializer is null)
        {
            outputs.Bias.CopyFrom(new float[width]);
        }
    }

    /// <summary>Self-attention of <c>[batch, n, width]</c>.</summary>
    /// <param name="x">The sequences.</param>
    /// <param name="causal">Whether a place sees only itself and those before.</param>
    /// <param name="keyMask"><c>[batch, n]</c>: 0 for places, such as padding, that nobody sees.</param>
    public Tensor Forward(Tensor x, bool causal = false, Tensor? keyMask = null) => outputs.Forward(inputs.Forward(x).SelfAttention(heads, causal, keyMask));

    /// <summary>Attention of <c>[batch, n, width]</c> to another sequence, <c>[batch, m, width]</c>.</summary>
    /// <param name="x">The sequences that ask.</param>
    /// <param name="memory">The sequences that are asked.</param>
    /// <param name="keyMask"><c>[batch, m]</c>: 0 for places of the memory that nobody sees.</param>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? keyMask = null)
    {
        Tensor weight = x.Tape.Use(inputs.Weight), bias = x.Tape.Use(inputs.Bias);
        var query = Tensor.Linear(x, weight.Slice(0, width), bias.Slice(0, width));
        var key = Tensor.Linear(memory, weight.Slice(width, width), bias.Slice(width, width));
        var value = Tensor.Linear(memory, weight.Slice(2 * width, width), bias.Slice(2 * width, width));
        return outputs.Forward(Tensor.Attention(query, key, value, heads, causal: false, keyMask));
    }
}
