namespace Bellman;

/// <summary>What a pair of features has learned.</summary>
/// <param name="UserFeature">The user's, as <c>age=35</c>.</param>
/// <param name="ItemFeature">The item's, as <c>genre=romance</c>; <c>item=NAME</c> is the item itself.</param>
/// <param name="Value">Q: how far above the center ratings are where both are present.</param>
public readonly record struct FeaturePair(string UserFeature, string ItemFeature, double Value);

/// <summary>
/// A table Q over pairs (user feature, item feature): a user's score for an item is the sum over the pairs of their features, and each rating moves the pairs that it is about, Q ← Q + α·(rating − Q).
/// It is Q-learning where every episode is one step long: the item is the action, the rating the reward, and nothing follows. A user never seen before is as good as another: only the features count.
/// </summary>
/// <remarks>Ratings are learned as differences from <see cref="Center"/>, so that a pair never met, worth 0, neither praises nor blames. An item is a feature of its own, <c>item=NAME</c>.
/// That a user liked an item (<see cref="RatingData.WithLikes"/>) is no reason to recommend that same item, and is left out there.</remarks>
public sealed class PairRecommender : IRecommender
{
    private readonly RatingData data;
    private readonly PairRecommenderSettings settings;
    private readonly Dictionary<string, int> userFeatures = new(StringComparer.Ordinal);
    private readonly List<string> userFeatureNames = [];
    private readonly List<string> itemFeatureNames = [];
    private readonly int[][] users;
    private readonly int[][] items;
    private readonly int[] likes;

    // Q of each user feature, over all item features, made when the feature is first met; NaN is a pair never met.
    private readonly double[]?[] table;

    /// <summary>Learns from ratings.</summary>
    /// <param name="data">Users and items with their features, and the ratings, oldest first.</param>
    /// <param name="settings">α, the rule, passes.</param>
    /// <param name="center">From what ratings are counted; by default their mean, 0 if there are none. With 0 the table holds ratings themselves.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or a rating is not finite.</exception>
    public PairRecommender(RatingData data, PairRecommenderSettings settings, double? center = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        (this.data, this.settings) = (data, settings);
        Center = center ?? (data.Ratings.Count == 0 ? 0 : data.Ratings.Average(rating => rating.Value));
        var itemFeatures = new Dictionary<string, int>(StringComparer.Ordinal);
        users = [.. Enumerable.Range(0, data.Users.Count).Select(user => Intern(data.Users.FeaturesOf(user), userFeatures, userFeatureNames))];
        items = [.. Enumerable.Range(0, data.Items.Count).Select(item => Intern([$"item={data.Items.Names[item]}", .. data.Items.FeaturesOf(item)], itemFeatures, itemFeatureNames))];
        likes = [.. data.Items.Names.Select(name => userFeatures.GetValueOrDefault(RatingData.Liked(name), -1))];
        table = new double[userFeatureNames.Count][];
        for (var pass = 0; pass < settings.Passes; pass++)
        {
            foreach (var rating in data.Ratings)
            {
                Learn(users[rating.User], rating.Item, rating.Value);
            }
        }
    }

    /// <summary>From what ratings are counted.</summary>
    public double Center { get; }

    /// <summary>How many pairs have been met.</summary>
    public long PairCount { get; private set; }

    /// <summary>Whether a user of the data has the feature, so that it says something.</summary>
    public bool Knows(string userFeature) => userFeatures.ContainsKey(userFeature);

    /// <summary>Learns from one more rating.</summary>
    /// <param name="userFeatures">The user's features; those that no user of the data has are left out.</param>
    /// <param name="item">The item's place.</param>
    /// <param name="rating">The rating.</param>
    public void Learn(IEnumerable<string> userFeatures, int item, double rating) => Learn(Known(userFeatures), item, rating);

    /// <inheritdoc/>
    public double Score(int user, int item) => Sum(users[user], item).Total;

