namespace Bellman.Numerics;

/// <summary>
/// A register of <see cref="Count"/> floats. Kernels are generic over it, so that each is written once for every width.
/// Operations are exactly rounded and the same in every set that has FMA, so the sets give equal bits.
/// </summary>
/// <remarks>Comparisons give all ones or all zeros a lane; <see cref="Select"/>, <c>&amp;</c> and <c>|</c> take those masks.</remarks>
internal unsafe interface ILanes<TSelf> where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Floats in a register: 16, 8, 4 or 1; always a divisor of 16, to which buffers are padded.</summary>
    static abstract int Count { get; }

    static abstract TSelf Create(float value);

    static abstract TSelf Load(float* source);

    void Store(float* destination);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a);

    static abstract TSelf operator &(TSelf a, TSelf b);

    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>a·b + c with one rounding; with two in the sets that have no FMA.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The smaller; NaN if either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The larger; NaN if either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Abs(TSelf a);

    static abstract TSelf Sqrt(TSelf a);

    static abstract TSelf LessThan(TSelf a, TSelf b);

    static abstract TSelf LessThanOrEqual(TSelf a, TSelf b);

    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary><paramref name="yes"/> where the mask is set, <paramref name="no"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf yes, TSelf no);

    /// <summary>To the nearest integer, ties to even; for |a| &lt; 2^22.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>a·2^n for a finite a and an integral n in [-252, 252], right also where the result is subnormal or infinite.</summary>
    static abstract TSelf Scale(TSelf a, TSelf n);

    /// <summary>For a positive, normal and finite a: floor(log2 a), as a float.</summary>
    static abstract TSelf Exponent(TSelf a);

    /// <summary>For a positive, normal and finite a: a·2^-floor(log2 a), in [1, 2).</summary>
    static abstract TSelf Mantissa(TSelf a);
}
