namespace Bellman.Numerics;

/// <summary>
/// A register of <see cref="Count"/> doubles, for code outside the numerics that works on many values at once: written once, generic over the lanes, it runs at every width.
/// Every operation is exactly rounded and the same in each set that has a fused multiply-add, so results have the same bits at every width there.
/// </summary>
/// <typeparam name="TSelf">The lanes themselves.</typeparam>
/// <remarks>Comparisons give masks, all ones or all zeros a lane, which <see cref="Select"/>, <c>&amp;</c>, <c>|</c> and <see cref="Bits"/> take.</remarks>
public interface IDoubleLanes<TSelf> where TSelf : struct, IDoubleLanes<TSelf>
{
    /// <summary>Doubles in a register: 8, 4, 2 or 1.</summary>
    static abstract int Count { get; }

    /// <summary>The value in every lane.</summary>
    static abstract TSelf Create(double value);

    /// <summary><see cref="Count"/> values from <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    static abstract TSelf Load(double[] values, int start);

    /// <summary><see cref="Count"/> floats from <paramref name="start"/> on, widened.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    static abstract TSelf Load(ReadOnlySpan<float> values, int start);

    /// <summary><see cref="Count"/> whole numbers from <paramref name="start"/> on, as doubles.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    static abstract TSelf Load(ReadOnlySpan<int> values, int start);

    /// <summary>Writes the lanes from <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    void Store(double[] values, int start);

    /// <summary>Writes rows of two floats from row <paramref name="start"/> on: lane i gives row i.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    static abstract void StoreRows(Span<float> rows, int start, TSelf a, TSelf b);

    /// <summary>Writes rows of three floats from row <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    static abstract void StoreRows(Span<float> rows, int start, TSelf a, TSelf b, TSelf c);

    /// <summary>Writes rows of four floats from row <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room.</exception>
    static abstract void StoreRows(Span<float> rows, int start, TSelf a, TSelf b, TSelf c, TSelf d);

    /// <summary>a + b.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a·b.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>−a.</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>Where both masks are set.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>Where one of the masks is set.</summary>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>The bits of a, each turned over where b's is set.</summary>
    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>a·b + c with one rounding; with two in the sets that have no fused multiply-add.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The smaller.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The larger.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>|a|.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>The next whole number at or below.</summary>
    static abstract TSelf Floor(TSelf a);

    /// <summary>Where a &lt; b.</summary>
    static abstract TSelf LessThan(TSelf a, TSelf b);

    /// <summary>Where a ≤ b.</summary>
    static abstract TSelf LessThanOrEqual(TSelf a, TSelf b);

    /// <summary>Where a = b.</summary>
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary><paramref name="yes"/> where the mask is set, <paramref name="no"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf yes, TSelf no);

    /// <summary>A mask: where the given bit of a's representation is set.</summary>
    static abstract TSelf MaskFromBit(TSelf a, int bit);

    /// <summary>−0 where the given bit of a's representation is set, +0 elsewhere: with <c>^</c> it turns signs.</summary>
    static abstract TSelf SignFromBit(TSelf a, int bit);

    /// <summary>Bit i is set where lane i of the mask is.</summary>
    static abstract uint Bits(TSelf mask);
}

/// <summary>Work on double lanes with its arguments, written once for every width.</summary>
public interface IDoubleLanesWork
{
    /// <summary>Does the work.</summary>
    void Run<TLanes>() where TLanes : struct, IDoubleLanes<TLanes>;
}
