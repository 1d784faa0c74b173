using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

internal struct Addition : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient;
}

internal struct Subtraction : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => -gradient;
}

internal struct Multiplication : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient * a;
}

internal struct Division : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => -(gradient * a) / (b * b);
}

internal struct MinimumOf : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => L.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient & L.LessThanOrEqual(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient & L.LessThan(b, a);
}

internal struct MaximumOf : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => L.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient & L.LessThanOrEqual(b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient & L.LessThan(a, b);
}
