namespace Bellman.Numerics;

/// <summary>A product, with op(A) as two strides. Threads read it while they do their rows.</summary>
internal unsafe struct GemmJob
{
    public KernelSet Set;
    public nint N;
    public nint K;
    public float* A;

    /// <summary>From a row of op(A) to the next, in floats.</summary>
    public nint RowStride;

    /// <summary>From a column of op(A), a step of k, to the next.</summary>
    public nint InnerStride;

    /// <summary>Whether B is stored <c>[n, k]</c>.</summary>
    public bool TransposeB;
    public float* B;
    public nint Ldb;
    public float* C;
    public nint Ldc;

    /// <summary>Where the sums start; null for 0.</summary>
    public float* Init;
    public nint InitStride;
    public bool Relu;
}
