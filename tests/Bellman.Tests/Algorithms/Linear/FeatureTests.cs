namespace Bellman.Tests;

/// <summary>Tiles, bells, polynomials.</summary>
public sealed class FeatureTests
{
    [Fact]
    public void Tiles_AreOneOfEachGrid_AndNeverShared()
    {
        var tiles = new TileCoding([0, -1], [1, 1], [4, 3], 8);
        Assert.Equal(8 * 5 * 4, tiles.Count);
        for (var x = -0.2f; x <= 1.2f; x += 0.05f)
        {
            var active = Indices(tiles, x, -x);
            for (var tiling = 0; tiling < 8; tiling++)
            {
                Assert.InRange(active[tiling], tiling * 20, (tiling * 20) + 19);
            }
        }

        // Beyond the bounds is as on them.
        Assert.Equal(Indices(tiles, 1, -1), Indices(tiles, 7, -7));
    }

    [Fact]
    public void NearObservations_ShareMoreTiles()
    {
        // One dimension, four tilings of tiles of width 1, shifted by quarters: a step of a quarter leaves one tile.
        var tiles = new TileCoding([0], [8], [8], 4);
        foreach (var (distance, shared) in new[] { (0f, 4), (0.25f, 3), (0.5f, 2), (0.75f, 1), (1f, 0) })
        {
            Assert.Equal(shared, Indices(tiles, 2.05f).Intersect(Indices(tiles, 2.05f + distance)).Count());
        }
    }

    [Fact]
    public void Shifts_AreAsymmetric()
    {
        // Equal shifts would keep all tiles along the diagonal longer than across it; with odd multiples both ways differ little.
        var tiles = new TileCoding([0, 0], [8, 8], [8, 8], 8);
        int Shared(float dx, float dy) => Indices(tiles, 4.01f, 4.01f).Intersect(Indices(tiles, 4.01f + dx, 4.01f + dy)).Count();
        Assert.InRange(Shared(0.25f, 0.25f), 3, 5);
        Assert.InRange(Shared(0.25f, -0.25f), 3, 5);
    }

    [Fact]
    public void HashedTiles_KeepToTheirMemory_AndSeldomMeet()
    {
        var hashed = new TileCoding([0, 0], [1, 1], [8, 8], 8, hashedCount: 100_000);
        var plain = new TileCoding([0, 0], [1, 1], [8, 8], 8);
        var (seen, exact) = (new HashSet<int>(), new HashSet<int>());
        for (var x = 0; x < 40; x++)
        {
            for (var y = 0; y < 40; y++)
            {
                seen.UnionWith(Indices(hashed, x / 40f, y / 40f));
                exact.UnionWith(Indices(plain, x / 40f, y / 40f));
            }
        }

        // Some 650 tiles in 100,000 places: two of them meet about twice.
        Assert.All(seen, index => Assert.InRange(index, 0, 99_999));
        Assert.InRange(seen.Count, exact.Count - 8, exact.Count);
        Assert.Throws<ArgumentException>(() => new TileCoding(new float[12], [.. Enumerable.Repeat(1f, 12)], [.. Enumerable.Repeat(8, 12)], 8));
    }

    [Fact]
    public void SpacesWithoutBounds_AndNumbersThatAreNone_AreRefused()
    {
        using var cart = EnvironmentRegistry.Default.Make("CartPole-v1");
        Assert.Contains("finite bounds", Assert.Throws<ArgumentException>(() => TileCoding.For(cart.ObservationSpace)).Message, StringComparison.Ordinal);
        Assert.Contains("a box of floats", Assert.Throws<ArgumentException>(() => TileCoding.For(new DiscreteSpace(4))).Message, StringComparison.Ordinal);
        Assert.Contains("Dimension 1", Assert.Throws<ArgumentException>(() => Indices(new TileCoding([0, 0], [1, 1], [2, 2], 1), 0, float.NaN)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bells_AreProductsOfOneInEachDimension()
    {
        var bells = new RadialBasis([0, 10], [2, 16], [3, 2], width: 0.5);
        var row = new FeatureRow(bells.ActiveCount);
        var values = row.Compute(bells, new RowReader([0.5f, 14f])).Values.ToArray();
        Assert.Equal(7, bells.Count);
        for (var point = 0; point < 6; point++)
        {
            // Spacings are 1 and 6, deviations half of them.
            var (dx, dy) = ((0.5 - (point / 2)) / 0.5, (14 - 10 - (point % 2 * 6)) / 3.0);
            Assert.Equal(Math.Exp(-0.5 * ((dx * dx) + (dy * dy))), values[point], 1e-7);
        }

        Assert.Equal(1, values[6]);
    }

    [Fact]
    public void Polynomials_AreAllProductsOnce()
    {
        var polynomial = new PolynomialFeatures([-1, -1, 0], [1, 1, 4], 3);
        var values = new FeatureRow(polynomial.Count).Compute(polynomial, new RowReader([0.5f, -0.25f, 3f])).Values.ToArray();
        var (x, y, z) = (0.5, -0.25, 0.5);
        double[] expected =
        [
            1, x, y, z, x * x, x * y, x * z, y * y, y * z, z * z,
            x * x * x, x * x * y, x * x * z, x * y * y, x * y * z, x * z * z, y * y * y, y * y * z, y * z * z, z * z * z,
        ];
        Assert.Equal(expected, values, new Nearly(1e-12));
    }

    private static int[] Indices(TileCoding tiles, params float[] observation) => new FeatureRow(tiles.ActiveCount).Compute(tiles, new RowReader(observation)).Indices.ToArray();
}
