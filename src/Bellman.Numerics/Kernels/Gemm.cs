using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

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

    private static readonly int Lanes = (int)NumericsInfo.KernelSet;
    private static readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] Wide1 = NumericsInfo.KernelSet switch
    {
        KernelSet.Avx512 => GemmKernels512.Wide1,
        KernelSet.Avx2 => GemmKernels256.Wide1,
        KernelSet.Vector128 => GemmKernels128.Wide1,
        _ => [],
    };

    private static readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] Wide2 = NumericsInfo.KernelSet switch
    {
        KernelSet.Avx512 => GemmKernels512.Wide2,
        KernelSet.Avx2 => GemmKernels256.Wide2,
        KernelSet.Vector128 => GemmKernels128.Wide2,
        _ => [],
    };

    private static readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] Wide4 =
        NumericsInfo.KernelSet == KernelSet.Avx512 ? GemmKernels512.Wide4 : [null];

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
        if (m == 0 || n == 0)
        {
            return;
        }

        var job = new Job(transposeB, n, k, a, transposeA ? 1 : lda, transposeA ? lda : 1, b, ldb, c, ldc, init, initStride, activation == GemmActivation.Relu);
        if (Lanes == 1)
        {
            RunPlain(job, m);
        }
        else if (transposeA && !transposeB && n <= 4 && m >= Lanes && activation == GemmActivation.None)
        {
            RunNarrow(job, m);
        }
        else if (NumericsThreads.Count > 1 && m >= 32 && (double)m * n * k >= NumericsThreads.WorthSplitting)
        {
            NumericsThreads.SplitRows(m, &RunRows, &job);
        }
        else
        {
            RunRows(&job, 0, m);
        }
    }

    private static void RunRows(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(Job*)state;
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
    private static void RunBlock(in Job job, nint start, nint end, nint column, nint columns, nint p, nint depth)
    {
        var rows = end - start;
        var tallest = Wide2.Length - 1;
        var packB = job.TransposeB || (rows > 2 * tallest && (depth > 128 || (job.Ldb & 255) == 0));
        var packA = job.InnerStride == 1 && rows >= tallest && depth > 64 && columns > 128;
        var relu = job.Relu && p + depth == job.K;
        var init = p == 0 ? job.Init : job.C;
        var initStride = p == 0 ? job.InitStride : job.Ldc;
        var memory = packA || packB ? Scratch(((columns + Lanes) * depth) + (RowBlock * depth)) : null;
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
                PackTiles(a, job.RowStride, blockRows, tiles, depth, packedA);
            }

            nint width;
            for (nint j = 0; j < columns; j += width)
            {
                var left = columns - j;
                var across = left >= 4 * Lanes && blockRows < Wide4.Length ? 4 : left >= 2 * Lanes ? 2 : 1;
                var kernels = across == 4 ? Wide4 : across == 2 ? Wide2 : Wide1;
                nint panelWidth = across * Lanes;
                width = Math.Min(left, panelWidth);
                var panel = b + j;
                var panelStride = job.Ldb;
                if (packB)
                {
                    panel = packedB + (j * depth);
                    panelStride = panelWidth;
                    if (block == start)
                    {
                        PackPanel(job.TransposeB ? b + (j * job.Ldb) : b + j, job.Ldb, job.TransposeB, width, panelWidth, depth, panel);
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
                    if (width == panelWidth)
                    {
                        kernels[height](depth, source, rowStride, innerStride, panel, panelStride, c, job.Ldc, from, initStride, relu);
                    }
                    else
                    {
                        // The last columns are computed a whole register wide and only they are copied to C.
                        kernels[height](depth, source, rowStride, innerStride, panel, panelStride, edge, panelWidth, from, initStride, relu);
                        for (nint i = 0; i < height; i++)
                        {
                            for (nint x = 0; x < width; x++)
                            {
                                c[(i * job.Ldc) + x] = edge[(i * panelWidth) + x];
                            }
                        }
                    }

                    tileA += height * depth;
                    row += height;
                }
            }
        }
    }

    // Aᵀ·B with B up to 4 wide is computed as (Bᵀ·A)ᵀ, so that registers run along A's long rows: the same chains, the factors swapped.
    private static void RunNarrow(in Job job, nint m)
    {
        var transposed = stackalloc float[4 * 256];
        for (nint start = 0; start < m; start += 256)
        {
            var width = Math.Min(256, m - start);
            if (job.Init != null)
            {
                for (nint i = 0; i < width; i++)
                {
                    for (nint j = 0; j < job.N; j++)
                    {
                        transposed[(j * 256) + i] = job.Init[((start + i) * job.InitStride) + j];
                    }
                }
            }

            var swapped = new Job(false, width, job.K, job.B, 1, job.Ldb, job.A + start, job.InnerStride, transposed, 256, job.Init == null ? null : transposed, 256, false);
            RunRows(&swapped, 0, job.N);
            for (nint i = 0; i < width; i++)
            {
                for (nint j = 0; j < job.N; j++)
                {
                    job.C[((start + i) * job.Ldc) + j] = transposed[(j * 256) + i];
                }
            }
        }
    }

    private static void RunPlain(in Job job, nint m)
    {
        for (nint i = 0; i < m; i++)
        {
            for (nint j = 0; j < job.N; j++)
            {
                var sum = job.Init == null ? 0 : job.Init[(i * job.InitStride) + j];
                for (nint p = 0; p < job.K; p++)
                {
                    sum += job.A[(i * job.RowStride) + (p * job.InnerStride)] * (job.TransposeB ? job.B[(j * job.Ldb) + p] : job.B[(p * job.Ldb) + j]);
                }

                job.C[(i * job.Ldc) + j] = job.Relu ? MathF.Max(sum, 0) : sum;
            }
        }
    }

    private static void PackTiles(float* a, nint lda, nint rows, nint tiles, nint depth, float* packed)
    {
        nint row = 0;
        for (nint tile = 0; tile < tiles; tile++)
        {
            var height = (rows - row) / (tiles - tile);
            Transpose(a + (row * lda), lda, height, depth, packed, height);
            packed += height * depth;
            row += height;
        }
    }

    private static void PackPanel(float* b, nint ldb, bool transpose, nint width, nint panelWidth, nint depth, float* panel)
    {
        if (width < panelWidth)
        {
            new Span<float>(panel, (int)(panelWidth * depth)).Clear();
        }

        if (transpose)
        {
            Transpose(b, ldb, width, depth, panel, panelWidth);
            return;
        }

        for (nint p = 0; p < depth; p++, b += ldb, panel += panelWidth)
        {
            Unsafe.CopyBlockUnaligned(panel, b, (uint)width * sizeof(float));
        }
    }

    /// <summary>destination[p·ldd + r] = source[r·lds + p] for r &lt; rows and p &lt; columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, nint lds, nint rows, nint columns, float* destination, nint ldd)
    {
        nint r = 0;
        for (; r + 4 <= rows && (Sse.IsSupported || AdvSimd.Arm64.IsSupported); r += 4)
        {
            float* s0 = source + (r * lds), s1 = s0 + lds, s2 = s1 + lds, s3 = s2 + lds;
            nint p = 0;
            var d = destination + r;
            for (; p + 4 <= columns; p += 4, d += 4 * ldd)
            {
                Vector128<float> v0 = Vector128.Load(s0 + p), v1 = Vector128.Load(s1 + p), v2 = Vector128.Load(s2 + p), v3 = Vector128.Load(s3 + p);
                Vector128<double> low0 = ZipLow(v0, v1).AsDouble(), low1 = ZipLow(v2, v3).AsDouble(), high0 = ZipHigh(v0, v1).AsDouble(), high1 = ZipHigh(v2, v3).AsDouble();
                ZipLow(low0, low1).AsSingle().Store(d);
                ZipHigh(low0, low1).AsSingle().Store(d + ldd);
                ZipLow(high0, high1).AsSingle().Store(d + (2 * ldd));
                ZipHigh(high0, high1).AsSingle().Store(d + (3 * ldd));
            }

            for (; p < columns; p++, d += ldd)
            {
                d[0] = s0[p];
                d[1] = s1[p];
                d[2] = s2[p];
                d[3] = s3[p];
            }
        }

        for (; r < rows; r++)
        {
            for (nint p = 0; p < columns; p++)
            {
                destination[(p * ldd) + r] = source[(r * lds) + p];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipLow(Vector128<double> a, Vector128<double> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipHigh(Vector128<double> a, Vector128<double> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    private static float* Scratch(nint floats)
    {
        if (scratch is null || scratch.Count < floats)
        {
            scratch = new FlatMemory(Math.Max(floats, 1 << 18));
        }

        return scratch.Memory;
    }

    private readonly struct Job(
        bool transposeB, nint n, nint k, float* a, nint rowStride, nint innerStride, float* b, nint ldb, float* c, nint ldc, float* init, nint initStride, bool relu)
    {
        public readonly bool TransposeB = transposeB;
        public readonly nint N = n, K = k;
        public readonly float* A = a;
        public readonly nint RowStride = rowStride, InnerStride = innerStride;
        public readonly float* B = b;
        public readonly nint Ldb = ldb;
        public readonly float* C = c;
        public readonly nint Ldc = ldc;
        public readonly float* Init = init;
        public readonly nint InitStride = initStride;
        public readonly bool Relu = relu;
    }
}
