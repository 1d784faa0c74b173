namespace Bellman;

/// <summary>Radial basis functions (Broomhead and Lowe 1988): bells on the points of a grid, and a constant. An observation's features say how near it is to each point: a smooth relative of tiles, for few dimensions.</summary>
/// <remarks>A feature is exp(−d²/2), where d is the distance to its point with each dimension in units of <c>width</c> times the spacing of points.</remarks>
public sealed class RadialBasis : IFeatures
{
    private readonly float[] low;
    private readonly double[] scale;
    private readonly int[] points;
    private readonly double[][] bells;

    /// <summary>Lays a grid of points over a space.</summary>
    /// <param name="low">The least value of each dimension, where the first points lie.</param>
    /// <param name="high">The greatest value of each dimension, where the last points lie.</param>
    /// <param name="points">How many points along each dimension, at least 2.</param>
    /// <param name="width">The deviation of a bell, in spacings of points.</param>
    /// <exception cref="ArgumentException">Lengths differ, bounds are infinite or the wrong way round, there are too few points, or too many.</exception>
    public RadialBasis(ReadOnlySpan<float> low, ReadOnlySpan<float> high, ReadOnlySpan<int> points, double width = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (low.Length == 0 || high.Length != low.Length || points.Length != low.Length)
        {
            throw new ArgumentException($"Each dimension needs a least value, a greatest value and a number of points, but {low.Length}, {high.Length} and {points.Length} were given.", nameof(points));
        }

        (this.low, this.points, scale) = (low.ToArray(), points.ToArray(), new double[low.Length]);
        bells = new double[low.Length][];
        var count = 1.0;
        for (var dimension = 0; dimension < low.Length; dimension++)
        {
            var span = (double)high[dimension] - low[dimension];
            if (!(span > 0 && double.IsFinite(span)) || points[dimension] < 2)
            {
                throw new ArgumentException($"Dimension {dimension} reaches from {low[dimension]} to {high[dimension]} with {points[dimension]} points; it needs finite bounds, the first below the second, and at least two points.", nameof(points));
            }

            scale[dimension] = (points[dimension] - 1) / span / width;
            bells[dimension] = [.. Enumerable.Range(0, points[dimension]).Select(point => point / width)];
            count *= points[dimension];
        }

        Count = count < 1_000_000 ? (int)count + 1 : throw new ArgumentException($"A grid of {count:0.###e0} points is more than every observation can be compared with; take tile coding.", nameof(points));
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int ActiveCount => Count;

    /// <inheritdoc/>
    public void Compute(RowReader observation, Span<int> indices, Span<double> values)
    {
        // A bell of several dimensions is the product of one in each; the last dimension changes fastest.
        var floats = observation.Floats;
        var filled = 1;
        values[0] = 1;
        for (var dimension = 0; dimension < points.Length; dimension++)
        {
            var place = (floats[dimension] - low[dimension]) * scale[dimension];
            var centres = bells[dimension];
            for (var i = filled - 1; i >= 0; i--)
            {
                var factor = values[i];
                for (var point = 0; point < centres.Length; point++)
                {
                    var distance = place - centres[point];
                    values[(i * centres.Length) + point] = factor * Math.Exp(-0.5 * distance * distance);
                }
            }

            filled *= centres.Length;
        }

        values[filled] = 1;
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = i;
        }
    }
}
