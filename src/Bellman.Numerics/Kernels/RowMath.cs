using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bellman.Numerics;

/// <summary>A value at each place of a row, computed a register at a time; places beyond the row's end may be asked for and are ignored.</summary>
internal interface IRowTerm
{
    L At<L>(nint place) where L : unmanaged, ILanes<L>;
}

/// <summary>
/// Reductions of single rows inside kernels: 16 accumulators, place i going to accumulator i mod 16, added by <see cref="Reductions.Tree(float*)"/>'s order, at any register width.
/// Rows may start anywhere; up to 15 floats beyond their end are read.
/// </summary>
internal static unsafe class RowMath
{
    private const int Accumulators = 16;

    private static ReadOnlySpan<float> Places => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>All ones in the first so many lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L FirstLanes<L>(nint count) where L : unmanaged, ILanes<L> =>
        L.LessThan(L.Load((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Places))), L.Create(count));

    /// <summary>Stores a register's first lanes; all of them if <paramref name="count"/> is as large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst<L>(L value, float* destination, nint count) where L : unmanaged, ILanes<L>
    {
        if (count >= L.Count)
        {
            value.Store(destination);
            return;
        }

        StoreFew(value, destination, count);
    }

    /// <summary>Σ over the places from 0 to <paramref name="count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<L, TTerm>(TTerm term, nint count) where L : unmanaged, ILanes<L> where TTerm : struct, IRowTerm
    {
        Unsafe.SkipInit(out Lanes lanes);
        var partial = lanes.Values;
        var whole = count & ~(nint)(Accumulators - 1);
        var rest = count - whole;
        for (nint lane = 0; lane < Accumulators; lane += L.Count)
        {
            var sum = L.Create(0);
            for (var i = lane; i < whole; i += Accumulators)
            {
                sum += term.At<L>(i);
            }

            if (lane < rest)
            {
                sum += term.At<L>(whole + lane) & FirstLanes<L>(rest - lane);
            }

            sum.Store(partial + lane);
        }

        return Reductions.Tree(partial);
    }

    /// <summary>The largest of the places from 0 to <paramref name="count"/>; NaN if one is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max<L, TTerm>(TTerm term, nint count) where L : unmanaged, ILanes<L> where TTerm : struct, IRowTerm
    {
        var lowest = L.Create(float.NegativeInfinity);
        var largest = lowest;
        nint i = 0;
        for (; i + L.Count <= count; i += L.Count)
        {
            largest = L.Max(largest, term.At<L>(i));
        }

        if (i < count)
        {
            largest = L.Max(largest, L.Select(FirstLanes<L>(count - i), term.At<L>(i), lowest));
        }

        Unsafe.SkipInit(out Lanes lanes);
        var partial = lanes.Values;
        largest.Store(partial);
        var result = partial[0];
        for (var lane = 1; lane < L.Count; lane++)
        {
            result = MathF.Max(result, partial[lane]);
        }

        return result;
    }

    /// <summary>The logarithm of one number, with the bits of the kernels' own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log<L>(float x) where L : unmanaged, ILanes<L>
    {
        Unsafe.SkipInit(out Lanes lanes);
        VectorMath.Log(L.Create(x)).Store(lanes.Values);
        return lanes.Values[0];
    }

    /// <summary>log(1 + e^x) of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Softplus<L>(float x) where L : unmanaged, ILanes<L>
    {
        Unsafe.SkipInit(out Lanes lanes);
        VectorMath.Softplus(L.Create(x)).Store(lanes.Values);
        return lanes.Values[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreFew<L>(L value, float* destination, nint count) where L : unmanaged, ILanes<L>
    {
        Unsafe.SkipInit(out Lanes lanes);
        value.Store(lanes.Values);
        for (nint i = 0; i < count; i++)
        {
            destination[i] = lanes.Values[i];
        }
    }

    // Not stackalloc, which would keep methods from being inlined.
    private struct Lanes
    {
        public fixed float Values[Accumulators];
    }
}
