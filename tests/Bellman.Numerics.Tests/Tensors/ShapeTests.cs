namespace Bellman.Numerics.Tests;

public class ShapeTests
{
    [Theory]
    [InlineData("[5]", 5, 1, 5)]
    [InlineData("[3, 5]", 15, 3, 5)]
    [InlineData("[2, 3, 5]", 30, 6, 5)]
    [InlineData("[7, 2, 3, 5]", 210, 42, 5)]
    [InlineData("[3, 0]", 0, 0, 0)]
    [InlineData("[0, 5]", 0, 0, 5)]
    [InlineData("[2147483647]", int.MaxValue, 1, int.MaxValue)]
    [InlineData("[1, 2147483647, 1, 1]", int.MaxValue, int.MaxValue, 1)]
    public void AShape_KnowsItsElements_RowsAndLastAxis(string text, int count, int rows, int last)
    {
        var sizes = Sizes(text);
        var shape = Of(sizes);
        Assert.Equal(text, shape.ToString());
        Assert.Equal(sizes.Length, shape.Rank);
        Assert.Equal(sizes, Enumerable.Range(0, shape.Rank).Select(axis => shape[axis]));
        Assert.Equal((count, rows, last), (shape.Count, shape.Rows, shape.Last));
    }

    [Fact]
    public void AxesOfOne_TellShapesApart()
    {
        Shape[] shapes = [4, (4, 1), (1, 4), (4, 1, 1), (1, 4, 1), (1, 1, 4), (4, 1, 1, 1), (1, 1, 1, 4), default];
        for (var i = 0; i < shapes.Length; i++)
        {
            for (var j = 0; j < shapes.Length; j++)
            {
                Assert.Equal(i == j, shapes[i] == shapes[j]);
            }
        }

        Assert.Equal(shapes.Length, shapes.Select(shape => shape.GetHashCode()).Distinct().Count());
    }

    [Theory]
    [InlineData("[5]", "[9]", "[9]", "[1]", "[1]")]
    [InlineData("[3, 5]", "[3, 9]", "[9, 5]", "[3]", "[5]")]
    [InlineData("[2, 3, 5]", "[2, 3, 9]", "[9, 3, 5]", "[2, 3]", "[3, 5]")]
    [InlineData("[7, 2, 3, 5]", "[7, 2, 3, 9]", "[9, 2, 3, 5]", "[7, 2, 3]", "[2, 3, 5]")]
    public void OneAxis_IsReplacedOrLeftOut(string text, string withLast, string withFirst, string withoutLast, string withoutFirst)
    {
        var shape = Of(Sizes(text));
        Assert.Equal(
            (withLast, withFirst, withoutLast, withoutFirst),
            (shape.WithLast(9).ToString(), shape.WithFirst(9).ToString(), shape.WithoutLast().ToString(), shape.WithoutFirst().ToString()));
    }

    [Fact]
    public void Axes_AreAddedAndExchanged()
    {
        Assert.Equal("[7, 2, 3, 5]", new Shape(7, 2, 3).WithAnother(5).ToString());
        Assert.Equal("[7, 5, 3, 2]", new Shape(7, 2, 3, 5).WithSwapped(1, 3).ToString());
        Assert.Equal("[2, 7]", new Shape(7, 2).WithSwapped(0, 1).ToString());
        Assert.Throws<ArgumentException>(() => new Shape(7, 2, 3, 5).WithAnother(1));
    }

    [Fact]
    public void WhatIsNoShape_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3, 4, int.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3).WithLast(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3).WithFirst(-1));
        Assert.Throws<OverflowException>(() => new Shape(65536, 65536).Count);
        Assert.Contains("[2, 3] has no axis 2", Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3)[2]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3)[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(Shape).Last);
    }

    [Fact]
    public void Suffixes_AreTheLastAxes()
    {
        Shape whole = (7, 2, 3);
        Assert.True(new Shape(3).IsSuffixOf(whole));
        Assert.True(new Shape(2, 3).IsSuffixOf(whole));
        Assert.True(whole.IsSuffixOf(whole));
        Assert.False(new Shape(2).IsSuffixOf(whole));
        Assert.False(whole.IsSuffixOf((2, 3)));
    }

    private static int[] Sizes(string text) => [.. text.Trim('[', ']').Split(", ").Select(int.Parse)];

    private static Shape Of(int[] sizes) => sizes switch
    {
        [var a] => new Shape(a),
        [var a, var b] => new Shape(a, b),
        [var a, var b, var c] => new Shape(a, b, c),
        _ => new Shape(sizes[0], sizes[1], sizes[2], sizes[3]),
    };
}
