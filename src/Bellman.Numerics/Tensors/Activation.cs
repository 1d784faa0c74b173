namespace Bellman.Numerics;

/// <summary>The function after a linear layer.</summary>
public enum Activation
{
    /// <summary>None: the layer is linear.</summary>
    None,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>1 / (1 + e^−x).</summary>
    Sigmoid,

    /// <summary><see cref="Tensor.Elu"/>.</summary>
    Elu,

    /// <summary><see cref="Tensor.Silu"/>.</summary>
    Silu,

    /// <summary><see cref="Tensor.Gelu"/>.</summary>
    Gelu,

    /// <summary><see cref="Tensor.GeluTanh"/>.</summary>
    GeluTanh,
}
