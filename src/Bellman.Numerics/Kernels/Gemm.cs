using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>What is done to each element of a product as it is stored.</summary>
internal enum GemmActivation
{
    None,
    Relu,
}

/// <summary>
/// Matrix products. Each element of the result is one chain of multiply-adds over k in order, whatever the tile, panel or thread it is made in,
/// so that its bits depend on the inner dimension alone and not on how many rows are computed together.
/// </summary>
internal static unsafe class Gemm
{
    // A panel of B that is 32 columns wide and this deep fills two thirds of a 48 KB first-level cache.
    private const int InnerBlock = 256;

    // A block of A this tall and InnerBlock deep stays in the second-level cache while the panels of B pass.
    private const int RowBlock = 13 * 16;
    private const int ColumnBlock = 2048;

    // Tiles at most this deep take about as long as memory to answer.
    private const int ShallowDepth = 128;

    // A block of C this large does not wait in a near cache.
    private const int FarElements = 64 * 1024;

    [ThreadStatic]
    private static FlatMemory? scratch;

    /// <summary>
    /// C <c>[m, n]</c> = start + op(A)·op(B), all row-major. A is stored <c>[k, m]</c> if transposed, B <c>[n, k]</c>.
    /// </summary>
    /// <param name="init">Where the sums start: null for 0, C itself to accumulate, a bias with <paramref name="initStride"/> 0 to add a row.</param>
    /// <remarks>Up to 15 floats beyond the ends of A's, B's and init's rows may be read, never written.</remarks>
    public static void Run(
        bool transposeA, bool transposeB, nint m, nint n, nint k, float* a, nint lda, float* b, nint ldb, float* c, nint ldc, float* init, nint initStride, GemmActivation activation)
    {
        Run(NumericsInfo.KernelSet, transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc, init, initStride, activation);
    }

    /// <summary>The same with the kernels of a set, which the machine must have.</summary>
    public static void Run(
        KernelSet set, bool transposeA, bool transposeB, nint m, nint n, nint k, float* a, nint lda, float* b, nint ldb, float* c, nint ldc, float* init, nint initStride, GemmActivation activation)
    {
        if (m == 0 || n == 0)
        {
            return;
        }

        var job = new GemmJob
        {
            Set = set,
            N = n,
            K = k,
            A = a,
            RowStride = transposeA ? 1 : lda,
            InnerStride = transposeA ? lda : 1,
            TransposeB = transposeB,
            B = b,
            Ldb = ldb,
            C = c,
            Ldc = ldc,
            Init = init,
            InitStride = initStride,
            Relu = activation == GemmActivation.Relu,
        };
        delegate*<void*, nint, nint, void> rows = set == KernelSet.Scalar ? &GemmPlain.RunRows : GemmNarrow.Serves(job, m) ? &GemmNarrow.RunRows : &RunRows;
        if (NumericsThreads.Count > 1 && m >= 32 && (double)m * n * k >= NumericsThreads.WorthSplitting)
        {
            NumericsThreads.SplitRows(m, rows, &job);
        }
        else
        {
            rows(&job, 0, m);
        }
    }

    /// <summary>Rows start to end of the product that a <see cref="GemmJob"/> describes.</summary>
    public static void RunRows(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(GemmJob*)state;
        for (nint j = 0; j < job.N; j += ColumnBlock)
        {
            var columns = Math.Min(ColumnBlock, job.N - j);
            nint p = 0;
            do
            {
                var depth = Math.Min(InnerBlock, job.K - p);
                RunBlock(job, start, end, j, columns, p, depth);
                p += depth;
            }
            while (p < job.K);
        }
    }

