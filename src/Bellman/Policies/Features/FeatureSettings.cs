using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bellman;

/// <summary>Ways of describing observations by features.</summary>
public enum FeatureKind
{
    /// <summary>Shifted grids: <see cref="TileCoding"/>.</summary>
    Tiles,

    /// <summary>Bells on a grid: <see cref="Bellman.RadialBasis"/>.</summary>
    RadialBasis,

    /// <summary>Products of entries: <see cref="PolynomialFeatures"/>.</summary>
    Polynomial,

    /// <summary>One feature for each observation of a finite space: <see cref="OneHotFeatures"/>.</summary>
    OneHot,
}

/// <summary>How observations are described by features, in a form that files can hold. Each kind reads what concerns it.</summary>
public sealed record FeatureSettings
{
    /// <summary>The most grids: hundreds are of no use any more.</summary>
    private const int MostTilings = 4096;

    /// <summary>Which features.</summary>
    public FeatureKind Kind { get; init; } = FeatureKind.Tiles;

    /// <summary>The least value of each entry of an observation; empty for the space's own bounds. One number stands for all entries. Where the space has no bounds, or play keeps to a part of it, give a range that play fills.</summary>
    public IReadOnlyList<float> Low { get; init; } = [];

    /// <summary>The greatest value of each entry, as <see cref="Low"/>.</summary>
    public IReadOnlyList<float> High { get; init; } = [];

    /// <summary>How many tiles span each entry's range; one number stands for all entries.</summary>
    public IReadOnlyList<int> Tiles { get; init; } = [8];

    /// <summary>How many grids of tiles, at best a power of 2 of at least four times the entries.</summary>
    public int Tilings { get; init; } = 8;

    /// <summary>How many features all tiles are hashed to; 0 for a feature of its own for each tile.</summary>
    public int HashedCount { get; init; }

    /// <summary>How many bells stand along each entry's range; one number stands for all entries.</summary>
    public IReadOnlyList<int> Points { get; init; } = [5];

    /// <summary>The deviation of a bell, in spacings of points.</summary>
    public double BellWidth { get; init; } = 1;

    /// <summary>The most factors of a product.</summary>
    public int Degree { get; init; } = 2;

    /// <summary>Makes the features of a space's observations.</summary>
    /// <param name="space">What is observed.</param>
    /// <exception cref="ArgumentException">The space has no bounds and none are given, it is of another kind, or a setting is impossible; the message says what to do.</exception>
    public IFeatures Build(Space space)
    {
        Check(space);
        if (Kind == FeatureKind.OneHot)
        {
            return new OneHotFeatures(space);
        }

        var (low, high) = Bounds((BoxSpace)space);
        return Kind switch
        {
            FeatureKind.RadialBasis => new RadialBasis(low, high, Spread(Points, low.Length, nameof(Points)), BellWidth),
            FeatureKind.Polynomial => new PolynomialFeatures(low, high, Degree),
            _ => new TileCoding(low, high, Spread(Tiles, low.Length, nameof(Tiles)), Tilings, HashedCount),
        };
    }

    /// <inheritdoc/>
    public bool Equals(FeatureSettings? other) =>
        other is not null && Kind == other.Kind && Low.SequenceEqual(other.Low) && High.SequenceEqual(other.High) && Tiles.SequenceEqual(other.Tiles) && Tilings == other.Tilings
        && HashedCount == other.HashedCount && Points.SequenceEqual(other.Points) && BellWidth.Equals(other.BellWidth) && Degree == other.Degree;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Low.Count, High.Count, Tilings, HashedCount, BellWidth, Degree);

    /// <summary>How many features there would be, counted without making them; larger than any array where that is so.</summary>
    /// <exception cref="ArgumentException">They cannot be made.</exception>
    internal double Count(Space space)
    {
        Check(space);
        if (Kind == FeatureKind.OneHot)
        {
            return new StateIndex(space).Count;
        }

        var entries = ((BoxSpace)space).Length;
        var count = 1.0;
        switch (Kind)
        {
            case FeatureKind.RadialBasis:
                foreach (var points in Spread(Points, entries, nameof(Points)))
                {
                    count *= points;
                }

                return count + 1;
            case FeatureKind.Polynomial:
                // Entries and degree taken at a time: both may be large, but not both at once.
                for (var i = 1; i <= Math.Min(entries, Degree) && count < int.MaxValue; i++)
                {
                    count *= ((double)entries + Degree + 1 - i) / i;
                }

                return count;
            default:
                foreach (var tiles in Spread(Tiles, entries, nameof(Tiles)))
                {
                    count *= tiles + 1.0;
                }

                return HashedCount > 0 ? HashedCount : Tilings * count;
        }
    }

    private static int[] Spread(IReadOnlyList<int> given, int entries, string name)
    {
        if (given.Count != 1 && given.Count != entries)
        {
            throw new ArgumentException($"The setting {name} has {given.Count} numbers; give one for each of the observation's {entries} entries, or one for all.");
        }

        var spread = new int[entries];
        for (var i = 0; i < entries; i++)
        {
            spread[i] = given[given.Count == 1 ? 0 : i];
        }

        return spread;
    }

    private void Check(Space space)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (Low is null || High is null || Tiles is null || Points is null)
        {
            throw new ArgumentException("The features' ranges, tiles or points are missing; give lists.");
        }

        if (!Enum.IsDefined(Kind) || Tilings is < 1 or > MostTilings || HashedCount < 0 || Degree < 1 || !(BellWidth > 0 && double.IsFinite(BellWidth)) || Tiles.Any(tiles => tiles < 1) || Points.Any(points => points < 2))
        {
            throw new ArgumentException(
                $"The features are {Kind} with {Tilings} tilings of {string.Join(" x ", Tiles.Take(8))} tiles, hashed to {HashedCount}, {string.Join(" x ", Points.Take(8))} points of width {BellWidth}, degree {Degree}; tilings lie in 1 to {MostTilings}, points are at least 2, the hashed count 0 or more, the rest positive.");
        }

        if (Kind != FeatureKind.OneHot && space is not BoxSpace { Type: ElementType.Float32 })
        {
            throw new ArgumentException($"Features of kind {Kind} describe one array of floats, but the observations are {space}; for finitely many take one-hot features (features=oneHot), for others an algorithm with a network.");
        }
    }

    private (float[] Low, float[] High) Bounds(BoxSpace space)
    {
        var (low, high) = (new float[space.Length], new float[space.Length]);
        if ((Low.Count > 1 && Low.Count != low.Length) || (High.Count > 1 && High.Count != low.Length))
        {
            throw new ArgumentException($"The ranges have {Low.Count} least and {High.Count} greatest values; give one for each of the observation's {low.Length} entries, or one for all.");
        }

        for (var i = 0; i < low.Length; i++)
        {
            low[i] = Low.Count == 0 ? space.Low[i] : Low[Low.Count == 1 ? 0 : i];
            high[i] = High.Count == 0 ? space.High[i] : High[High.Count == 1 ? 0 : i];
            var width = (double)high[i] - low[i];
            if (!(width > 0 && double.IsFinite(width) && width < 1e30))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Entry {i} of the observation reaches from {low[i]} to {high[i]}; give the ranges that play fills, as low=-1,-2 and high=1,2 with a number for each entry, the first below the second."));
            }
        }

        return (low, high);
    }
}

/// <summary>Kinds of features by name in camelCase.</summary>
internal sealed class FeatureKindJsonConverter() : JsonStringEnumConverter<FeatureKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
