namespace Bellman.Numerics;

/// <summary>Layers one after the other.</summary>
public sealed class Sequential : Layer
{
    private readonly Layer[] layers;

    /// <summary>A chain of layers, the first one first; none gives its input.</summary>
    public Sequential(params ReadOnlySpan<Layer> layers)
    {
        this.layers = layers.ToArray();
        foreach (var layer in this.layers)
        {
            Add(layer);
        }
    }

    /// <summary>The last layer's output.</summary>
    public override Tensor Forward(Tensor x)
    {
        foreach (var layer in layers)
        {
            x = layer.Forward(x);
        }

        return x;
    }
}
