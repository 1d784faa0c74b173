namespace Bellman.Numerics;

/// <summary>A function of each element as a layer, where it cannot be part of the layer before.</summary>
/// <param name="activation">The function.</param>
public sealed class Activate(Activation activation) : Layer
{
    /// <summary>The function of every element.</summary>
    public override Tensor Forward(Tensor x) => x.Activate(activation);
}
