using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

internal struct Exponential : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => y;

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * y;
}

internal struct Logarithm : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Create(1) / x;

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx / x;
}

internal struct HyperbolicTangent : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.MultiplyAdd(-y, y, L.Create(1));

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * (1 - y.Square());
}

internal struct Logistic : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.MultiplyAdd(-y, y, y);

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * (y * (1 - y));
}

internal struct SoftplusOf : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => VectorMath.Sigmoid(x);

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * x.Sigmoid();
}

internal struct Rectified : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => L.Max(x, L.Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Create(1) & L.LessThan(L.Create(0), y);

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * Tensor.Slopes<Rectified>(x, y);
}

internal struct ErrorFunction : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Erf(x);

    // 2/√π·e^(−x²)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Create(1.1283791670955126f) * VectorMath.Exp(-x * x);

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * (1.1283791670955126f * (-x.Square()).Exp());
}

internal struct SquareOf : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => x + x;

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * (2 * x);
}

internal struct SquareRoot : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => L.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Create(0.5f) / y;

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx / (2 * y);
}

internal struct AbsoluteValue : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => L.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> =>
        (L.Create(1) & L.LessThan(L.Create(0), x)) | (L.Create(-1) & L.LessThan(x, L.Create(0)));

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => dx * Tensor.Slopes<AbsoluteValue>(x, y);
}

internal struct ReciprocalOf : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => L.Create(1) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => -y * y;

    public static Tensor Tangent(Tensor x, Tensor y, Tensor dx) => -(dx * y.Square());
}