    /// <summary>The score of a user of whom only features are known.</summary>
    public double Score(IEnumerable<string> userFeatures, int item) => Sum(Known(userFeatures), item).Total;

    /// <inheritdoc/>
    public double Predict(int user, int item) => Predict(users[user], item);

    /// <summary>The rating to expect of a user of whom only features are known.</summary>
    public double Predict(IEnumerable<string> userFeatures, int item) => Predict(Known(userFeatures), item);

    /// <summary>The items with the highest scores for a user of whom only features are known.</summary>
    /// <param name="userFeatures">The user's features; those that no user of the data has say nothing. Items named by <c>liked=</c> are not recommended.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<Recommendation> Recommend(IEnumerable<string> userFeatures, int count)
    {
        var features = Known(userFeatures);
        return Recommendations.Best(data.Items.Count, count, item => !features.Contains(likes[item]), item => Sum(features, item).Total, item => Predict(features, item));
    }

    /// <summary>Why: the pairs of a user and an item, those that weigh most first.</summary>
    public IReadOnlyList<FeaturePair> Explain(IEnumerable<string> userFeatures, int item) =>
    [
        .. from user in Known(userFeatures)
           where user != likes[item]
           from feature in items[item]
           let value = table[user]?[feature] ?? double.NaN
           where !double.IsNaN(value)
           orderby Math.Abs(value) descending
           select new FeaturePair(userFeatureNames[user], itemFeatureNames[feature], value),
    ];

    private static int[] Intern(IEnumerable<string> features, Dictionary<string, int> places, List<string> names) =>
    [
        .. features.Select(feature =>
        {
            if (places.TryAdd(feature, names.Count))
            {
                names.Add(feature);
            }

            return places[feature];
        }),
    ];

    private int[] Known(IEnumerable<string> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return [.. features.Where(userFeatures.ContainsKey).Select(feature => userFeatures[feature]).Distinct()];
    }

    private void Learn(int[] user, int item, double rating)
    {
        if (!double.IsFinite(rating))
        {
            throw new ArgumentException($"A rating must be finite, but {data.Items.Names[item]} was given {rating}.", nameof(rating));
        }

        var target = rating - Center;
        if (settings.Rule == PairRule.Sum)
        {
            // The step is shared, so that with α = 1 the sum becomes the rating.
            var (total, pairs) = (Sum(user, item).Total, items[item].Length * user.Count(feature => feature != likes[item]));
            Move(user, item, keep: 1, add: settings.LearningRate * (target - total) / pairs);
        }
        else
        {
            Move(user, item, keep: 1 - settings.LearningRate, add: settings.LearningRate * target);
        }
    }

    private void Move(int[] user, int item, double keep, double add)
    {
        foreach (var feature in user)
        {
            if (feature == likes[item])
            {
                continue;
            }

            var row = table[feature] ??= Unmet();
            foreach (var other in items[item])
            {
                PairCount += double.IsNaN(row[other]) ? 1 : 0;
                row[other] = double.IsNaN(row[other]) ? add : (keep * row[other]) + add;
            }
        }
    }

    private double[] Unmet()
    {
        var row = new double[itemFeatureNames.Count];
        Array.Fill(row, double.NaN);
        return row;
    }

    private double Predict(int[] user, int item)
    {
        var (total, pairs) = Sum(user, item);
        return Center + (settings.Rule == PairRule.Sum || pairs == 0 ? total : total / pairs);
    }

    private (double Total, int Pairs) Sum(int[] user, int item)
    {
        var (total, pairs) = (0.0, 0);
        foreach (var feature in user)
        {
            if (feature == likes[item] || table[feature] is not { } row)
            {
                continue;
            }

            foreach (var other in items[item])
            {
                if (!double.IsNaN(row[other]))
                {
                    total += row[other];
                    pairs++;
                }
            }
        }

        return (total, pairs);
    }
}
