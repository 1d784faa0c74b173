using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>x·Φ(x), Φ the normal distribution function.</summary>
internal struct GaussianGated : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => x * Probability(x);

    // Φ(x) + x·φ(x)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> =>
        L.MultiplyAdd(x * L.Create(0.3989422804014327f), VectorMath.Exp(x * x * L.Create(-0.5f)), Probability(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Probability<L>(L x) where L : unmanaged, ILanes<L> =>
        L.MultiplyAdd(VectorMath.Erf(x * L.Create(0.7071067811865476f)), L.Create(0.5f), L.Create(0.5f));

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx)
    {
        var probability = (0.5f * (0.7071067811865476f * x).Erf()) + 0.5f;
        return dx * (probability + (0.3989422804014327f * x * (-0.5f * x.Square()).Exp()));
    }
}

/// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), close to <see cref="GaussianGated"/> and cheaper.</summary>
internal struct GaussianGatedByTanh : IUnaryOperation
{
    private const float Scale = 0.7978845608028654f;
    private const float Cubic = 0.7978845608028654f * 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L>
    {
        var half = x * L.Create(0.5f);
        return L.MultiplyAdd(half, Tanh(x), half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L>
    {
        L half = L.Create(0.5f), t = Tanh(x);
        var slope = L.MultiplyAdd(x * x, L.Create(3 * Cubic), L.Create(Scale));
        return L.MultiplyAdd(x * half * slope, L.MultiplyAdd(-t, t, L.Create(1)), L.MultiplyAdd(half, t, half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Tanh<L>(L x) where L : unmanaged, ILanes<L> =>
        VectorMath.Tanh(x * L.MultiplyAdd(x * x, L.Create(Cubic), L.Create(Scale)));

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx)
    {
        var square = x.Square();
        var t = (x * ((Cubic * square) + Scale)).Tanh();
        return dx * ((0.5f * (1 + t)) + (0.5f * x * ((3 * Cubic * square) + Scale) * (1 - t.Square())));
    }
}

/// <summary>x·sigmoid(x).</summary>
internal struct LogisticGated : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => x * VectorMath.Sigmoid(x);

    // s + y·(1 − s)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L>
    {
        var s = VectorMath.Sigmoid(x);
        return L.MultiplyAdd(-y, s, s + y);
    }

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx)
    {
        var s = x.Sigmoid();
        return dx * (s + (y * (1 - s)));
    }
}

/// <summary>x above 0, e^x − 1 below.</summary>
internal struct ExponentialLinear : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> =>
        L.Select(L.LessThan(L.Create(0), x), x, VectorMath.ExpMinusOne(L.Min(x, L.Create(0))));

    // y + 1 is e^x below 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Min(y, L.Create(0)) + L.Create(1);

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * (1 - (-y).Relu());
}
