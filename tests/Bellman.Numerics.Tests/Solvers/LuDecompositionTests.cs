namespace Bellman.Numerics.Tests;

/// <summary>Systems of linear equations in double precision.</summary>
public sealed class LuDecompositionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(120)]
    public void Solution_SolvesTheSystem(int size)
    {
        var random = new SplittableRandom((ulong)size);
        var matrix = Enumerable.Range(0, size * size).Select(_ => (double)random.Normal()).ToArray();
        var expected = Enumerable.Range(0, size).Select(_ => (double)random.Normal()).ToArray();
        var right = Enumerable.Range(0, size).Select(row => Enumerable.Range(0, size).Sum(column => matrix[(row * size) + column] * expected[column])).ToArray();
        var solution = new double[size];
        new LuDecomposition(matrix, size).Solve(right, solution);
        for (var i = 0; i < size; i++)
        {
            Assert.Equal(expected[i], solution[i], 1e-9);
        }
    }

    [Fact]
    public void ZeroOnTheDiagonal_IsPivotedAway()
    {
        var solution = new double[2];
        new LuDecomposition([0, 2, 4, 1], 2).Solve([6, 11], solution);
        Assert.Equal([2, 3], solution);
    }

    [Fact]
    public void SmallPivots_AreNotTaken()
    {
        // Without pivoting 1e-20 would swallow the second equation and give x = 0.
        var solution = new double[2];
        new LuDecomposition([1e-20, 1, 1, 1], 2).Solve([1, 2], solution);
        Assert.Equal(1, solution[0], 1e-15);
        Assert.Equal(1, solution[1], 1e-15);
    }

    [Fact]
    public void SingularMatrices_AreNamed()
    {
        var singular = Assert.Throws<ArithmeticException>(() => new LuDecomposition([1, 2, 3, 4, 5, 6, 7, 8, 9], 3));
        Assert.Contains("column 2", singular.Message, StringComparison.Ordinal);
        Assert.Throws<ArithmeticException>(() => new LuDecomposition([0, 0, 0, 0], 2));
        Assert.Throws<ArgumentException>(() => new LuDecomposition([1, double.NaN, 0, 1], 2));
        Assert.Throws<ArgumentException>(() => new LuDecomposition([1, 2, 3], 2));
    }
}
