using Bellman.Numerics;

namespace Bellman;

/// <summary>A figure and where it would lie if other users had been asked.</summary>
/// <param name="Estimate">The figure.</param>
/// <param name="Low">The lower end of the interval of 95 %.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct ConfidenceInterval(double Estimate, double Low, double High);

/// <summary>How good a recommender is on held-out ratings.</summary>
/// <param name="Name">Whose result it is.</param>
/// <param name="Rmse">The root mean square error of predicted ratings; less is better.</param>
/// <param name="Ndcg">NDCG@10: how well a user's held-out items are put in order, the first ten counting; 1 is perfect.</param>
/// <param name="RmseGain">By how much the error is less than that of the first recommender compared; on the same users, so that an interval without 0 is a difference.</param>
/// <param name="NdcgGain">By how much NDCG@10 is larger than that of the first.</param>
public sealed record RecommenderResult(string Name, ConfidenceInterval Rmse, ConfidenceInterval Ndcg, ConfidenceInterval RmseGain, ConfidenceInterval NdcgGain);

/// <summary>Compares recommenders on ratings that they have not learned from.</summary>
public static class RecommenderEvaluation
{
    private const int Depth = 10;

    /// <summary>The results, with intervals from drawing users again and again (percentile bootstrap, Efron and Tibshirani 1993): ratings of one user hang together, so users are what is drawn.</summary>
    /// <param name="recommenders">Whom to compare; gains count from the first.</param>
    /// <param name="heldOut">The ratings to judge by.</param>
    /// <param name="resamples">How often users are drawn.</param>
    /// <param name="seed">Of the draws.</param>
    /// <remarks>A gain in NDCG (Järvelin and Kekäläinen 2002) is a rating minus the lowest held out; a user whose held-out ratings are all equal has no order to find and does not count there.</remarks>
    /// <exception cref="ArgumentException">There is no recommender, or nothing to judge by.</exception>
    public static IReadOnlyList<RecommenderResult> Compare(IReadOnlyList<(string Name, IRecommender Recommender)> recommenders, IReadOnlyList<Rating> heldOut, int resamples = 1000, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(recommenders);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 40);
        if (recommenders.Count == 0 || heldOut.Count == 0)
        {
            throw new ArgumentException($"There are {recommenders.Count} recommenders and {heldOut.Count} held-out ratings; at least one of each is needed.");
        }

        var users = heldOut.GroupBy(rating => rating.User).Select(group => group.ToArray()).ToArray();
        var lowest = heldOut.Min(rating => rating.Value);
        var figures = recommenders.Select(pair => users.Select(ratings => Judge(pair.Recommender, ratings, lowest)).ToArray()).ToArray();
        var whole = figures.Select(figure => Total(figure, Enumerable.Range(0, users.Length))).ToArray();
        var drawn = new (double Rmse, double Ndcg)[recommenders.Count][];
        for (var i = 0; i < drawn.Length; i++)
        {
            // The same users for all, so that differences are between recommenders and not between draws.
            var random = new SplittableRandom(seed);
            drawn[i] = [.. Enumerable.Range(0, resamples).Select(_ => Total(figures[i], Enumerable.Range(0, users.Length).Select(_ => random.NextInt32(users.Length))))];
        }

        return
        [
            .. recommenders.Select((pair, i) => new RecommenderResult(
                pair.Name,
                Interval(whole[i].Rmse, drawn[i].Select(figure => figure.Rmse)),
                Interval(whole[i].Ndcg, drawn[i].Select(figure => figure.Ndcg)),
                Interval(whole[0].Rmse - whole[i].Rmse, drawn[0].Zip(drawn[i], (first, figure) => first.Rmse - figure.Rmse)),
                Interval(whole[i].Ndcg - whole[0].Ndcg, drawn[0].Zip(drawn[i], (first, figure) => figure.Ndcg - first.Ndcg)))),
        ];
    }

    /// <summary>NDCG of items in the order of their scores.</summary>
    /// <param name="scores">By what they are put in order; equal ones share their places' worth.</param>
    /// <param name="gains">What each is worth, not negative.</param>
    /// <param name="depth">How many places count.</param>
    /// <returns>In [0, 1]; 1 where all gains are 0.</returns>
    public static double Ndcg(ReadOnlySpan<double> scores, ReadOnlySpan<double> gains, int depth)
    {
        if (scores.Length != gains.Length)
        {
            throw new ArgumentException($"There are {scores.Length} scores for {gains.Length} gains; each item needs both.", nameof(scores));
        }

        var (byScore, ideal) = (scores.ToArray(), gains.ToArray());
        var ordered = gains.ToArray();
        Array.Sort(byScore, ordered);
        Array.Reverse(byScore);
        Array.Reverse(ordered);

        // Items with one score might stand in any order: each counts as their mean, or the order of the data would be rewarded.
        for (var start = 0; start < byScore.Length;)
        {
            var end = start + 1;
            while (end < byScore.Length && byScore[end] == byScore[start])
            {
                end++;
            }

            ordered.AsSpan(start, end - start).Fill(ordered[start..end].Average());
            start = end;
        }

        Array.Sort(ideal);
        Array.Reverse(ideal);
        var best = Discounted(ideal, depth);
        return best == 0 ? 1 : Discounted(ordered, depth) / best;
    }

    private static double Discounted(double[] gains, int depth)
    {
        var sum = 0.0;
        for (var place = 0; place < Math.Min(depth, gains.Length); place++)
        {
            sum += gains[place] / Math.Log2(place + 2);
        }

        return sum;
    }

    private static UserFigures Judge(IRecommender recommender, Rating[] ratings, double lowest)
    {
        var squares = ratings.Sum(rating => Math.Pow(rating.Value - recommender.Predict(rating.User, rating.Item), 2));
        var ordered = ratings.Any(rating => rating.Value != ratings[0].Value);
        var ndcg = ordered
            ? Ndcg([.. ratings.Select(rating => recommender.Score(rating.User, rating.Item))], [.. ratings.Select(rating => rating.Value - lowest)], Depth)
            : 0;
        return new UserFigures(squares, ratings.Length, ndcg, ordered ? 1 : 0);
    }

    private static (double Rmse, double Ndcg) Total(UserFigures[] figures, IEnumerable<int> users)
    {
        var (squares, ratings, ndcg, ordered) = (0.0, 0, 0.0, 0);
        foreach (var user in users)
        {
            squares += figures[user].Squares;
            ratings += figures[user].Ratings;
            ndcg += figures[user].Ndcg;
            ordered += figures[user].Ordered;
        }

        return (Math.Sqrt(squares / ratings), ordered == 0 ? 1 : ndcg / ordered);
    }

    private static ConfidenceInterval Interval(double estimate, IEnumerable<double> drawn)
    {
        double[] sorted = [.. drawn.Order()];
        return new ConfidenceInterval(estimate, sorted[(int)(0.025 * sorted.Length)], sorted[(int)(0.975 * sorted.Length)]);
    }

    private readonly record struct UserFigures(double Squares, int Ratings, double Ndcg, int Ordered);
}
