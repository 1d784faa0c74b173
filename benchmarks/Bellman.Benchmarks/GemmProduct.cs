using Bellman.Numerics;

namespace Bellman.Benchmarks;

/// <summary>A product's size and the way its operands are stored: M rows, N columns, K terms a sum.</summary>
public readonly record struct GemmShape(int M, int N, int K, bool TransposeA = false, bool TransposeB = false)
{
    public override string ToString() => $"{(TransposeA ? 'T' : 'N')}{(TransposeB ? 'T' : 'N')} {M}x{N}x{K}";
}

/// <summary>A product with its operands and a bias.</summary>
internal sealed unsafe class GemmProduct : IDisposable
{
    private readonly GemmShape shape;
    private readonly float* a;
    private readonly float* b;
    private readonly float* c;
    private readonly float* bias;

    public GemmProduct(GemmShape shape)
    {
        this.shape = shape;
        var random = new Random(1);
        a = Fill((nint)shape.M * shape.K, random);
        b = Fill((nint)shape.K * shape.N, random);
        c = Fill((nint)shape.M * shape.N, random);
        bias = Fill(shape.N, random);
    }

    public void Run() => Gemm.Run(
        shape.TransposeA, shape.TransposeB, shape.M, shape.N, shape.K, a, shape.TransposeA ? shape.M : shape.K, b, shape.TransposeB ? shape.K : shape.N, c, shape.N, bias, 0, GemmActivation.None);

    public void Dispose()
    {
        AlignedMemory.Free(a);
        AlignedMemory.Free(b);
        AlignedMemory.Free(c);
        AlignedMemory.Free(bias);
    }

    private static float* Fill(nint count, Random random)
    {
        var memory = AlignedMemory.Allocate(count);
        for (nint i = 0; i < count; i++)
        {
            memory[i] = (random.NextSingle() * 2) - 1;
        }

        return memory;
    }
}
