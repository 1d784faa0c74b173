namespace Bellman.Numerics;

/// <summary>Equal products of matrices that lie one after the other.</summary>
internal unsafe struct BatchJob
{
    private bool transposeA, transposeB, accumulate;
    private nint m, n, k;
    private float* a;
    private float* b;
    private float* c;

    /// <summary>C = op(A)·op(B) for each of a batch, or added to C; threads share the batch, or each product where there are few.</summary>
    public static void Run(nint batch, bool transposeA, bool transposeB, nint m, nint n, nint k, float* a, float* b, float* c, bool accumulate)
    {
        var job = new BatchJob { transposeA = transposeA, transposeB = transposeB, accumulate = accumulate, m = m, n = n, k = k, a = a, b = b, c = c };
        if (NumericsThreads.Count > 1 && batch >= NumericsThreads.Count && (double)batch * m * n * k >= NumericsThreads.WorthSplitting)
        {
            NumericsThreads.SplitRows(batch, &Products, &job);
        }
        else
        {
            Products(&job, 0, batch);
        }
    }

    private static void Products(void* state, nint start, nint end)
    {
        var job = *(BatchJob*)state;
        nint lda = job.transposeA ? job.m : job.k, ldb = job.transposeB ? job.k : job.n;
        for (var i = start; i < end; i++)
        {
            var c = job.c + (i * job.m * job.n);
            Gemm.Run(
                job.transposeA, job.transposeB, job.m, job.n, job.k, job.a + (i * job.m * job.k), lda, job.b + (i * job.k * job.n), ldb, c, job.n,
                job.accumulate ? c : null, job.n, GemmActivation.None);
        }
    }
}
