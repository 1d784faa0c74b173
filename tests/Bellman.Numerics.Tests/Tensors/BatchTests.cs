using static Bellman.Numerics.Tests.Twins;

namespace Bellman.Numerics.Tests;

/// <summary>Batched products and exchanged axes.</summary>
[Trait("Category", "Kernels")]
public sealed class BatchTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BatchMatMul_EqualsItsDoubleTwin(bool transposed) =>
        GradientCheck.Run(
            [(2, 3, 4, 5), transposed ? (2, 3, 7, 5) : (2, 3, 5, 7)],
            x => x[0].BatchMatMul(x[1], transposed),
            x => [.. Enumerable.Range(0, 6).SelectMany(i => Product(x[0][(i * 20)..((i + 1) * 20)], x[1][(i * 35)..((i + 1) * 35)], 4, 5, 7, transposed))]);

    [Fact]
    public void BatchMatMul_OfOneTensorWithItself_GathersBothGradients() =>
        GradientCheck.Run([(3, 4, 4)], x => x[0].BatchMatMul(x[0]), x => [.. Enumerable.Range(0, 3).SelectMany(i => Product(x[0][(i * 16)..((i + 1) * 16)], x[0][(i * 16)..((i + 1) * 16)], 4, 4, 4))]);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 0)]
    [InlineData(2, 3)]
    [InlineData(2, 2)]
    public void SwapAxes_EqualsItsTwin(int first, int second)
    {
        int[] sizes = [2, 3, 4, 5];
        GradientCheck.Run([(2, 3, 4, 5)], x => x[0].SwapAxes(first, second), x => Twin(x[0]));

        double[] Twin(double[] x)
        {
            var output = new double[120];
            var target = sizes.ToArray();
            (target[first], target[second]) = (sizes[second], sizes[first]);
            for (var i = 0; i < 120; i++)
            {
                int[] at = [i / 60, i / 20 % 3, i / 5 % 4, i % 5];
                (at[first], at[second]) = (at[second], at[first]);
                output[(((((at[0] * target[1]) + at[1]) * target[2]) + at[2]) * target[3]) + at[3]] = x[i];
            }

            return output;
        }
    }

    [Fact]
    public void SwapAxes_OfAMatrix_Transposes()
    {
        using var tape = new Tape();
        var turned = tape.Input([1, 2, 3, 4, 5, 6], (2, 3)).SwapAxes(0, 1);
        Assert.Equal(new Shape(3, 2), turned.Shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], turned.Values.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => turned.SwapAxes(0, 2));
    }

    [Fact]
    public void BatchesThatDiffer_AreNamed()
    {
        using var tape = new Tape();
        var error = Assert.Throws<ArgumentException>(() => tape.Fill(0, (2, 3, 4)).BatchMatMul(tape.Fill(0, (3, 4, 5))));
        Assert.Contains("[2, 3, 4] and [3, 4, 5]", error.Message);
    }
}
