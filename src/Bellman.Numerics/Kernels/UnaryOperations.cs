using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

internal struct Exponential : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => y;
}

internal struct Logarithm : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Create(1) / x;
}

internal struct HyperbolicTangent : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.MultiplyAdd(-y, y, L.Create(1));
}

internal struct Logistic : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.MultiplyAdd(-y, y, y);
}

internal struct SoftplusOf : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => VectorMath.Sigmoid(x);
}

internal struct Rectified : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => L.Max(x, L.Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Create(1) & L.LessThan(L.Create(0), y);
}

internal struct ErrorFunction : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => VectorMath.Erf(x);

    // 2/√π·e^(−x²)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Create(1.1283791670955126f) * VectorMath.Exp(-x * x);
}

internal struct SquareOf : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => x + x;
}

internal struct SquareRoot : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => L.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => L.Create(0.5f) / y;
}

internal struct AbsoluteValue : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => L.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> =>
        (L.Create(1) & L.LessThan(L.Create(0), x)) | (L.Create(-1) & L.LessThan(x, L.Create(0)));
}

internal struct ReciprocalOf : IUnaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L x) where L : unmanaged, ILanes<L> => L.Create(1) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L> => -y * y;
}
