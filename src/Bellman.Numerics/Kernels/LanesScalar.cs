using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>One float: for machines, and tests, without vector instructions.</summary>
internal readonly unsafe struct LanesScalar(float value) : ILanes<LanesScalar>
{
    private readonly float value = value;

    public static int Count => 1;

    public static LanesScalar Create(float value) => new(value);

    public static LanesScalar Load(float* source) => new(*source);

    public void Store(float* destination) => *destination = value;

    public static LanesScalar operator +(LanesScalar a, LanesScalar b) => new(a.value + b.value);

    public static LanesScalar operator -(LanesScalar a, LanesScalar b) => new(a.value - b.value);

    public static LanesScalar operator *(LanesScalar a, LanesScalar b) => new(a.value * b.value);

    public static LanesScalar operator /(LanesScalar a, LanesScalar b) => new(a.value / b.value);

    public static LanesScalar operator -(LanesScalar a) => new(-a.value);

    public static LanesScalar operator &(LanesScalar a, LanesScalar b) => FromBits(a.Bits & b.Bits);

    public static LanesScalar operator |(LanesScalar a, LanesScalar b) => FromBits(a.Bits | b.Bits);

    public static LanesScalar MultiplyAdd(LanesScalar a, LanesScalar b, LanesScalar c) => new((a.value * b.value) + c.value);

    public static LanesScalar Min(LanesScalar a, LanesScalar b) => new(MathF.Min(a.value, b.value));

    public static LanesScalar Max(LanesScalar a, LanesScalar b) => new(MathF.Max(a.value, b.value));

    public static LanesScalar Abs(LanesScalar a) => new(MathF.Abs(a.value));

    public static LanesScalar Sqrt(LanesScalar a) => new(MathF.Sqrt(a.value));

    public static LanesScalar LessThan(LanesScalar a, LanesScalar b) => Mask(a.value < b.value);

    public static LanesScalar LessThanOrEqual(LanesScalar a, LanesScalar b) => Mask(a.value <= b.value);

    public static LanesScalar Equal(LanesScalar a, LanesScalar b) => Mask(a.value == b.value);

    public static LanesScalar Select(LanesScalar mask, LanesScalar yes, LanesScalar no) => mask.Bits != 0 ? yes : no;

    public static LanesScalar Round(LanesScalar a) => new(MathF.Round(a.value));

    public static LanesScalar Scale(LanesScalar a, LanesScalar n)
    {
        var whole = (int)n.value;
        var half = whole >> 1;
        return a * FromBits((half + 127) << 23) * FromBits((whole - half + 127) << 23);
    }

    public static LanesScalar Exponent(LanesScalar a) => new((a.Bits >>> 23) - 127);

    public static LanesScalar Mantissa(LanesScalar a) => FromBits((a.Bits & 0x007FFFFF) | 0x3F800000);

    private int Bits => BitConverter.SingleToInt32Bits(value);

    private static LanesScalar FromBits(int bits) => new(BitConverter.Int32BitsToSingle(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LanesScalar Mask(bool set) => FromBits(set ? -1 : 0);
}
