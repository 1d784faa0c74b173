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

    public static Tensor? Tangent(Tensor a, Tensor b, Tensor y, Tensor? da, Tensor? db) => TangentInputs.Add(da, db);
}

internal struct Subtraction : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => -gradient;

    public static Tensor? Tangent(Tensor a, Tensor b, Tensor y, Tensor? da, Tensor? db) => TangentInputs.Add(da, -db);
}

internal struct Multiplication : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient * a;

    public static Tensor? Tangent(Tensor a, Tensor b, Tensor y, Tensor? da, Tensor? db) => TangentInputs.Add(da * b, a * db);
}

internal struct Division : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => -(gradient * a) / (b * b);

    public static Tensor? Tangent(Tensor a, Tensor b, Tensor y, Tensor? da, Tensor? db) => TangentInputs.Add(da, -(y * db)) / b;
}

internal struct MinimumOf : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => L.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient & L.LessThanOrEqual(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient & L.LessThan(b, a);

    public static Tensor? Tangent(Tensor a, Tensor b, Tensor y, Tensor? da, Tensor? db) => TangentInputs.Add(da * Tensor.Slopes<MinimumOf>(a, b, towardsA: true), db * Tensor.Slopes<MinimumOf>(a, b, towardsA: false));
}

internal struct MaximumOf : IBinaryOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Value<L>(L a, L b) where L : unmanaged, ILanes<L> => L.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient & L.LessThanOrEqual(b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L> => gradient & L.LessThan(a, b);

    public static Tensor? Tangent(Tensor a, Tensor b, Tensor y, Tensor? da, Tensor? db) => TangentInputs.Add(da * Tensor.Slopes<MaximumOf>(a, b, towardsA: true), db * Tensor.Slopes<MaximumOf>(a, b, towardsA: false));
}
