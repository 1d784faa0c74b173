namespace Bellman;

/// <summary>What a user thought of an item.</summary>
/// <param name="User">The user's place among <see cref="RatingData.Users"/>.</param>
/// <param name="Item">The item's place among <see cref="RatingData.Items"/>.</param>
/// <param name="Value">The rating, in the scale of the data.</param>
public readonly record struct Rating(int User, int Item, double Value);

/// <summary>Ratings in the order in which they were given, and what is known of users and items.</summary>
/// <param name="Users">Who rated.</param>
/// <param name="Items">What was rated.</param>
/// <param name="Ratings">The ratings, oldest first.</param>
public sealed record RatingData(FeatureTable Users, FeatureTable Items, IReadOnlyList<Rating> Ratings)
{
    /// <summary>
    /// The same ratings, with a feature <c>liked=ITEM</c> for each item that a user rated so highly: what a user liked says which other items to try.
    /// To be called on ratings that may be learned from, never on those held out.
    /// </summary>
    /// <param name="threshold">The least rating that counts as liking.</param>
    public RatingData WithLikes(double threshold)
    {
        var users = new FeatureTable();
        var likes = Ratings.Where(rating => rating.Value >= threshold).ToLookup(rating => rating.User, rating => Liked(Items.Names[rating.Item]));
        for (var user = 0; user < Users.Count; user++)
        {
            users.Add(Users.Names[user], Users.FeaturesOf(user).Concat(likes[user]));
        }

        return this with { Users = users };
    }

    /// <summary>The feature of a user who liked an item.</summary>
    public static string Liked(string item) => $"liked={item}";
}
