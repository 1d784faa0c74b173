namespace Bellman;

/// <summary>All products of an observation's entries up to a degree, 1 included, each entry first scaled to [−1, 1].</summary>
public sealed class PolynomialFeatures : IFeatures
{
    private readonly double[] middle;
    private readonly double[] scale;

    // Each product is an earlier one times one more entry.
    private readonly List<(int Factor, int Dimension)> products = [];

    /// <summary>Products of entries.</summary>
    /// <param name="low">The value of each dimension that becomes −1.</param>
    /// <param name="high">The value of each dimension that becomes 1.</param>
    /// <param name="degree">The most factors of a product.</param>
    /// <exception cref="ArgumentException">Lengths differ, or bounds are infinite or the wrong way round.</exception>
    public PolynomialFeatures(ReadOnlySpan<float> low, ReadOnlySpan<float> high, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        if (low.Length == 0 || high.Length != low.Length)
        {
            throw new ArgumentException($"Each dimension needs two values, but {low.Length} and {high.Length} were given.", nameof(high));
        }

        (middle, scale) = (new double[low.Length], new double[low.Length]);
        for (var dimension = 0; dimension < low.Length; dimension++)
        {
            var width = (double)high[dimension] - low[dimension];
            if (!(width > 0 && double.IsFinite(width)))
            {
                throw new ArgumentException($"Dimension {dimension} reaches from {low[dimension]} to {high[dimension]}; it needs finite bounds, the first below the second.", nameof(high));
            }

            (middle[dimension], scale[dimension]) = (low[dimension] + (width / 2), 2 / width);
        }

        // Entries of a product are in order, so that none comes twice.
        var (begin, end) = (-1, 0);
        for (var factors = 1; factors <= degree; factors++)
        {
            for (var factor = begin; factor < end; factor++)
            {
                for (var dimension = factor < 0 ? 0 : products[factor].Dimension; dimension < low.Length; dimension++)
                {
                    products.Add((factor, dimension));
                }
            }

            (begin, end) = (end, products.Count);
        }
    }

    /// <inheritdoc/>
    public int Count => products.Count + 1;

    /// <inheritdoc/>
    public int ActiveCount => Count;

    /// <inheritdoc/>
    public void Compute(RowReader observation, Span<int> indices, Span<double> values)
    {
        var floats = observation.Floats;
        (indices[0], values[0]) = (0, 1);
        for (var i = 0; i < products.Count; i++)
        {
            var (factor, dimension) = products[i];
            indices[i + 1] = i + 1;
            values[i + 1] = values[factor + 1] * (floats[dimension] - middle[dimension]) * scale[dimension];
        }
    }
}
