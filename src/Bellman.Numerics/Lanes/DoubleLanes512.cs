using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Bellman.Numerics;

/// <summary>Eight doubles in a 512-bit register.</summary>
public readonly struct DoubleLanes512 : IDoubleLanes<DoubleLanes512>
{
    private readonly Vector512<double> value;

    private DoubleLanes512(Vector512<double> value) => this.value = value;

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Create(double value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Load(double[] values, int start) => new(Vector512.LoadUnsafe(ref DoubleLanes.At(values, start, Count)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Load(ReadOnlySpan<float> values, int start) => new(Vector512.WidenLower(Vector256.Create(values.Slice(start, Count)).ToVector512Unsafe()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Load(ReadOnlySpan<int> values, int start) => new(Vector512.ConvertToDouble(Vector512.WidenLower(Vector256.Create(values.Slice(start, Count)).ToVector512Unsafe())));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double[] values, int start) => value.StoreUnsafe(ref DoubleLanes.At(values, start, Count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes512 a, DoubleLanes512 b)
    {
        ref var into = ref DoubleLanes.At(rows, start * 2, Count * 2);
        var ab = Vector512.Narrow(a.value, b.value);
        Vector512.Shuffle(ab, Vector512.Create(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15)).StoreUnsafe(ref into);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes512 a, DoubleLanes512 b, DoubleLanes512 c)
    {
        ref var into = ref DoubleLanes.At(rows, start * 3, Count * 3);
        var ab = Vector512.Narrow(a.value, b.value);
        var cc = Vector512.Narrow(c.value, c.value);
        var part0 = Vector512.ConditionalSelect(Vector512.Create(-1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1).AsSingle(), Vector512.Shuffle(ab, Vector512.Create(0, 8, 0, 1, 9, 0, 2, 10, 0, 3, 11, 0, 4, 12, 0, 5)), Vector512.Shuffle(cc, Vector512.Create(0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0)));
        part0.StoreUnsafe(ref into);
        var part1 = Vector512.ConditionalSelect(Vector512.Create(-1, 0, -1, -1, 0, -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1).AsSingle(), Vector512.Shuffle(ab, Vector512.Create(13, 0, 6, 14, 0, 7, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0)), Vector512.Shuffle(cc, Vector512.Create(0, 5, 0, 0, 6, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0)));
        part1.GetLower().StoreUnsafe(ref Unsafe.Add(ref into, 16));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes512 a, DoubleLanes512 b, DoubleLanes512 c, DoubleLanes512 d)
    {
        ref var into = ref DoubleLanes.At(rows, start * 4, Count * 4);
        var ab = Vector512.Narrow(a.value, b.value);
        var cd = Vector512.Narrow(c.value, d.value);
        var part0 = Vector512.ConditionalSelect(Vector512.Create(-1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0).AsSingle(), Vector512.Shuffle(ab, Vector512.Create(0, 8, 0, 0, 1, 9, 0, 0, 2, 10, 0, 0, 3, 11, 0, 0)), Vector512.Shuffle(cd, Vector512.Create(0, 0, 0, 8, 0, 0, 1, 9, 0, 0, 2, 10, 0, 0, 3, 11)));
        part0.StoreUnsafe(ref into);
        var part1 = Vector512.ConditionalSelect(Vector512.Create(-1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0).AsSingle(), Vector512.Shuffle(ab, Vector512.Create(4, 12, 0, 0, 5, 13, 0, 0, 6, 14, 0, 0, 7, 15, 0, 0)), Vector512.Shuffle(cd, Vector512.Create(0, 0, 4, 12, 0, 0, 5, 13, 0, 0, 6, 14, 0, 0, 7, 15)));
        part1.StoreUnsafe(ref Unsafe.Add(ref into, 16));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 operator +(DoubleLanes512 a, DoubleLanes512 b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 operator -(DoubleLanes512 a, DoubleLanes512 b) => new(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 operator *(DoubleLanes512 a, DoubleLanes512 b) => new(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 operator /(DoubleLanes512 a, DoubleLanes512 b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 operator -(DoubleLanes512 a) => new(-a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 operator &(DoubleLanes512 a, DoubleLanes512 b) => new(a.value & b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 operator |(DoubleLanes512 a, DoubleLanes512 b) => new(a.value | b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 operator ^(DoubleLanes512 a, DoubleLanes512 b) => new(a.value ^ b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 MultiplyAdd(DoubleLanes512 a, DoubleLanes512 b, DoubleLanes512 c) => new(Vector512.FusedMultiplyAdd(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Min(DoubleLanes512 a, DoubleLanes512 b) => new(Vector512.Min(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Max(DoubleLanes512 a, DoubleLanes512 b) => new(Vector512.Max(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Abs(DoubleLanes512 a) => new(Vector512.Abs(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Floor(DoubleLanes512 a) => new(Vector512.Floor(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 LessThan(DoubleLanes512 a, DoubleLanes512 b) => new(Vector512.LessThan(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 LessThanOrEqual(DoubleLanes512 a, DoubleLanes512 b) => new(Vector512.LessThanOrEqual(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Equal(DoubleLanes512 a, DoubleLanes512 b) => new(Vector512.Equals(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 Select(DoubleLanes512 mask, DoubleLanes512 yes, DoubleLanes512 no) => new(Vector512.ConditionalSelect(mask.value, yes.value, no.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 MaskFromBit(DoubleLanes512 a, int bit) => new(Vector512.LessThan(a.value.AsInt64() << (63 - bit), Vector512<long>.Zero).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes512 SignFromBit(DoubleLanes512 a, int bit) => new((a.value.AsInt64() << (63 - bit)).AsDouble() & Vector512.Create(-0.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(DoubleLanes512 mask) => (uint)Vector512.ExtractMostSignificantBits(mask.value);
}
