namespace Bellman;

/// <summary>The best items for a user.</summary>
public static class Recommendations
{
    /// <summary>The items with the highest scores that the user has not rated yet, ties in the order of the items.</summary>
    /// <param name="recommender">Who judges.</param>
    /// <param name="data">What it learned from.</param>
    /// <param name="user">The user's place.</param>
    /// <param name="count">How many at most.</param>
    public static IReadOnlyList<Recommendation> For(IRecommender recommender, RatingData data, int user, int count)
    {
        ArgumentNullException.ThrowIfNull(recommender);
        ArgumentNullException.ThrowIfNull(data);
        var rated = data.Ratings.Where(rating => rating.User == user).Select(rating => rating.Item).ToHashSet();
        return Best(data.Items.Count, count, item => !rated.Contains(item), item => recommender.Score(user, item), item => recommender.Predict(user, item));
    }

    internal static IReadOnlyList<Recommendation> Best(int items, int count, Func<int, bool> eligible, Func<int, double> score, Func<int, double> predict)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var scores = Enumerable.Range(0, items).Where(eligible).Select(item => (Item: item, Score: score(item)));
        return [.. scores.OrderByDescending(pair => pair.Score).Take(count).Select(pair => new Recommendation(pair.Item, pair.Score, predict(pair.Item)))];
    }
}
