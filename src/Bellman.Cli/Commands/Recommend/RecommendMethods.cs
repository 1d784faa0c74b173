namespace Bellman.Cli;

/// <summary>The recommenders by the names they have on the command line.</summary>
internal static class RecommendMethods
{
    public const string Pairs = "pairs", Together = "pairs-together", Popularity = "popularity", Factors = "factors";

    public static readonly string[] Names = [Pairs, Together, Popularity, Factors];

    public static IRecommender Create(string method, RatingData data, double? alpha = null, int? passes = null) => method switch
    {
        Pairs => new PairRecommender(data, new PairRecommenderSettings { LearningRate = alpha ?? 0.05, Passes = passes ?? 1 }),
        Together => new PairRecommender(data, new PairRecommenderSettings { Rule = PairRule.Sum, LearningRate = alpha ?? 0.02, Passes = passes ?? 30 }),
        Popularity => new PopularityRecommender(data),
        Factors => new MatrixFactorization(data, new MatrixFactorizationSettings()),
        _ => throw new UsageException($"There is no method '{method}'.{DidYouMean.Hint(method, Names)} Take {string.Join(", ", Names[..^1])} or {Names[^1]}."),
    };
}
