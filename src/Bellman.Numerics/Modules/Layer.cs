namespace Bellman.Numerics;

/// <summary>A part of a network from one tensor to one: what <see cref="Sequential"/> and <see cref="Residual"/> are made of.</summary>
public abstract class Layer : Module
{
    /// <summary>The layer's output, on the input's tape.</summary>
    public abstract Tensor Forward(Tensor x);
}
