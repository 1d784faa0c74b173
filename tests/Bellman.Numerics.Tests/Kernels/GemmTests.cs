using System.Runtime.Intrinsics;

namespace Bellman.Numerics.Tests.Kernels;

public sealed unsafe class GemmTests
{
    public enum Start
    {
        Zero,
        Bias,
        Accumulate,
    }

    /// <summary>Every set this machine can run, narrower ones too.</summary>
    public static TheoryData<KernelSet> Sets => [.. AvailableSets];

    private static IEnumerable<KernelSet> AvailableSets =>
        new[] { KernelSet.Scalar, KernelSet.Vector128, KernelSet.Avx2, KernelSet.Avx512 }.Where(set => set <= NumericsInfo.KernelSet);

    [Theory]
    [MemberData(nameof(Sets))]
    public void Product_EqualsDoubleReference_OverShapesAndOptions(KernelSet set)
    {
        var random = new Random(1);
        int[] sizes = [1, 2, 3, 4, 5, 6, 7, 8, 13, 16, 17, 31, 33, 40];
        foreach (var m in sizes)
        {
            foreach (var n in sizes)
            {
                foreach (var k in sizes)
                {
                    // The options cycle over the shapes; their number, 24, shares no shape's period.
                    var option = random.Next(24);
                    Check(set, random, m, n, k, (option & 1) != 0, (option & 2) != 0, (Start)(option / 4 % 3), option >= 12, extra: option % 5);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Product_EqualsDoubleReference_BeyondEveryBlock(KernelSet set)
    {
        var random = new Random(2);
        foreach (var transposeA in new[] { false, true })
        {
            foreach (var transposeB in new[] { false, true })
            {
                Check(set, random, 180, 70, 400, transposeA, transposeB, Start.Bias, relu: true, extra: 3);
                Check(set, random, 33, 2100, 9, transposeA, transposeB, Start.Accumulate, relu: false, extra: 0);
                Check(set, random, 30, 260, 130, transposeA, transposeB, Start.Zero, relu: true, extra: 60);
                Check(set, random, 700, 3, 2100, transposeA, transposeB, Start.Accumulate, relu: true, extra: 1);
                Check(set, random, 64, 64, 64, transposeA, transposeB, Start.Bias, relu: false, extra: 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void NoTerms_LeaveTheStart(KernelSet set)
    {
        using var c = new GuardedMatrix(3, 5, 1, null);
        using var bias = new GuardedMatrix(1, 5, 0, new Random(3));
        Gemm.Run(set, false, false, 3, 5, 0, null, 0, null, 0, c.Pointer, c.Stride, bias.Pointer, 0, GemmActivation.None);
        Assert.Equal(bias[0, 4], c[2, 4]);
        Gemm.Run(set, false, false, 3, 5, 0, null, 0, null, 0, c.Pointer, c.Stride, null, 0, GemmActivation.None);
        Assert.Equal(0, c[2, 4]);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void RowAlone_HasTheBitsOfTheBatch(KernelSet set)
    {
        var random = new Random(4);
        foreach (var (m, n, k) in new[] { (64, 64, 4), (64, 64, 64), (64, 2, 64), (64, 1, 64), (64, 6, 64), (37, 3, 65), (37, 4, 63), (200, 64, 500), (53, 33, 17), (53, 130, 129), (13, 300, 400) })
        {
            foreach (var transposeA in new[] { false, true })
            {
                foreach (var transposeB in new[] { false, true })
                {
                    using var a = new GuardedMatrix(transposeA ? k : m, transposeA ? m : k, 0, random);
                    using var b = new GuardedMatrix(transposeB ? n : k, transposeB ? k : n, 0, random);
                    using var bias = new GuardedMatrix(1, n, 0, random);
                    using var batch = new GuardedMatrix(m, n, 0, null);
                    using var alone = new GuardedMatrix(m, n, 0, null);
                    Gemm.Run(set, transposeA, transposeB, m, n, k, a.Pointer, a.Stride, b.Pointer, b.Stride, batch.Pointer, n, bias.Pointer, 0, GemmActivation.None);
                    for (var row = 0; row < m;)
                    {
                        // One row at a time, then a few, so that every kind of kernel meets every row.
                        var rows = Math.Min(m - row, row < 5 ? 1 : random.Next(1, 9));
                        var aRow = a.Pointer + (transposeA ? row : row * a.Stride);
                        Gemm.Run(set, transposeA, transposeB, rows, n, k, aRow, a.Stride, b.Pointer, b.Stride, alone.Pointer + (row * n), n, bias.Pointer, 0, GemmActivation.None);
                        row += rows;
                    }

                    Assert.True(SameBits(batch, alone), $"{set} {m}x{n}x{k} transposed {transposeA} {transposeB}");
                }
            }
        }
    }

    [Fact]
    public void SetsWithMultiplyAdd_GiveEqualBits()
    {
        Assert.SkipUnless(Vector256.IsHardwareAccelerated, "This machine has one set only.");
        var random = new Random(5);
        foreach (var (m, n, k) in new[] { (64, 64, 4), (64, 64, 64), (64, 2, 64), (7, 1, 64), (1, 64, 64), (1, 2, 64), (64, 6, 64), (200, 70, 500), (33, 21, 13) })
        {
            foreach (var transposeA in new[] { false, true })
            {
                foreach (var transposeB in new[] { false, true })
                {
                    using var a = new GuardedMatrix(transposeA ? k : m, transposeA ? m : k, 0, random);
                    using var b = new GuardedMatrix(transposeB ? n : k, transposeB ? k : n, 0, random);
                    using var expected = new GuardedMatrix(m, n, 0, null);
                    SequentialMultiplyAdd(a, transposeA, b, transposeB, k, expected);
                    foreach (var set in AvailableSets.Where(set => set != KernelSet.Scalar))
                    {
                        using var c = new GuardedMatrix(m, n, 0, null);
                        Gemm.Run(set, transposeA, transposeB, m, n, k, a.Pointer, a.Stride, b.Pointer, b.Stride, c.Pointer, n, null, 0, GemmActivation.None);
                        Assert.True(SameBits(expected, c), $"{set} {m}x{n}x{k} transposed {transposeA} {transposeB}");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Relu_KeepsNaN(KernelSet set)
    {
        foreach (var n in new[] { 1, 2, 5, 16, 40 })
        {
            using var a = new GuardedMatrix(9, 3, 0, new Random(6));
            using var b = new GuardedMatrix(3, n, 0, new Random(7));
            using var c = new GuardedMatrix(9, n, 0, null);
            a[4, 1] = float.NaN;
            Gemm.Run(set, false, false, 9, n, 3, a.Pointer, a.Stride, b.Pointer, b.Stride, c.Pointer, n, null, 0, GemmActivation.Relu);
            Assert.All(Enumerable.Range(0, n), column => Assert.True(float.IsNaN(c[4, column])));
            Assert.All(Enumerable.Range(0, n), column => Assert.True(c[3, column] >= 0));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void NaNAndInfinity_StayInTheirRow(KernelSet set)
    {
        foreach (var (m, n) in new[] { (9, 1), (64, 2), (64, 6), (20, 16), (30, 40) })
        {
            using var a = new GuardedMatrix(m, 70, 0, new Random(8));
            using var b = new GuardedMatrix(70, n, 0, new Random(9));
            using var c = new GuardedMatrix(m, n, 0, null);
            for (var step = 0; step < 70; step++)
            {
                b[step, 0] = Math.Abs(b[step, 0]) + 0.1f;
            }

            a[2, 69] = float.NaN;
            a[5, 0] = float.NegativeInfinity;
            Gemm.Run(set, false, false, m, n, 70, a.Pointer, a.Stride, b.Pointer, b.Stride, c.Pointer, n, null, 0, GemmActivation.None);
            Assert.True(float.IsNaN(c[2, n - 1]));
            Assert.Equal(float.NegativeInfinity, c[5, 0]);
            Assert.All(Enumerable.Range(0, m).Except([2, 5]), row => Assert.True(float.IsFinite(c[row, n - 1])));
        }
    }

    private static void Check(KernelSet set, Random random, int m, int n, int k, bool transposeA, bool transposeB, Start start, bool relu, int extra)
    {
        using var a = new GuardedMatrix(transposeA ? k : m, transposeA ? m : k, extra, random);
        using var b = new GuardedMatrix(transposeB ? n : k, transposeB ? k : n, extra, random);
        using var c = new GuardedMatrix(m, n, extra, start == Start.Accumulate ? random : null);
        using var before = new GuardedMatrix(m, n, 0, null);
        using var bias = new GuardedMatrix(1, n, 0, random);
        before.CopyFrom(c);
        var init = start switch { Start.Zero => null, Start.Bias => bias.Pointer, _ => c.Pointer };
        Gemm.Run(set, transposeA, transposeB, m, n, k, a.Pointer, a.Stride, b.Pointer, b.Stride, c.Pointer, c.Stride, init, start == Start.Accumulate ? c.Stride : 0, relu ? GemmActivation.Relu : GemmActivation.None);
        for (var row = 0; row < m; row++)
        {
            for (var column = 0; column < n; column++)
            {
                double sum = start switch { Start.Zero => 0, Start.Bias => bias[0, column], _ => before[row, column] };
                for (var step = 0; step < k; step++)
                {
                    sum += (double)Element(a, transposeA, row, step) * Element(b, transposeB, step, column);
                }

                var expected = relu ? Math.Max(sum, 0) : sum;
                if (!(Math.Abs(expected - c[row, column]) <= 1e-6 * (k + 2)))
                {
                    Assert.Fail($"{set} {m}x{n}x{k} transposed {transposeA} {transposeB} {start} relu {relu}: C[{row},{column}] is {c[row, column]}, expected {expected}.");
                }
            }
        }

        Assert.True(c.GuardsAreIntact, $"{set} {m}x{n}x{k} wrote outside C");
    }

    private static void SequentialMultiplyAdd(GuardedMatrix a, bool transposeA, GuardedMatrix b, bool transposeB, int k, GuardedMatrix c)
    {
        for (var row = 0; row < c.Rows; row++)
        {
            for (var column = 0; column < c.Columns; column++)
            {
                var sum = 0f;
                for (var step = 0; step < k; step++)
                {
                    sum = MathF.FusedMultiplyAdd(Element(a, transposeA, row, step), Element(b, transposeB, step, column), sum);
                }

                c[row, column] = sum;
            }
        }
    }

    private static float Element(GuardedMatrix matrix, bool transposed, int row, int column) => transposed ? matrix[column, row] : matrix[row, column];

    private static bool SameBits(GuardedMatrix a, GuardedMatrix b) =>
        new ReadOnlySpan<int>(a.Pointer, a.Rows * a.Stride).SequenceEqual(new ReadOnlySpan<int>(b.Pointer, b.Rows * b.Stride));
}
