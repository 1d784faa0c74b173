namespace Bellman.Tests;

/// <summary>The table over pairs of features against numbers worked by hand.</summary>
public sealed class PairRecommenderTests
{
    [Fact]
    public void EachPair_MovesTowardsTheRating_AndTheScoreIsTheirSum()
    {
        // α = ½ from 0: the film's own pair sees 4, then 2; the genre's also the 5 of the other film in between.
        var data = Films([("a", 0, 4), ("a", 1, 5), ("b", 0, 2)], ["age=35"], ["age=35"]);
        var recommender = new PairRecommender(data, new PairRecommenderSettings { LearningRate = 0.5 }, center: 0);
        const double film = ((4 * 0.5) + 2) * 0.5, genre = ((((4 * 0.5) + 5) * 0.5) + 2) * 0.5;
        Assert.Equal(film + genre, recommender.Score(1, 0), 1e-12);
        Assert.Equal((film + genre) / 2, recommender.Predict(1, 0), 1e-12);
        Assert.Equal(3, recommender.PairCount);

        // A new user is judged by features alone, and those that nobody has say nothing.
        Assert.Equal(film + genre, recommender.Score(["age=35", "likes=nothing"], 0), 1e-12);
        Assert.Equal(0, recommender.Score(["likes=nothing"], 0));
        Assert.Equal([("age=35", "genre=romance", genre), ("age=35", "item=first", film)], recommender.Explain(["age=35"], 0).Select(pair => (pair.UserFeature, pair.ItemFeature, pair.Value)));
    }

    [Theory]
    [InlineData(PairRule.EachPair)]
    [InlineData(PairRule.Sum)]
    public void RateZero_LearnsNothing_AndRateOneKnowsTheLastRatingOnly(PairRule rule)
    {
        var data = Films([("a", 0, 5), ("a", 0, 1)], ["age=35", "likes=romance"], ["age=20"]);
        var nothing = new PairRecommender(data, new PairRecommenderSettings { LearningRate = 0, Rule = rule });
        Assert.Equal((0.0, 3.0), (nothing.Score(0, 0), nothing.Predict(0, 0)));
        var last = new PairRecommender(data, new PairRecommenderSettings { LearningRate = 1, Rule = rule });
        Assert.Equal(1, last.Predict(0, 0), 1e-12);
    }

    [Fact]
    public void PairsTogether_ExplainWhatEachAloneCannot()
    {
        // The film is worth 4 to the young and 2 to the old, whoever likes romance or not: only the sum finds ages to decide and the genre to say nothing.
        var data = Films([("a", 0, 4), ("b", 0, 2), ("c", 0, 4), ("d", 0, 2)], ["age=20", "likes=romance"], ["age=60", "likes=romance"], ["age=20"], ["age=60"]);
        var recommender = new PairRecommender(data, new PairRecommenderSettings { LearningRate = 0.2, Rule = PairRule.Sum, Passes = 2000 });
        Assert.Equal([4, 2, 4, 2], Enumerable.Range(0, 4).Select(user => recommender.Predict(user, 0)), new Nearly(1e-6));
        Assert.Equal(0, recommender.Explain(["likes=romance"], 0).Sum(pair => pair.Value), 1e-6);
    }

    [Fact]
    public void WhatWasLiked_RecommendsOthers_AndNeverItself()
    {
        var data = Films([("a", 0, 5), ("a", 1, 5), ("b", 1, 1), ("b", 2, 2)], [], []).WithLikes(4);
        Assert.Equal(["liked=first", "liked=second"], data.Users.FeaturesOf(0));
        Assert.Empty(data.Users.FeaturesOf(1));
        var recommender = new PairRecommender(data, new PairRecommenderSettings { LearningRate = 1 }, center: 3);
        Assert.Equal(["liked=second"], recommender.Explain(["liked=first", "liked=second"], 0).Select(pair => pair.UserFeature).Distinct());
        Assert.Equal([1, 2], recommender.Recommend(["liked=first"], 5).Select(recommendation => recommendation.Item));
    }

    [Fact]
    public void Recommendations_LeaveOutWhatIsRated()
    {
        var data = Films([("a", 0, 5), ("b", 1, 4), ("b", 2, 3)], ["age=35"], ["age=35"]);
        var recommender = new PairRecommender(data, new PairRecommenderSettings { LearningRate = 1 }, center: 0);
        Assert.Equal([1, 2], Recommendations.For(recommender, data, 0, 5).Select(recommendation => recommendation.Item));
        Assert.Equal([0], recommender.Recommend(["age=35"], 1).Select(recommendation => recommendation.Item));
    }

    [Fact]
    public void Mistakes_AreNamed()
    {
        var data = Films([("a", 0, double.NaN)], ["age=35"]);
        Assert.Contains("first was given NaN", Assert.Throws<ArgumentException>(() => new PairRecommender(data, new PairRecommenderSettings(), center: 0)).Message, StringComparison.Ordinal);
        Assert.Contains("it is 2", Assert.Throws<ArgumentOutOfRangeException>(() => new PairRecommender(data, new PairRecommenderSettings { LearningRate = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("two with the name 'a'", Assert.Throws<ArgumentException>(() => data.Users.Add("a", "age=3")).Message, StringComparison.Ordinal);
    }

    // Users a, b, ... with the features given, and three films.
    private static RatingData Films((string User, int Item, double Value)[] ratings, params string[][] users)
    {
        var (userTable, items) = (new FeatureTable(), new FeatureTable());
        foreach (var (place, features) in users.Index())
        {
            userTable.Add(((char)('a' + place)).ToString(), features);
        }

        items.Add("first", "genre=romance");
        items.Add("second", "genre=romance");
        items.Add("third", "genre=crime");
        return new RatingData(userTable, items, [.. ratings.Select(rating => new Rating(userTable.Find(rating.User), rating.Item, rating.Value))]);
    }
}
