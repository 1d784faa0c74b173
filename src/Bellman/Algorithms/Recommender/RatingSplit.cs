using Bellman.Numerics;

namespace Bellman;

/// <summary>Ratings to learn from, and ratings held out to judge by.</summary>
/// <param name="Train">What may be learned from; all users and items are in it, also those without ratings.</param>
/// <param name="KnownUsers">Held-out ratings of users whose other ratings are in <paramref name="Train"/>.</param>
/// <param name="NewUsers">All ratings of users none of whose ratings are in <paramref name="Train"/>.</param>
public sealed record RatingSplit(RatingData Train, IReadOnlyList<Rating> KnownUsers, IReadOnlyList<Rating> NewUsers)
{
    /// <summary>Splits by chance.</summary>
    /// <param name="data">All ratings.</param>
    /// <param name="heldOut">The share of a known user's ratings that is held out, in [0, 1).</param>
    /// <param name="newUsers">The share of users that is held out altogether, in [0, 1).</param>
    /// <param name="seed">Of the draws.</param>
    public static RatingSplit Of(RatingData data, double heldOut = 0.3, double newUsers = 0.2, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        foreach (var share in new[] { heldOut, newUsers })
        {
            if (!(share >= 0 && share < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(heldOut), $"A share that is held out lies in [0, 1), but one is {share}.");
            }
        }

        var random = new SplittableRandom(seed);
        var isNew = Enumerable.Range(0, data.Users.Count).Select(_ => random.NextDouble() < newUsers).ToArray();
        var (train, known, unseen) = (new List<Rating>(), new List<Rating>(), new List<Rating>());
        foreach (var rating in data.Ratings)
        {
            (isNew[rating.User] ? unseen : random.NextDouble() < heldOut ? known : train).Add(rating);
        }

        return new RatingSplit(data with { Ratings = train }, known, unseen);
    }
}
