namespace Bellman.Numerics;

/// <summary>One double: what is left over after whole registers, and machines without vector instructions.</summary>
public readonly struct DoubleLanesScalar : IDoubleLanes<DoubleLanesScalar>
{
    private readonly double value;

    private DoubleLanesScalar(double value) => this.value = value;

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static DoubleLanesScalar Create(double value) => new(value);

    /// <inheritdoc/>
    public static DoubleLanesScalar Load(double[] values, int start) => new(values[start]);

    /// <inheritdoc/>
    public static DoubleLanesScalar Load(ReadOnlySpan<float> values, int start) => new(values[start]);

    /// <inheritdoc/>
    public static DoubleLanesScalar Load(ReadOnlySpan<int> values, int start) => new(values[start]);

    /// <inheritdoc/>
    public void Store(double[] values, int start) => values[start] = value;

    /// <inheritdoc/>
    public static void StoreRows(Span<float> rows, int start, DoubleLanesScalar a, DoubleLanesScalar b)
    {
        var row = rows.Slice(start * 2, 2);
        row[0] = (float)a.value;
        row[1] = (float)b.value;
    }

    /// <inheritdoc/>
    public static void StoreRows(Span<float> rows, int start, DoubleLanesScalar a, DoubleLanesScalar b, DoubleLanesScalar c)
    {
        var row = rows.Slice(start * 3, 3);
        row[0] = (float)a.value;
        row[1] = (float)b.value;
        row[2] = (float)c.value;
    }

    /// <inheritdoc/>
    public static void StoreRows(Span<float> rows, int start, DoubleLanesScalar a, DoubleLanesScalar b, DoubleLanesScalar c, DoubleLanesScalar d)
    {
        var row = rows.Slice(start * 4, 4);
        row[0] = (float)a.value;
        row[1] = (float)b.value;
        row[2] = (float)c.value;
        row[3] = (float)d.value;
    }

    /// <inheritdoc/>
    public static DoubleLanesScalar operator +(DoubleLanesScalar a, DoubleLanesScalar b) => new(a.value + b.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar operator -(DoubleLanesScalar a, DoubleLanesScalar b) => new(a.value - b.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar operator *(DoubleLanesScalar a, DoubleLanesScalar b) => new(a.value * b.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar operator /(DoubleLanesScalar a, DoubleLanesScalar b) => new(a.value / b.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar operator -(DoubleLanesScalar a) => new(-a.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar operator &(DoubleLanesScalar a, DoubleLanesScalar b) => Mask(IsSet(a) && IsSet(b));

    /// <inheritdoc/>
    public static DoubleLanesScalar operator |(DoubleLanesScalar a, DoubleLanesScalar b) => Mask(IsSet(a) || IsSet(b));

    /// <inheritdoc/>
    public static DoubleLanesScalar operator ^(DoubleLanesScalar a, DoubleLanesScalar b) =>
        new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a.value) ^ BitConverter.DoubleToInt64Bits(b.value)));

    /// <inheritdoc/>
    public static DoubleLanesScalar MultiplyAdd(DoubleLanesScalar a, DoubleLanesScalar b, DoubleLanesScalar c) =>
        new(DoubleLanes.Fused ? Math.FusedMultiplyAdd(a.value, b.value, c.value) : (a.value * b.value) + c.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar Min(DoubleLanesScalar a, DoubleLanesScalar b) => new(Math.Min(a.value, b.value));

    /// <inheritdoc/>
    public static DoubleLanesScalar Max(DoubleLanesScalar a, DoubleLanesScalar b) => new(Math.Max(a.value, b.value));

    /// <inheritdoc/>
    public static DoubleLanesScalar Abs(DoubleLanesScalar a) => new(Math.Abs(a.value));

    /// <inheritdoc/>
    public static DoubleLanesScalar Floor(DoubleLanesScalar a) => new(Math.Floor(a.value));

    /// <inheritdoc/>
    public static DoubleLanesScalar LessThan(DoubleLanesScalar a, DoubleLanesScalar b) => Mask(a.value < b.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar LessThanOrEqual(DoubleLanesScalar a, DoubleLanesScalar b) => Mask(a.value <= b.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar Equal(DoubleLanesScalar a, DoubleLanesScalar b) => Mask(a.value == b.value);

    /// <inheritdoc/>
    public static DoubleLanesScalar Select(DoubleLanesScalar mask, DoubleLanesScalar yes, DoubleLanesScalar no) => IsSet(mask) ? yes : no;

    /// <inheritdoc/>
    public static DoubleLanesScalar MaskFromBit(DoubleLanesScalar a, int bit) => Mask(((BitConverter.DoubleToInt64Bits(a.value) >> bit) & 1) != 0);

    /// <inheritdoc/>
    public static DoubleLanesScalar SignFromBit(DoubleLanesScalar a, int bit) => new(BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(a.value) >> bit) << 63));

    /// <inheritdoc/>
    public static uint Bits(DoubleLanesScalar mask) => IsSet(mask) ? 1u : 0;

    private static DoubleLanesScalar Mask(bool set) => new(BitConverter.Int64BitsToDouble(set ? -1 : 0));

    private static bool IsSet(DoubleLanesScalar mask) => BitConverter.DoubleToInt64Bits(mask.value) < 0;
}
