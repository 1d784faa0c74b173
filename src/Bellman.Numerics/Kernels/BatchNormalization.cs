using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>
/// A batch normalization of <c>[rows, channels]</c> and its backward pass: arrays of a float a channel unless said. Threads read it while they do their share.
/// </summary>
internal unsafe struct BatchNormalizationJob
{
    public nint Rows;
    public nint Channels;
    public float* X;

    /// <summary>The output, or its gradient.</summary>
    public float* Y;

    /// <summary>The gradient towards x.</summary>
    public float* TowardsX;
    public bool Accumulate;
    public float* Gain;
    public float* Bias;
    public float* Mean;
    public float* Inverse;

    /// <summary>For each block of rows, channels of one sum and then channels of the other.</summary>
    public float* Partial;

    /// <summary>Means over the rows of the gradient towards the normalized x, and of it times the normalized x; null where the statistics are given.</summary>
    public float* MeanGradient;
    public float* MeanProduct;
}

/// <summary>
/// Batch normalization. Sums over the rows go over blocks of <see cref="BlockRows"/>, each a chain of float additions, whose sums are added up in double, in order:
/// more exact than one chain, and the same bits on any number of threads. Multiply and add are rounded apart, so that a channel in no whole register rounds alike.
/// </summary>
internal static unsafe class BatchNormalization
{
    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 256;

    /// <summary>Blocks of so many rows.</summary>
    public static nint Blocks(nint rows) => (rows + BlockRows - 1) / BlockRows;

    /// <summary>Fills the job's mean with that of each channel, and <paramref name="variance"/> with the mean square distance from it.</summary>
    public static void Moments(BatchNormalizationJob job, float* variance)
    {
        Split(job, Blocks(job.Rows), &SumBlocks);
        for (nint c = 0; c < job.Channels; c++)
        {
            job.Mean[c] = (float)(Total(job, c) / job.Rows);
        }

        Split(job, Blocks(job.Rows), &SquareBlocks);
        for (nint c = 0; c < job.Channels; c++)
        {
            variance[c] = (float)(Total(job, c) / job.Rows);
        }

        static void SumBlocks(void* state, nint start, nint end) => KernelDispatch.Run(new BlocksKernel<SumOfX>((BatchNormalizationJob*)state, start, end));

        static void SquareBlocks(void* state, nint start, nint end) => KernelDispatch.Run(new BlocksKernel<SumOfSquares>((BatchNormalizationJob*)state, start, end));
    }

    /// <summary>y = (x − mean)·inverse·gain + bias.</summary>
    public static void Forward(BatchNormalizationJob job)
    {
        Split(job, Blocks(job.Rows), &NormalizeBlocks);

        static void NormalizeBlocks(void* state, nint start, nint end) => KernelDispatch.Run(new BlocksKernel<Normalize>((BatchNormalizationJob*)state, start, end));
    }

    /// <summary>Of each channel Σ dy and Σ dy·normalized x.</summary>
    public static void GradientSums(BatchNormalizationJob job, double* sums, double* products)
    {
        Split(job, Blocks(job.Rows), &GradientBlocks);
        for (nint c = 0; c < job.Channels; c++)
        {
            sums[c] = Total(job, c);
            products[c] = Total(job, job.Channels + c);
        }

        static void GradientBlocks(void* state, nint start, nint end) => KernelDispatch.Run(new BlocksKernel<SumsOfGradient>((BatchNormalizationJob*)state, start, end));
    }

    /// <summary>dx = inverse·gain·(dy − mean of dy − normalized x·mean of dy·normalized x), or added to dx; without the means where the statistics are given.</summary>
    public static void InputGradient(BatchNormalizationJob job)
    {
        Split(job, Blocks(job.Rows), job.MeanGradient == null ? &FrozenBlocks : &BatchBlocks);

        static void FrozenBlocks(void* state, nint start, nint end) => KernelDispatch.Run(new BlocksKernel<GradientOfFrozen>((BatchNormalizationJob*)state, start, end));

        static void BatchBlocks(void* state, nint start, nint end) => KernelDispatch.Run(new BlocksKernel<GradientOfBatch>((BatchNormalizationJob*)state, start, end));
    }

    private static double Total(in BatchNormalizationJob job, nint column)
    {
        double total = 0;
        for (nint block = 0; block < Blocks(job.Rows); block++)
        {
            total += job.Partial[(block * 2 * job.Channels) + column];
        }

        return total;
    }

    // An element costs about as much as ten multiply-adds of a product.
    private static void Split(BatchNormalizationJob job, nint blocks, delegate*<void*, nint, nint, void> body)
    {
        if (NumericsThreads.Count > 1 && blocks > 1 && 10.0 * job.Rows * job.Channels >= NumericsThreads.WorthSplitting)
        {
            NumericsThreads.SplitRows(blocks, body, &job);
        }
        else
        {
            body(&job, 0, blocks);
        }
    }

