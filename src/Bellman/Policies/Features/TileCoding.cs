namespace Bellman;

/// <summary>
/// Tile coding (Albus 1971; Sutton and Barto, section 9.5.4): several grids lie over the space, each shifted against the others, and an observation's features are the tiles it falls into, one of each grid. Near observations
/// share most of their tiles, so what is learned of one is learned of its neighbours.
/// </summary>
/// <remarks>
/// Grid k is shifted along dimension d by (k·(2d + 1) mod tilings) / tilings of a tile: the odd multiples of Miller and Glanz 1996, which leave no artefacts along the diagonal as equal shifts would.
/// Every feature is 0 or 1 and as many are 1 as there are tilings, so a step size α for the whole estimate is α / tilings for a weight. Observations beyond the bounds count as lying on them.
/// </remarks>
public sealed class TileCoding : IFeatures
{
    private readonly float[] low;
    private readonly double[] scale;
    private readonly int[] tiles;
    private readonly double[] offsets;
    private readonly bool isHashed;

    /// <summary>Lays grids over a space.</summary>
    /// <param name="low">The least value of each dimension.</param>
    /// <param name="high">The greatest value of each dimension.</param>
    /// <param name="tiles">How many tiles span each dimension; a grid has one more, because it is shifted.</param>
    /// <param name="tilings">How many grids, at best a power of 2 of at least four times the dimensions.</param>
    /// <param name="hashedCount">How many features all tiles are hashed to, for spaces with more tiles than memory; 0 for one feature a tile.</param>
    /// <exception cref="ArgumentException">Lengths differ, bounds are infinite or the wrong way round, or there are too many tiles to number.</exception>
    public TileCoding(ReadOnlySpan<float> low, ReadOnlySpan<float> high, ReadOnlySpan<int> tiles, int tilings, int hashedCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tilings, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(hashedCount);
        if (low.Length == 0 || high.Length != low.Length || tiles.Length != low.Length)
        {
            throw new ArgumentException($"Each dimension needs a least value, a greatest value and a number of tiles, but {low.Length}, {high.Length} and {tiles.Length} were given.", nameof(tiles));
        }

        (this.low, this.tiles, ActiveCount, isHashed) = (low.ToArray(), tiles.ToArray(), tilings, hashedCount > 0);
        scale = new double[low.Length];
        offsets = new double[tilings * low.Length];
        var cells = (double)tilings;
        for (var dimension = 0; dimension < low.Length; dimension++)
        {
            var width = (double)high[dimension] - low[dimension];
            if (!(width > 0 && double.IsFinite(width)) || tiles[dimension] < 1)
            {
                throw new ArgumentException($"Dimension {dimension} reaches from {low[dimension]} to {high[dimension]} with {tiles[dimension]} tiles; it needs finite bounds, the first below the second, and at least one tile.", nameof(tiles));
            }

            scale[dimension] = tiles[dimension] / width;
            cells *= tiles[dimension] + 1;
            for (var tiling = 0; tiling < tilings; tiling++)
            {
                offsets[(tiling * low.Length) + dimension] = (double)(tiling * (long)((2 * dimension) + 1) % tilings) / tilings;
            }
        }

        if (!isHashed && cells > Array.MaxLength)
        {
            throw new ArgumentException($"There are {cells:0.###e0} tiles, more than an array holds; hash them to fewer features.", nameof(tiles));
        }

        Count = isHashed ? hashedCount : (int)cells;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int ActiveCount { get; }

    /// <summary>Lays grids over a space of floats, as many tiles along each dimension.</summary>
    /// <param name="space">The space, with finite bounds.</param>
    /// <param name="tiles">How many tiles span each dimension.</param>
    /// <param name="tilings">How many grids.</param>
    /// <exception cref="ArgumentException">The space has another type, or infinite bounds.</exception>
    public static TileCoding For(Space space, int tiles = 8, int tilings = 8)
    {
        if (space is not BoxSpace box)
        {
            throw new ArgumentException($"Tiles are laid over a box of floats, but the space is {space}.", nameof(space));
        }

        var counts = new int[box.Low.Length];
        counts.AsSpan().Fill(tiles);
        return new TileCoding(box.Low, box.High, counts, tilings);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The observation holds a value that is not a number.</exception>
    public void Compute(RowReader observation, Span<int> indices, Span<double> values)
    {
        var floats = observation.Floats;
        Span<double> places = stackalloc double[low.Length];
        for (var dimension = 0; dimension < places.Length; dimension++)
        {
            places[dimension] = Math.Clamp((floats[dimension] - low[dimension]) * scale[dimension], 0, tiles[dimension]);
            if (double.IsNaN(places[dimension]))
            {
                throw new ArgumentException($"Dimension {dimension} of the observation is not a number.", nameof(observation));
            }
        }

        if (isHashed)
        {
            Hash(places, indices);
        }
        else
        {
            Number(places, indices);
        }

        values[..ActiveCount].Fill(1);
    }

    private void Number(ReadOnlySpan<double> places, Span<int> indices)
    {
        var shifts = offsets.AsSpan();
        var counts = tiles.AsSpan(0, places.Length);
        for (var tiling = 0; tiling < ActiveCount; tiling++)
        {
            var cell = tiling;
            for (var dimension = 0; dimension < places.Length; dimension++)
            {
                cell = (cell * (counts[dimension] + 1)) + (int)(places[dimension] + shifts[dimension]);
            }

            indices[tiling] = cell;
            shifts = shifts[places.Length..];
        }
    }

    private void Hash(ReadOnlySpan<double> places, Span<int> indices)
    {
        var shifts = offsets.AsSpan();
        for (var tiling = 0; tiling < ActiveCount; tiling++)
        {
            var hash = Mix((ulong)tiling);
            for (var dimension = 0; dimension < places.Length; dimension++)
            {
                hash = Mix(hash + (ulong)(int)(places[dimension] + shifts[dimension]));
            }

            indices[tiling] = (int)(hash % (ulong)Count);
            shifts = shifts[places.Length..];
        }
    }

    // SplitMix64's finalizer (Steele, Lea and Flood 2014): neighbours fall far apart.
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
