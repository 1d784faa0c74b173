using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Bellman.Numerics;

/// <summary>Two doubles in a 128-bit register.</summary>
public readonly struct DoubleLanes128 : IDoubleLanes<DoubleLanes128>
{
    private readonly Vector128<double> value;

    private DoubleLanes128(Vector128<double> value) => this.value = value;

    /// <inheritdoc/>
    public static int Count => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Create(double value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Load(double[] values, int start) => new(Vector128.LoadUnsafe(ref DoubleLanes.At(values, start, Count)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Load(ReadOnlySpan<float> values, int start) => new(Vector128.Create((double)values[start], values[start + 1]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Load(ReadOnlySpan<int> values, int start) => new(Vector128.Create((double)values[start], values[start + 1]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double[] values, int start) => value.StoreUnsafe(ref DoubleLanes.At(values, start, Count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes128 a, DoubleLanes128 b)
    {
        var into = rows.Slice(start * 2, Count * 2);
        into[0] = (float)a.value[0];
        into[1] = (float)b.value[0];
        into[2] = (float)a.value[1];
        into[3] = (float)b.value[1];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes128 a, DoubleLanes128 b, DoubleLanes128 c)
    {
        var into = rows.Slice(start * 3, Count * 3);
        into[0] = (float)a.value[0];
        into[1] = (float)b.value[0];
        into[2] = (float)c.value[0];
        into[3] = (float)a.value[1];
        into[4] = (float)b.value[1];
        into[5] = (float)c.value[1];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Span<float> rows, int start, DoubleLanes128 a, DoubleLanes128 b, DoubleLanes128 c, DoubleLanes128 d)
    {
        var into = rows.Slice(start * 4, Count * 4);
        into[0] = (float)a.value[0];
        into[1] = (float)b.value[0];
        into[2] = (float)c.value[0];
        into[3] = (float)d.value[0];
        into[4] = (float)a.value[1];
        into[5] = (float)b.value[1];
        into[6] = (float)c.value[1];
        into[7] = (float)d.value[1];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 operator +(DoubleLanes128 a, DoubleLanes128 b) => new(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 operator -(DoubleLanes128 a, DoubleLanes128 b) => new(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 operator *(DoubleLanes128 a, DoubleLanes128 b) => new(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 operator /(DoubleLanes128 a, DoubleLanes128 b) => new(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 operator -(DoubleLanes128 a) => new(-a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 operator &(DoubleLanes128 a, DoubleLanes128 b) => new(a.value & b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 operator |(DoubleLanes128 a, DoubleLanes128 b) => new(a.value | b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 operator ^(DoubleLanes128 a, DoubleLanes128 b) => new(a.value ^ b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 MultiplyAdd(DoubleLanes128 a, DoubleLanes128 b, DoubleLanes128 c) =>
        DoubleLanes.Fused ? new(Vector128.FusedMultiplyAdd(a.value, b.value, c.value)) : new((a.value * b.value) + c.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Min(DoubleLanes128 a, DoubleLanes128 b) => new(Vector128.Min(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Max(DoubleLanes128 a, DoubleLanes128 b) => new(Vector128.Max(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Abs(DoubleLanes128 a) => new(Vector128.Abs(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Floor(DoubleLanes128 a) => new(Vector128.Floor(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 LessThan(DoubleLanes128 a, DoubleLanes128 b) => new(Vector128.LessThan(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 LessThanOrEqual(DoubleLanes128 a, DoubleLanes128 b) => new(Vector128.LessThanOrEqual(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Equal(DoubleLanes128 a, DoubleLanes128 b) => new(Vector128.Equals(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 Select(DoubleLanes128 mask, DoubleLanes128 yes, DoubleLanes128 no) => new(Vector128.ConditionalSelect(mask.value, yes.value, no.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 MaskFromBit(DoubleLanes128 a, int bit) => new(Vector128.LessThan(a.value.AsInt64() << (63 - bit), Vector128<long>.Zero).AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes128 SignFromBit(DoubleLanes128 a, int bit) => new((a.value.AsInt64() << (63 - bit)).AsDouble() & Vector128.Create(-0.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(DoubleLanes128 mask) => (uint)Vector128.ExtractMostSignificantBits(mask.value);
}