    // One slice of k for a block of columns: the first slice starts from init, the others go on from C.
    [SkipLocalsInit]
    private static void RunBlock(in GemmJob job, nint start, nint end, nint column, nint columns, nint p, nint depth)
    {
        var rows = end - start;
        var kernels = GemmKernels.Of(job.Set);
        var lanes = kernels.Lanes;
        var tallest = kernels.Tallest;

        // A copy of B costs as much as its first few tiles, so it must be read by more. Rows of A whose distance is a large power of two share few sets of the
        // first-level cache; many columns repay a copy of A in any case.
        var packB = job.TransposeB || (rows > 6 * tallest && (depth > 128 || (job.Ldb & 255) == 0));
        var packA = job.InnerStride == 1 && rows >= tallest && depth > 64 && (columns > 512 || (columns > 128 && (job.RowStride & 511) == 0));
        var relu = job.Relu && p + depth == job.K;
        var init = p == 0 ? job.Init : job.C;
        var initStride = p == 0 ? job.InitStride : job.Ldc;

        // Rows of C lie too far apart for the hardware to foresee the next tile, and a shallow one is over before they have come.
        var addsToC = init == job.C && depth <= ShallowDepth && rows * columns >= FarElements;
        var memory = packA || packB ? Scratch(((columns + (4 * lanes)) * depth) + (RowBlock * depth)) : null;
        var packedA = memory;
        var packedB = memory + (RowBlock * depth);
        var b = job.TransposeB ? job.B + (column * job.Ldb) + p : job.B + (p * job.Ldb) + column;

        var edge = stackalloc float[16 * 16];
        for (var block = start; block < end; block += RowBlock)
        {
            var blockRows = Math.Min(RowBlock, end - block);
            var tiles = (blockRows + tallest - 1) / tallest;
            var a = job.A + (block * job.RowStride) + (p * job.InnerStride);
            if (packA)
            {
                GemmPacking.Tiles(a, job.RowStride, blockRows, tiles, depth, packedA);
            }

            nint width;
            for (nint j = 0; j < columns; j += width)
            {
                var left = columns - j;
                var across = left >= 4 * lanes && blockRows <= kernels.TallestOfFour ? 4 : left >= 2 * lanes ? 2 : 1;
                var tilesByHeight = kernels.ByHeight(across);
                nint panelWidth = across * lanes;
                width = Math.Min(left, panelWidth);
                var panel = b + j;
                var panelStride = job.Ldb;
                if (packB)
                {
                    panel = packedB + (j * depth);
                    panelStride = panelWidth;
                    if (block == start)
                    {
                        GemmPacking.Panel(job.TransposeB ? b + (j * job.Ldb) : b + j, job.Ldb, job.TransposeB, width, panelWidth, depth, panel);
                    }
                }

                nint row = 0;
                var tileA = packedA;
                for (nint tile = 0; tile < tiles; tile++)
                {
                    var height = (blockRows - row) / (tiles - tile);
                    var c = job.C + ((block + row) * job.Ldc) + column + j;
                    var from = init == null ? null : init + ((block + row) * initStride) + column + j;
                    var source = packA ? tileA : a + (row * job.RowStride);
                    var rowStride = packA ? 1 : job.RowStride;
                    var innerStride = packA ? height : job.InnerStride;
                    if (addsToC)
                    {
                        GemmPacking.Prefetch(tile + 1 < tiles ? c + (height * job.Ldc) : job.C + (block * job.Ldc) + column + j + width, job.Ldc, height, width);
                    }

                    if (width == panelWidth)
                    {
                        tilesByHeight[height](depth, source, rowStride, innerStride, panel, panelStride, c, job.Ldc, from, initStride, relu, 1, null);
                    }
                    else
                    {
                        // The last columns are computed a whole register wide and only they are copied to C.
                        tilesByHeight[height](depth, source, rowStride, innerStride, panel, panelStride, edge, panelWidth, from, initStride, relu, 1, null);
                        GemmPacking.Copy(edge, panelWidth, height, width, c, job.Ldc);
                    }

                    tileA += height * depth;
                    row += height;
                }
            }
        }
    }

    private static float* Scratch(nint floats)
    {
        if (scratch is null || scratch.Count < floats)
        {
            scratch = new FlatMemory(Math.Max(floats, 1 << 18));
        }

        return scratch.Memory;
    }
}
