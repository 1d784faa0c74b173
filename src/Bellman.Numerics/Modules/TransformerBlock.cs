namespace Bellman.Numerics;

/// <summary>
/// A layer of a transformer, normalised before each part: x + attention(norm(x)), then x + network(norm(x)) with a hidden layer four times as wide.
/// </summary>
/// <remarks>GPT-2's form (Radford et al. 2019); why the norms stand first: Xiong et al. 2020, arXiv:2002.04745.</remarks>
public sealed class TransformerBlock : Layer
{
    private readonly LayerNorm attentionNorm;
    private readonly MultiHeadAttention attention;
    private readonly LayerNorm networkNorm;
    private readonly Linear expand;
    private readonly Linear contract;
    private readonly Dropout dropout;
    private readonly bool causal;

    /// <summary>A block with weights drawn.</summary>
    /// <param name="name">The prefix of its parameters' names.</param>
    /// <param name="width">Of input and output.</param>
    /// <param name="heads">How many heads the attention has.</param>
    /// <param name="causal">Whether a place sees only itself and those before, as in language models.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="dropout">The rate at which what both parts add is dropped in training.</param>
    /// <param name="activation">The function of the hidden layer.</param>
    /// <param name="initializer">How the linear layers start; by default as in PyTorch.</param>
    public TransformerBlock(
        string name, int width, int heads, bool causal, SplittableRandom random, double dropout = 0, Activation activation = Activation.GeluTanh, Initializer? initializer = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        this.causal = causal;
        attentionNorm = Add(new LayerNorm($"{name}.norm1", width));
        attention = Add(new MultiHeadAttention($"{name}.attention", width, heads, random, initializer));
        networkNorm = Add(new LayerNorm($"{name}.norm2", width));
        expand = Add(new Linear($"{name}.expand", width, 4 * width, activation, initializer ?? Initializer.UniformFanIn(), random));
        contract = Add(new Linear($"{name}.contract", 4 * width, width, Activation.None, initializer ?? Initializer.UniformFanIn(), random));
        DropoutStream = random.Split($"{name}.dropout");
        this.dropout = Add(new Dropout(dropout, DropoutStream));
    }

    /// <summary>Where dropout draws from: to be named to <see cref="Tape.Recompute"/>, so that it draws the same again.</summary>
    public SplittableRandom DropoutStream { get; }

    /// <summary>The block applied to <c>[batch, n, width]</c>.</summary>
    public override Tensor Forward(Tensor x) => Forward(x, null);

    /// <summary>The block applied to <c>[batch, n, width]</c> where some places are padding.</summary>
    /// <param name="x">The sequences.</param>
    /// <param name="keyMask"><c>[batch, n]</c>: 0 for places that nobody sees.</param>
    public Tensor Forward(Tensor x, Tensor? keyMask)
    {
        x += dropout.Forward(attention.Forward(attentionNorm.Forward(x), causal, keyMask));
        return x + dropout.Forward(contract.Forward(expand.Forward(networkNorm.Forward(x))));
    }
}
