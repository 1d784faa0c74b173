using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Bellman.Numerics;

/// <summary>
/// Products of many rows and few columns: the heads of policies and values, and their weights' gradients. They are computed as (Bᵀ·Aᵀ)ᵀ, so that registers run along
/// A's many rows instead of C's few columns: the same chains, the factors swapped.
/// </summary>
internal static unsafe class GemmNarrow
{
    private const int MaxColumns = 8;
    private const int RowBlock = 256;
    private const int TurnedRows = 64;
    private const int TurnedDepth = 256;
    private const int TurnedStride = TurnedRows + 16;

    [ThreadStatic]
    private static FlatMemory? scratch;

    /// <summary>Whether the columns fill so little of a register that the turned product is faster.</summary>
    public static bool Serves(in GemmJob job, nint rows)
    {
        if (job.N > MaxColumns)
        {
            return false;
        }

        var kernels = GemmKernels.Of(job.Set);
        return job.N <= kernels.Lanes / 2 && (job.RowStride == 1 ? rows >= kernels.Lanes : rows > kernels.Tallest);
    }

    /// <summary>Rows start to end of the product that a <see cref="GemmJob"/> describes.</summary>
    [SkipLocalsInit]
    public static void RunRows(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(GemmJob*)state;
        var memory = stackalloc float[(MaxColumns * RowBlock) + 16];
        var sums = (float*)(((nint)memory + 63) & ~(nint)63);
        var alongRows = job.RowStride == 1;
        var block = alongRows ? RowBlock : TurnedRows;
        var lanes = GemmKernels.Of(job.Set).Lanes;
        for (; start < end; start += block)
        {
            var rows = Math.Min(block, end - start);
            var turned = new GemmJob
            {
                Set = job.Set,
                N = (rows + lanes - 1) / lanes * lanes,
                K = job.K,
                A = job.B,
                RowStride = job.TransposeB ? job.Ldb : 1,
                InnerStride = job.TransposeB ? 1 : job.Ldb,
                B = job.A + (start * job.RowStride),
                Ldb = job.InnerStride,
                C = sums,
                Ldc = block,
                Init = job.Init == null ? null : sums,
                InitStride = block,
                Relu = job.Relu,
            };
            if (job.Init != null)
            {
                Start(job.Init + (start * job.InitStride), job.InitStride, rows, job.N, sums, block);
            }

            if (alongRows)
            {
                Gemm.RunRows(&turned, 0, job.N);
            }
            else
            {
                RunTurned(turned, job.A + (start * job.RowStride), job.RowStride, rows, job.N);
            }

            GemmPacking.Transpose(sums, block, job.N, rows, job.C + (start * job.Ldc), job.Ldc);
        }
    }

    private static void Start(float* init, nint stride, nint rows, nint columns, float* sums, nint block)
    {
        if (stride != 0)
        {
            GemmPacking.Transpose(init, stride, rows, columns, sums, block);
            return;
        }

        // Whole registers, which the block has room for: a tile that loads more than one store wrote waits until both have reached the cache.
        for (nint j = 0; j < columns; j++, sums += block)
        {
            if (!Vector512.IsHardwareAccelerated)
            {
                new Span<float>(sums, (int)AlignedMemory.Pad(rows)).Fill(init[j]);
                continue;
            }

            for (nint i = 0; i < rows; i += 16)
            {
                Vector512.Create(init[j]).StoreAligned(sums + i);
            }
        }
    }

    // A's rows are turned a slice of k at a time; the sums go on from slice to slice.
    private static void RunTurned(GemmJob turned, float* a, nint lda, nint rows, nint columns)
    {
        scratch ??= new FlatMemory(TurnedStride * TurnedDepth);
        var depth = turned.K;
        var relu = turned.Relu;
        var b = turned.A;
        turned.B = scratch.Memory;
        turned.Ldb = TurnedStride;
        nint p = 0;
        do
        {
            turned.K = Math.Min(TurnedDepth, depth - p);
            turned.A = b + (p * turned.InnerStride);
            turned.Relu = relu && p + turned.K == depth;
            GemmPacking.Transpose(a + p, lda, rows, turned.K, turned.B, TurnedStride);
            Gemm.RunRows(&turned, 0, columns);
            turned.Init = turned.C;
            p += turned.K;
        }
        while (p < depth);
    }
}
