namespace Bellman.Numerics;

/// <summary>All axes but the first in one: images to rows of features. Nothing is copied.</summary>
public sealed class Flatten : Layer
{
    /// <summary><c>[batch, ..]</c> to <c>[batch, features]</c>.</summary>
    public override Tensor Forward(Tensor x)
    {
        var shape = x.Shape;
        return x.Reshape((shape[0], shape.WithoutFirst().Count));
    }
}
