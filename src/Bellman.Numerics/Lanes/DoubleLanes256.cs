using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Bellman.Numerics;

/// <summary>Four doubles in a 256-bit register.</summary>
public readonly struct DoubleLanes256 : IDoubleLanes<DoubleLanes256>
{
    private readonly Vector256<double> value;

    private DoubleLanes256(Vector256<double> value) => this.value = value;

    /// <inheritdoc/>
    public static int Count => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Create(double value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Load(double[] values, int start) => new(Vector256.LoadUnsafe(ref DoubleLanes.At(values, start, Count)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Load(ReadOnlySpan<float> values, int start) => new(Vector256.WidenLower(Vector128.Create(values.Slice(start, Count)).ToVector256Unsafe()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Load(ReadOnlySpan<int> values, int start) => new(Vector256.Create((double)values[start], values[start + 1], values[start + 2], values[start + 3]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double[] values, int start) => value.StoreUnsafe(ref DoubleLanes.At(values, start, Count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes256 a, DoubleLanes256 b)
    {
        ref var into = ref DoubleLanes.At(rows, start * 2, Count * 2);
        var ab = Vector256.Narrow(a.value, b.value);
        Vector256.Shuffle(ab, Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).StoreUnsafe(ref into);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes256 a, DoubleLanes256 b, DoubleLanes256 c)
    {
        ref var into = ref DoubleLanes.At(rows, start * 3, Count * 3);
        var ab = Vector256.Narrow(a.value, b.value);
        var cc = Vector256.Narrow(c.value, c.value);
        var part0 = Vector256.ConditionalSelect(Vector256.Create(-1, -1, 0, -1, -1, 0, -1, -1).AsSingle(), Vector256.Shuffle(ab, Vector256.Create(0, 4, 0, 1, 5, 0, 2, 6)), Vector256.Shuffle(cc, Vector256.Create(0, 0, 0, 0, 0, 1, 0, 0)));
        part0.StoreUnsafe(ref into);
        var part1 = Vector256.ConditionalSelect(Vector256.Create(0, -1, -1, 0, -1, -1, -1, -1).AsSingle(), Vector256.Shuffle(ab, Vector256.Create(0, 3, 7, 0, 0, 0, 0, 0)), Vector256.Shuffle(cc, Vector256.Create(2, 0, 0, 3, 0, 0, 0, 0)));
        part1.GetLower().StoreUnsafe(ref Unsafe.Add(ref into, 8));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes256 a, DoubleLanes256 b, DoubleLanes256 c, DoubleLanes256 d)
    {
        ref var into = ref DoubleLanes.At(rows, start * 4, Count * 4);
        var ab = Vector256.Narrow(a.value, b.value);
        var cd = Vector256.Narrow(c.value, d.value);
        var part0 = Vector256.ConditionalSelect(Vector256.Create(-1, -1, 0, 0, -1, -1, 0, 0).AsSingle(), Vector256.Shuffle(ab, Vector256.Create(0, 4, 0, 0, 1, 5, 0, 0)), Vector256.Shuffle(cd, Vector256.Create(0, 0, 0, 4, 0, 0, 1, 5)));
        part0.StoreUnsafe(ref into);
        var part1 = Vector256.ConditionalSelect(Vector256.Create(-1, -1, 0, 0, -1, -1, 0, 0).AsSingle(), Vector256.Shuffle(ab, Vector256.Create(2, 6, 0, 0, 3, 7, 0, 0)), Vector256.Shuffle(cd, Vector256.Create(0, 0, 2, 6, 0, 0, 3, 7)));
        part1.StoreUnsafe(ref Unsafe.Add(ref into, 8));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 operator +(DoubleLanes256 a, DoubleLanes256 b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 operator -(DoubleLanes256 a, DoubleLanes256 b) => new(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 operator *(DoubleLanes256 a, DoubleLanes256 b) => new(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 operator /(DoubleLanes256 a, DoubleLanes256 b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 operator -(DoubleLanes256 a) => new(-a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 operator &(DoubleLanes256 a, DoubleLanes256 b) => new(a.value & b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 operator |(DoubleLanes256 a, DoubleLanes256 b) => new(a.value | b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 operator ^(DoubleLanes256 a, DoubleLanes256 b) => new(a.value ^ b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 MultiplyAdd(DoubleLanes256 a, DoubleLanes256 b, DoubleLanes256 c) => new(Vector256.FusedMultiplyAdd(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Min(DoubleLanes256 a, DoubleLanes256 b) => new(Vector256.Min(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Max(DoubleLanes256 a, DoubleLanes256 b) => new(Vector256.Max(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Abs(DoubleLanes256 a) => new(Vector256.Abs(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Floor(DoubleLanes256 a) => new(Vector256.Floor(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 LessThan(DoubleLanes256 a, DoubleLanes256 b) => new(Vector256.LessThan(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 LessThanOrEqual(DoubleLanes256 a, DoubleLanes256 b) => new(Vector256.LessThanOrEqual(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Equal(DoubleLanes256 a, DoubleLanes256 b) => new(Vector256.Equals(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 Select(DoubleLanes256 mask, DoubleLanes256 yes, DoubleLanes256 no) => new(Vector256.ConditionalSelect(mask.value, yes.value, no.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 MaskFromBit(DoubleLanes256 a, int bit) => new(Vector256.LessThan(a.value.AsInt64() << (63 - bit), Vector256<long>.Zero).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes256 SignFromBit(DoubleLanes256 a, int bit) => new((a.value.AsInt64() << (63 - bit)).AsDouble() & Vector256.Create(-0.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(DoubleLanes256 mask) => (uint)Vector256.ExtractMostSignificantBits(mask.value);
}
