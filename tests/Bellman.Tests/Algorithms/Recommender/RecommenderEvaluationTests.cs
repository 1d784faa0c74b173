namespace Bellman.Tests;

/// <summary>Generated ratings, held-out figures and their intervals.</summary>
public sealed class RecommenderEvaluationTests
{
    private static readonly RatingGenerator Generated = new(new RatingGeneratorSettings { Users = 600, Items = 150, RatingsPerUser = 60 });

    [Fact]
    public void Ndcg_IsWhatItIsByHand()
    {
        // Gains 3, 1, 2 in the order found; 3, 2, 1 is best.
        var expected = (3 + (1 / Math.Log2(3)) + (2 / 2.0)) / (3 + (2 / Math.Log2(3)) + (1 / 2.0));
        Assert.Equal(expected, RecommenderEvaluation.Ndcg([9, 8, 7], [3, 1, 2], 10), 1e-12);
        Assert.Equal(1, RecommenderEvaluation.Ndcg([9, 8, 7], [3, 1, 2], 1), 1e-12);
        Assert.Equal(1, RecommenderEvaluation.Ndcg([1, 2], [0, 0], 10));

        // Who cannot tell the items apart gets the mean of all orders, not the order in which they came.
        var tied = 2 * (1 + (1 / Math.Log2(3)) + (1 / 2.0)) / (3 + (2 / Math.Log2(3)) + (1 / 2.0));
        Assert.Equal(tied, RecommenderEvaluation.Ndcg([0, 0, 0], [3, 1, 2], 10), 1e-12);
    }

    [Fact]
    public void Split_HoldsOutSomeRatingsAndWholeUsers()
    {
        var split = RatingSplit.Of(Generated.Data, heldOut: 0.3, newUsers: 0.2);
        Assert.Equal(Generated.Data.Ratings.Order(Comparer<Rating>.Create(Compare)), split.Train.Ratings.Concat(split.KnownUsers).Concat(split.NewUsers).Order(Comparer<Rating>.Create(Compare)));
        var trained = split.Train.Ratings.Select(rating => rating.User).ToHashSet();
        Assert.All(split.NewUsers, rating => Assert.DoesNotContain(rating.User, trained));
        Assert.InRange(split.KnownUsers.Count / (double)(split.KnownUsers.Count + split.Train.Ratings.Count), 0.28, 0.32);
        Assert.InRange(split.NewUsers.Count / (double)Generated.Data.Ratings.Count, 0.15, 0.25);

        static int Compare(Rating one, Rating other) => (one.User, one.Item).CompareTo((other.User, other.Item));
    }

    [Fact]
    public void Generator_KnowsTheMeanAndTheNoiseOfItsRatings()
    {
        // Over 36,000 ratings the mean error is 0 and the mean square that of the noise floor, each within three standard errors.
        var (ratings, floor) = (Generated.Data.Ratings, Generated.NoiseFloor([.. Generated.Data.Ratings]));
        Assert.Equal(36_000, ratings.Count);
        var errors = ratings.Select(rating => rating.Value - Generated.Predict(rating.User, rating.Item)).ToArray();
        Assert.Equal(0, errors.Average(), 3 * floor / Math.Sqrt(errors.Length));
        var squares = errors.Select(error => error * error).ToArray();
        var mean = squares.Average();
        Assert.Equal(floor * floor, mean, 3 * Math.Sqrt(squares.Average(square => (square - mean) * (square - mean)) / squares.Length));
        Assert.All(ratings, rating => Assert.Contains(rating.Value, new double[] { 1, 2, 3, 4, 5 }));
        Assert.Equal(ratings, new RatingGenerator(new RatingGeneratorSettings { Users = 600, Items = 150, RatingsPerUser = 60 }).Data.Ratings);
    }

    [Fact]
    public void Methods_RankAsTheyShould_AndTheIntervalsTellThemApart()
    {
        var split = RatingSplit.Of(Generated.Data);
        (string, IRecommender)[] methods =
        [
            ("popularity", new PopularityRecommender(split.Train)), ("pairs", new PairRecommender(split.Train, new PairRecommenderSettings())),
            ("pairs together", new PairRecommender(split.Train.WithLikes(4), new PairRecommenderSettings { Rule = PairRule.Sum, LearningRate = 0.02, Passes = 30 })),
            ("factors", new MatrixFactorization(split.Train, new MatrixFactorizationSettings())), ("truth", Generated),
        ];
        var known = RecommenderEvaluation.Compare(methods, split.KnownUsers);
        Assert.Equal(["popularity", "pairs", "pairs together", "factors", "truth"], known.OrderBy(result => result.Ndcg.Estimate).Select(result => result.Name));
        Assert.All(known.Skip(1), result => Assert.True(result.NdcgGain.Low > 0, $"{result.Name}: {result.NdcgGain}"));
        Assert.All(known, result => Assert.True(result.Rmse.Low < result.Rmse.Estimate && result.Rmse.Estimate < result.Rmse.High));
        Assert.Equal(Generated.NoiseFloor([.. split.KnownUsers]), known[^1].Rmse.Estimate, 0.015);
        Assert.Equal(0, known[0].NdcgGain.Estimate);

        // Of new users factors know nothing; features do.
        var unseen = RecommenderEvaluation.Compare(methods, split.NewUsers);
        Assert.InRange(unseen[3].NdcgGain.Estimate, -0.01, 0.01);
        Assert.True(unseen[1].NdcgGain.Low > 0.02, $"{unseen[1].NdcgGain}");
    }

    [Fact]
    public void Interval_CoversTheTruth_AboutAsOftenAsItSays()
    {
        // Errors of 100 users with one rating each are drawn from N(0, 1), so the root mean square is 1; 95 % of intervals of 200 should hold it, within three standard errors and the bootstrap's small bias.
        var random = new Numerics.SplittableRandom(3);
        var covered = Enumerable.Range(0, 200).Count(_ =>
        {
            var ratings = Enumerable.Range(0, 100).Select(user => new Rating(user, 0, random.Normal())).ToList();
            var rmse = RecommenderEvaluation.Compare([("zero", new Zero())], ratings, resamples: 400)[0].Rmse;
            return rmse.Low <= 1 && rmse.High >= 1;
        });
        Assert.InRange(covered, 175, 200);
    }

    [Fact]
    public void Popularity_ShrinksWhatFewHaveRated()
    {
        var (users, items) = (new FeatureTable(), new FeatureTable());
        users.Add("a");
        items.Add("one");
        items.Add("many");
        items.Add("none");
        var data = new RatingData(users, items, [new Rating(0, 0, 5), .. Enumerable.Repeat(new Rating(0, 1, 3), 9)]);
        var popularity = new PopularityRecommender(data, shrinkage: 4);
        Assert.Equal([(5 + (4 * 3.2)) / 5, (27 + (4 * 3.2)) / 13, 3.2], Enumerable.Range(0, 3).Select(item => popularity.Predict(0, item)), new Nearly(1e-12));
    }

    private sealed class Zero : IRecommender
    {
        public double Predict(int user, int item) => 0;

        public double Score(int user, int item) => 0;
    }
}
