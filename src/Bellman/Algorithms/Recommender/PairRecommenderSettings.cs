namespace Bellman;

/// <summary>What the value of a pair is moved towards.</summary>
public enum PairRule
{
    /// <summary>Each pair by itself towards the rating: Q becomes the mean rating where the pair was present, and the sum over pairs orders the items.</summary>
    EachPair,

    /// <summary>All pairs of a rating together, until their sum is the rating: a pair learns only what the others do not explain (Widrow and Hoff 1960).</summary>
    Sum,
}

/// <summary>Settings of <see cref="PairRecommender"/>.</summary>
public sealed record PairRecommenderSettings
{
    /// <summary>α in Q ← Q + α·(rating − Q), in [0, 1]. 0 learns nothing; 1 knows the last rating only; small ones average over many.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>What a pair is moved towards.</summary>
    public PairRule Rule { get; init; } = PairRule.EachPair;

    /// <summary>How often the ratings are gone through, oldest first. Pairs that learn together need several passes.</summary>
    public int Passes { get; init; } = 1;

    internal void Check()
    {
        if (!(LearningRate >= 0 && LearningRate <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(LearningRate), $"A learning rate lies in [0, 1], but it is {LearningRate}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Passes, 1);
    }
}
