using static Bellman.Numerics.Tests.Twins;

namespace Bellman.Numerics.Tests;

/// <summary>Rows and elements chosen by whole numbers.</summary>
[Trait("Category", "Kernels")]
public sealed class IndexingTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(37)]
    public void GatherRows_EqualsItsTwin_RowsChosenTwiceIncluded(int width)
    {
        int[] rows = [4, 0, 4, 2, 0, 4];
        GradientCheck.Run([(5, width)], x => x[0].GatherRows(x[0].Tape.Indices(rows)), x => Map(6 * width, i => x[0][(rows[i / width] * width) + (i % width)]));
    }

    [Fact]
    public void GatherRows_OfMoreAxes_KeepsThem()
    {
        using var tape = new Tape();
        var x = tape.Input([.. Enumerable.Range(0, 24).Select(i => (float)i)], (4, 2, 3));
        var rows = x.GatherRows(tape.Indices([3, 1]));
        Assert.Equal(new Shape(2, 2, 3), rows.Shape);
        Assert.Equal([18, 19, 20, 21, 22, 23, 6, 7, 8, 9, 10, 11], rows.Values.ToArray());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(37)]
    public void ScatterAddRows_EqualsItsTwin_RowsHitTwiceIncluded(int width)
    {
        int[] rows = [4, 0, 4, 2, 0, 4];
        GradientCheck.Run([(6, width)], x => x[0].ScatterAddRows(x[0].Tape.Indices(rows), 5), x => Map(5 * width, i => Enumerable.Range(0, 6).Where(r => rows[r] == i / width).Sum(r => x[0][(r * width) + (i % width)])));
    }

    [Fact]
    public void GatherLast_EqualsItsTwin()
    {
        int[] indices = [2, 2, 0, 4, 1, 0];
        GradientCheck.Run([(3, 5)], x => x[0].GatherLast(x[0].Tape.Indices(indices), 2), x => Map(6, i => x[0][(i / 2 * 5) + indices[i]]));
    }

    [Fact]
    public void TopK_EqualsSorting_ForwardAndBackward() =>
        GradientCheck.Run([(4, 23)], x => x[0].TopK(6, out _), x => Map(24, i => Row(x[0], i / 6, 23).OrderDescending().ElementAt(i % 6)));

    [Fact]
    public void TopK_PrefersTheFirstOfEquals_AndNaN()
    {
        using var tape = new Tape();
        var values = tape.Input([1, 3, float.NaN, 3, 2, 3, 0, 0, 0, 0, 0, float.NegativeInfinity], (2, 6)).TopK(4, out var indices).Values;
        Assert.Equal([float.NaN, 3, 3, 3, 0, 0, 0, 0], values.ToArray());
        Assert.Equal([2, 1, 3, 5, 0, 1, 2, 3], indices.Values.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CumulativeSum_EqualsItsTwin(bool reverse) =>
        GradientCheck.Run([(3, 21)], x => x[0].CumulativeSum(reverse), x => Map(63, i => (reverse ? Row(x[0], i / 21, 21)[(i % 21)..] : Row(x[0], i / 21, 21)[..((i % 21) + 1)]).Sum()));

    [Fact]
    public void OneHot_HasOneOneARow()
    {
        using var tape = new Tape();
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 1, 0], tape.OneHot(tape.Indices([2, 0, 1]), 3).Values.ToArray());
    }

    [Fact]
    public void IndexOutOfRange_IsNamed()
    {
        using var tape = new Tape();
        var x = tape.Fill(1, (3, 4));
        var indices = tape.Indices([0, 3, 1]);
        foreach (var operation in new Action[] { () => x.GatherRows(indices), () => x.ScatterAddRows(indices, 3), () => tape.OneHot(indices, 3) })
        {
            Assert.Contains("Index 3 at 1 is not in [0, 3).", Assert.Throws<ArgumentException>(operation).Message);
        }
    }
}
