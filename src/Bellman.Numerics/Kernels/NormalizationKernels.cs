using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>y = (x − mean)·r·scale + offset for each row, with r = 1/√(variance + ε); without centring the mean is taken as 0, and offset may be null.</summary>
internal unsafe struct NormalizeRowsKernel : IRowKernel<NormalizeRowsKernel>
{
    public float* X, Y, Scale, Offset, Means, Factors;
    public nint RowCount, Width;
    public float Epsilon;
    public bool Centered;

    public readonly NormalizeRowsKernel Rows(nint start, nint count) => this with
    {
        X = X + (start * Width),
        Y = Y + (start * Width),
        Means = Means + start,
        Factors = Factors + start,
        RowCount = count,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* x = X, y = Y, scale = Scale, offset = Offset;
        var width = Width;
        for (nint r = 0; r < RowCount; r++, x += width, y += width)
        {
            var mean = Centered ? RowMath.Sum<L, Plain>(new Plain(x), width) / width : 0;
            var factor = 1 / MathF.Sqrt((RowMath.Sum<L, CentredSquare<L>>(new CentredSquare<L>(x, L.Create(mean)), width) / width) + Epsilon);
            Means[r] = mean;
            Factors[r] = factor;
            L center = L.Create(mean), spread = L.Create(factor), zero = L.Create(0);
            for (nint c = 0; c < width; c += L.Count)
            {
                var normal = (L.Load(x + c) - center) * spread;
                RowMath.StoreFirst(L.MultiplyAdd(normal, L.Load(scale + c), offset == null ? zero : L.Load(offset + c)), y + c, width - c);
            }
        }
    }

    private readonly struct Plain(float* x) : IRowTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L At<L>(nint place) where L : unmanaged, ILanes<L> => L.Load(x + place);
    }

    private readonly struct CentredSquare<TLanes>(float* x, TLanes mean) : IRowTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L At<L>(nint place) where L : unmanaged, ILanes<L>
        {
            var local = mean;
            var difference = L.Load(x + place) - Unsafe.As<TLanes, L>(ref local);
            return difference * difference;
        }
    }
}

/// <summary>dx += r·(g − mean(g) − n·mean(g·n)) for each row, with n = (x − mean)·r and g = dy·scale; without centring mean(g) falls away.</summary>
internal unsafe struct NormalizeRowsBackwardKernel : IRowKernel<NormalizeRowsBackwardKernel>
{
    public float* X, Gradient, Destination, Scale, Means, Factors;
    public nint RowCount, Width;
    public bool Centered, Accumulate;

    public readonly NormalizeRowsBackwardKernel Rows(nint start, nint count) => this with
    {
        X = X + (start * Width),
        Gradient = Gradient + (start * Width),
        Destination = Destination + (start * Width),
        Means = Means + start,
        Factors = Factors + start,
        RowCount = count,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* x = X, gradient = Gradient, destination = Destination, scale = Scale;
        var width = Width;
        for (nint r = 0; r < RowCount; r++, x += width, gradient += width, destination += width)
        {
            L center = L.Create(Means[r]), factor = L.Create(Factors[r]);
            var pull = Centered ? RowMath.Sum<L, Scaled>(new Scaled(gradient, scale), width) / width : 0;
            var along = RowMath.Sum<L, Projected>(new Projected(gradient, scale, x, Means[r], Factors[r]), width) / width;
            L minusPull = L.Create(-pull), minusAlong = L.Create(-along);
            for (nint c = 0; c < width; c += L.Count)
            {
                var normal = (L.Load(x + c) - center) * factor;
                var share = L.MultiplyAdd(normal, minusAlong, L.MultiplyAdd(L.Load(gradient + c), L.Load(scale + c), minusPull)) * factor;
                RowMath.StoreFirst(Accumulate ? L.Load(destination + c) + share : share, destination + c, width - c);
            }
        }
    }

    private readonly struct Scaled(float* gradient, float* scale) : IRowTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L At<L>(nint place) where L : unmanaged, ILanes<L> => L.Load(gradient + place) * L.Load(scale + place);
    }

    private readonly struct Projected(float* gradient, float* scale, float* x, float mean, float factor) : IRowTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L At<L>(nint place) where L : unmanaged, ILanes<L> =>
            L.Load(gradient + place) * L.Load(scale + place) * ((L.Load(x + place) - L.Create(mean)) * L.Create(factor));
    }
}

/// <summary>Gradients towards scale, Σ dy·(x − mean)·r, and offset, Σ dy, added up over the rows in order; threads share the columns. Either may be null.</summary>
internal unsafe struct NormalizeColumnsBackwardKernel : IRangeKernel<NormalizeColumnsBackwardKernel>
{
    public float* X, Gradient, TowardsScale, TowardsOffset, Means, Factors;
    public nint RowCount, Width, Start, Columns;

    public readonly NormalizeColumnsBackwardKernel Range(nint start, nint count) => this with { Start = Start + start, Columns = count };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var width = Width;
        for (var c = Start; c < Math.Min(Start + Columns, width); c += 2 * L.Count)
        {
            // Beyond the last column lies the next row, or slack; those sums are not stored.
            float* x = X + c, gradient = Gradient + c;
            var second = width - c > L.Count ? L.Count : 0;
            L zero = L.Create(0), scale0 = zero, scale1 = zero, offset0 = zero, offset1 = zero;
            for (nint r = 0; r < RowCount; r++, x += width, gradient += width)
            {
                L mean = L.Create(Means[r]), factor = L.Create(Factors[r]), flow0 = L.Load(gradient), flow1 = L.Load(gradient + second);
                scale0 = L.MultiplyAdd(flow0, (L.Load(x) - mean) * factor, scale0);
                scale1 = L.MultiplyAdd(flow1, (L.Load(x + second) - mean) * factor, scale1);
                offset0 += flow0;
                offset1 += flow1;
            }

            Add(TowardsScale, c, scale0, scale1, width);
            Add(TowardsOffset, c, offset0, offset1, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<L>(float* destination, nint c, L first, L second, nint width) where L : unmanaged, ILanes<L>
    {
        if (destination == null)
        {
            return;
        }

        RowMath.StoreFirst(L.Load(destination + c) + first, destination + c, width - c);
        if (c + L.Count < width)
        {
            RowMath.StoreFirst(L.Load(destination + c + L.Count) + second, destination + c + L.Count, width - c - L.Count);
        }
    }
}
