namespace Bellman.Numerics;

/// <summary>Layer normalisation of the last axis, with a scale that starts at 1 and an offset that starts at 0; see <see cref="Tensor.LayerNorm"/>.</summary>
public sealed class LayerNorm : Layer
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly float epsilon;

    /// <summary>A layer that does no more than normalise yet.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.weight</c>, <c>name.bias</c>.</param>
    /// <param name="width">Size of the last axis.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public LayerNorm(string name, int width, double epsilon = 1e-5)
    {
        weight = Add(new Parameter($"{name}.weight", width));
        bias = Add(new Parameter($"{name}.bias", width));
        this.epsilon = (float)epsilon;
        weight.CopyFrom([.. Enumerable.Repeat(1f, width)]);
    }

    /// <summary>The layer applied to <c>[.., width]</c>.</summary>
    public override Tensor Forward(Tensor x) => x.LayerNorm(x.Tape.Use(weight), x.Tape.Use(bias), epsilon);
}