    private interface IBlockOperation
    {
        /// <summary>Does one register of channels of a block's rows, first to last.</summary>
        static abstract void Run<L>(in BatchNormalizationJob job, nint channel, nint first, nint count, float* partial) where L : unmanaged, ILanes<L>;
    }

    private struct BlocksKernel<TOperation>(BatchNormalizationJob* job, nint start, nint end) : IKernel where TOperation : IBlockOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<L>() where L : unmanaged, ILanes<L>
        {
            var copy = *job;
            for (var block = start; block < end; block++)
            {
                var first = block * BlockRows;
                var count = Math.Min(BlockRows, copy.Rows - first);
                var partial = copy.Partial + (block * 2 * copy.Channels);
                nint channel = 0;
                for (; channel + L.Count <= copy.Channels; channel += L.Count)
                {
                    TOperation.Run<L>(copy, channel, first, count, partial);
                }

                for (; channel < copy.Channels; channel++)
                {
                    TOperation.Run<LanesScalar>(copy, channel, first, count, partial);
                }
            }
        }
    }

    private struct SumOfX : IBlockOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in BatchNormalizationJob job, nint channel, nint first, nint count, float* partial) where L : unmanaged, ILanes<L>
        {
            var channels = job.Channels;
            var x = job.X + (first * channels) + channel;
            var sum = L.Create(0);
            for (; count > 0; count--, x += channels)
            {
                sum += L.Load(x);
            }

            sum.Store(partial + channel);
        }
    }

    private struct SumOfSquares : IBlockOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in BatchNormalizationJob job, nint channel, nint first, nint count, float* partial) where L : unmanaged, ILanes<L>
        {
            var channels = job.Channels;
            var x = job.X + (first * channels) + channel;
            L sum = L.Create(0), mean = L.Load(job.Mean + channel);
            for (; count > 0; count--, x += channels)
            {
                var distance = L.Load(x) - mean;
                sum += distance * distance;
            }

            sum.Store(partial + channel);
        }
    }

    private struct Normalize : IBlockOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in BatchNormalizationJob job, nint channel, nint first, nint count, float* partial) where L : unmanaged, ILanes<L>
        {
            var channels = job.Channels;
            var offset = (first * channels) + channel;
            float* x = job.X + offset, y = job.Y + offset;
            L mean = L.Load(job.Mean + channel), inverse = L.Load(job.Inverse + channel), gain = L.Load(job.Gain + channel), bias = L.Load(job.Bias + channel);
            for (; count > 0; count--, x += channels, y += channels)
            {
                (((L.Load(x) - mean) * inverse * gain) + bias).Store(y);
            }
        }
    }

    private struct SumsOfGradient : IBlockOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in BatchNormalizationJob job, nint channel, nint first, nint count, float* partial) where L : unmanaged, ILanes<L>
        {
            var channels = job.Channels;
            var offset = (first * channels) + channel;
            float* x = job.X + offset, gradient = job.Y + offset;
            L mean = L.Load(job.Mean + channel), inverse = L.Load(job.Inverse + channel), sum = L.Create(0), product = L.Create(0);
            for (; count > 0; count--, x += channels, gradient += channels)
            {
                var flow = L.Load(gradient);
                sum += flow;
                product += flow * ((L.Load(x) - mean) * inverse);
            }

            sum.Store(partial + channel);
            product.Store(partial + channels + channel);
        }
    }

    private struct GradientOfBatch : IBlockOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in BatchNormalizationJob job, nint channel, nint first, nint count, float* partial) where L : unmanaged, ILanes<L>
        {
            var channels = job.Channels;
            var accumulate = job.Accumulate;
            var offset = (first * channels) + channel;
            float* x = job.X + offset, gradient = job.Y + offset, target = job.TowardsX + offset;
            L mean = L.Load(job.Mean + channel), inverse = L.Load(job.Inverse + channel), scale = inverse * L.Load(job.Gain + channel);
            L meanGradient = L.Load(job.MeanGradient + channel), meanProduct = L.Load(job.MeanProduct + channel);
            for (; count > 0; count--, x += channels, gradient += channels, target += channels)
            {
                var normalized = (L.Load(x) - mean) * inverse;
                var share = scale * (L.Load(gradient) - meanGradient - (normalized * meanProduct));
                (accumulate ? L.Load(target) + share : share).Store(target);
            }
        }
    }

    private struct GradientOfFrozen : IBlockOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run<L>(in BatchNormalizationJob job, nint channel, nint first, nint count, float* partial) where L : unmanaged, ILanes<L>
        {
            var channels = job.Channels;
            var accumulate = job.Accumulate;
            var offset = (first * channels) + channel;
            float* gradient = job.Y + offset, target = job.TowardsX + offset;
            var scale = L.Load(job.Inverse + channel) * L.Load(job.Gain + channel);
            for (; count > 0; count--, gradient += channels, target += channels)
            {
                var share = scale * L.Load(gradient);
                (accumulate ? L.Load(target) + share : share).Store(target);
            }
        }
    }
}
