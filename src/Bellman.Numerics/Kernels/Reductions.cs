using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Bellman.Numerics;

/// <summary>
/// Sums with 16 accumulators, element i going to accumulator i mod 16, that are added by one fixed tree.
/// The order does not depend on the register width, so every set gives the same bits.
/// </summary>
internal static unsafe class Reductions
{
    private const int Accumulators = 16;

    /// <summary>Σ x.</summary>
    public static float Sum(float* x, nint count)
    {
        var partial = stackalloc float[Accumulators];
        KernelDispatch.Run(new SumKernel<Identity>(x, count, partial));
        return Tree(partial);
    }

    /// <summary>Σ x².</summary>
    public static float SumOfSquares(float* x, nint count)
    {
        var partial = stackalloc float[Accumulators];
        KernelDispatch.Run(new SumKernel<Squared>(x, count, partial));
        return Tree(partial);
    }

    /// <summary>y[r] = Σ_c x[r, c], times a scale.</summary>
    public static void SumRows(float* x, nint rows, nint columns, float* y, float scale)
    {
        // The tree written out for the narrow rows of policies' heads.
        switch (columns)
        {
            case 1:
                for (nint r = 0; r < rows; r++)
                {
                    y[r] = x[r] * scale;
                }

                return;
            case 2:
                for (nint r = 0; r < rows; r++)
                {
                    y[r] = (x[2 * r] + x[(2 * r) + 1]) * scale;
                }

                return;
            case 3:
                for (nint r = 0; r < rows; r++)
                {
                    y[r] = (x[3 * r] + x[(3 * r) + 2] + x[(3 * r) + 1]) * scale;
                }

                return;
        }

        var partial = stackalloc float[Accumulators];
        for (nint r = 0; r < rows; r++, x += columns)
        {
            if (columns <= Accumulators)
            {
                Unsafe.CopyBlock(partial, x, (uint)columns * sizeof(float));
                y[r] = Tree(partial, (int)columns) * scale;
            }
            else
            {
                y[r] = Sum(x, columns) * scale;
            }
        }
    }

    /// <summary>Adds up 16 accumulators, the upper half onto the lower until one is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tree(float* partial)
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            return Tree(partial, Accumulators);
        }

        var low = Vector128.Load(partial) + Vector128.Load(partial + 8);
        var high = Vector128.Load(partial + 4) + Vector128.Load(partial + 12);
        var four = low + high;
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3));
        return two.ToScalar() + two.GetElement(1);
    }

    /// <summary>
    /// Adds up the first <paramref name="count"/> of 16 accumulators, halving: the upper half onto the lower, as if those beyond the count were zero.
    /// </summary>
    public static float Tree(float* partial, int count)
    {
        for (var half = 8; half > 0; half >>= 1)
        {
            for (var i = half; i < Math.Min(count, 2 * half); i++)
            {
                partial[i - half] += partial[i];
            }
        }

        return count == 0 ? 0 : partial[0];
    }

    /// <summary>y[c] = Σ_r x[r, c], or added to y; rows in order. Threads share the columns.</summary>
    public static void SumColumns(float* x, nint rows, nint columns, float* y, bool accumulate) =>
        KernelDispatch.RunColumns(new ColumnSumKernel(x, rows, columns, y, accumulate, 0, columns), columns, rows * columns);

    private interface ITerm
    {
        static abstract L Add<L>(L sum, L x) where L : unmanaged, ILanes<L>;

        static abstract float Add(float sum, float x);
    }

    private struct Identity : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Add<L>(L sum, L x) where L : unmanaged, ILanes<L> => sum + x;

        public static float Add(float sum, float x) => sum + x;
    }

    private struct Squared : ITerm
    {
        // Multiplied and added apart, so that the tail below, in plain floats, rounds alike.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static L Add<L>(L sum, L x) where L : unmanaged, ILanes<L> => sum + (x * x);

        public static float Add(float sum, float x) => sum + (x * x);
    }

    private struct SumKernel<TTerm>(float* x, nint count, float* partial) : IKernel where TTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<L>() where L : unmanaged, ILanes<L>
        {
            float* source = x, sums = partial;
            var whole = count & ~(nint)(Accumulators - 1);
            if (L.Count == Accumulators)
            {
                var sum = L.Create(0);
                for (nint i = 0; i < whole; i += Accumulators)
                {
                    sum = TTerm.Add(sum, L.Load(source + i));
                }

                sum.Store(sums);
            }
            else
            {
                for (nint lane = 0; lane < Accumulators; lane += L.Count)
                {
                    var sum = L.Create(0);
                    for (var i = lane; i < whole; i += Accumulators)
                    {
                        sum = TTerm.Add(sum, L.Load(source + i));
                    }

                    sum.Store(sums + lane);
                }
            }

            for (var i = whole; i < count; i++)
            {
                sums[i - whole] = TTerm.Add(sums[i - whole], source[i]);
            }
        }
    }

    private struct ColumnSumKernel(float* x, nint rows, nint columns, float* y, bool accumulate, nint first, nint count) : IRangeKernel<ColumnSumKernel>
    {
        public readonly ColumnSumKernel Range(nint start, nint length) => new(x, rows, columns, y, accumulate, start, length);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<L>() where L : unmanaged, ILanes<L>
        {
            float* source = x, destination = y;
            nint height = rows, width = columns, c = first, end = Math.Min(first + count, columns);
            for (; c + (4 * L.Count) <= end; c += 4 * L.Count)
            {
                L zero = L.Create(0), s0 = zero, s1 = zero, s2 = zero, s3 = zero;
                if (accumulate)
                {
                    s0 = L.Load(destination + c);
                    s1 = L.Load(destination + c + L.Count);
                    s2 = L.Load(destination + c + (2 * L.Count));
                    s3 = L.Load(destination + c + (3 * L.Count));
                }

                var row = source + c;
                for (nint r = 0; r < height; r++, row += width)
                {
                    s0 += L.Load(row);
                    s1 += L.Load(row + L.Count);
                    s2 += L.Load(row + (2 * L.Count));
                    s3 += L.Load(row + (3 * L.Count));
                }

                s0.Store(destination + c);
                s1.Store(destination + c + L.Count);
                s2.Store(destination + c + (2 * L.Count));
                s3.Store(destination + c + (3 * L.Count));
            }

            for (; c + L.Count <= end; c += L.Count)
            {
                var sum = accumulate ? L.Load(destination + c) : L.Create(0);
                var row = source + c;
                for (nint r = 0; r < height; r++, row += width)
                {
                    sum += L.Load(row);
                }

                sum.Store(destination + c);
            }

            for (; c < end; c++)
            {
                var sum = accumulate ? destination[c] : 0;
                var row = source + c;
                for (nint r = 0; r < height; r++, row += width)
                {
                    sum += *row;
                }

                destination[c] = sum;
            }
        }
    }
}
