namespace Bellman;

/// <summary>The same for everybody: an item's mean rating, drawn towards the mean of all where few have rated it.</summary>
public sealed class PopularityRecommender : IRecommender
{
    private readonly double[] means;

    /// <summary>Learns from ratings.</summary>
    /// <param name="data">The ratings.</param>
    /// <param name="shrinkage">How many ratings the mean of all is worth: an item with so many lies halfway between its own mean and that of all.</param>
    public PopularityRecommender(RatingData data, double shrinkage = 5)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(shrinkage);
        var (sums, counts) = (new double[data.Items.Count], new int[data.Items.Count]);
        foreach (var (_, item, value) in data.Ratings)
        {
            sums[item] += value;
            counts[item]++;
        }

        var mean = data.Ratings.Count == 0 ? 0 : sums.Sum() / data.Ratings.Count;
        means = [.. sums.Select((sum, item) => counts[item] + shrinkage == 0 ? mean : (sum + (shrinkage * mean)) / (counts[item] + shrinkage))];
    }

    /// <inheritdoc/>
    public double Predict(int user, int item) => means[item];

    /// <inheritdoc/>
    public double Score(int user, int item) => means[item];
}
