namespace Bellman.Numerics;

/// <summary>Products where there are no vector instructions. Multiplies and adds: a fused multiply-add would be a call into the C library.</summary>
internal static unsafe class GemmPlain
{
    /// <summary>Rows start to end of the product that a <see cref="GemmJob"/> describes.</summary>
    public static void RunRows(void* state, nint start, nint end)
    {
        ref readonly var job = ref *(GemmJob*)state;
        for (var row = start; row < end; row++)
        {
            nint column = 0;
            for (; column + 4 <= job.N; column += 4)
            {
                FourColumns(job, row, column);
            }

            for (; column < job.N; column++)
            {
                OneColumn(job, row, column);
            }
        }
    }

    // Four sums at a time, so that one need not wait for the other.
    private static void FourColumns(in GemmJob job, nint row, nint column)
    {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        if (job.Init != null)
        {
            var init = job.Init + (row * job.InitStride) + column;
            (s0, s1, s2, s3) = (init[0], init[1], init[2], init[3]);
        }

        var (columnStride, step, aStep) = (job.TransposeB ? job.Ldb : 1, job.TransposeB ? 1 : job.Ldb, job.InnerStride);
        var a = job.A + (row * job.RowStride);
        var b = job.B + (column * columnStride);
        for (var p = job.K; p > 0; p--, a += aStep, b += step)
        {
            var x = *a;
            s0 += x * b[0];
            s1 += x * b[columnStride];
            s2 += x * b[2 * columnStride];
            s3 += x * b[3 * columnStride];
        }

        var c = job.C + (row * job.Ldc) + column;
        (c[0], c[1], c[2], c[3]) = job.Relu ? (MathF.Max(s0, 0), MathF.Max(s1, 0), MathF.Max(s2, 0), MathF.Max(s3, 0)) : (s0, s1, s2, s3);
    }

    private static void OneColumn(in GemmJob job, nint row, nint column)
    {
        var sum = job.Init == null ? 0 : job.Init[(row * job.InitStride) + column];
        var (columnStride, step, aStep) = (job.TransposeB ? job.Ldb : 1, job.TransposeB ? 1 : job.Ldb, job.InnerStride);
        var a = job.A + (row * job.RowStride);
        var b = job.B + (column * columnStride);
        for (var p = job.K; p > 0; p--, a += aStep, b += step)
        {
            sum += *a * *b;
        }

        job.C[(row * job.Ldc) + column] = job.Relu ? MathF.Max(sum, 0) : sum;
    }

    /// <summary>The tile of four columns, for <see cref="GemmKernels"/>.</summary>
    public static void Tile1x4(nint k, float* a, nint rowStride, nint innerStride, float* b, nint ldb, float* c, nint ldc, float* init, nint ldi, bool relu, nint runs, nint* jumps)
    {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        if (init != null)
        {
            (s0, s1, s2, s3) = (init[0], init[1], init[2], init[3]);
        }

        while (true)
        {
            for (var step = k; step > 0; step--, a += innerStride, b += ldb)
            {
                var x = *a;
                s0 += x * b[0];
                s1 += x * b[1];
                s2 += x * b[2];
                s3 += x * b[3];
            }

            if (--runs == 0)
            {
                break;
            }

            a += *jumps++;
        }

        (c[0], c[1], c[2], c[3]) = relu ? (MathF.Max(s0, 0), MathF.Max(s1, 0), MathF.Max(s2, 0), MathF.Max(s3, 0)) : (s0, s1, s2, s3);
    }

    /// <summary>The tile of eight columns.</summary>
    public static void Tile1x8(nint k, float* a, nint rowStride, nint innerStride, float* b, nint ldb, float* c, nint ldc, float* init, nint ldi, bool relu, nint runs, nint* jumps)
    {
        Tile1x4(k, a, rowStride, innerStride, b, ldb, c, ldc, init, ldi, relu, runs, jumps);
        Tile1x4(k, a, rowStride, innerStride, b + 4, ldb, c + 4, ldc, init == null ? null : init + 4, ldi, relu, runs, jumps);
    }

    /// <summary>The tile of sixteen columns.</summary>
    public static void Tile1x16(nint k, float* a, nint rowStride, nint innerStride, float* b, nint ldb, float* c, nint ldc, float* init, nint ldi, bool relu, nint runs, nint* jumps)
    {
        Tile1x8(k, a, rowStride, innerStride, b, ldb, c, ldc, init, ldi, relu, runs, jumps);
        Tile1x8(k, a, rowStride, innerStride, b + 8, ldb, c + 8, ldc, init == null ? null : init + 8, ldi, relu, runs, jumps);
    }
}
