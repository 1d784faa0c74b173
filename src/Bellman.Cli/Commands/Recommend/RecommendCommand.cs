using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Bellman.Cli;

/// <summary><c>bellman recommend</c>: what a user would like, learned from a file of ratings.</summary>
internal static class RecommendCommand
{
    private static readonly Argument<string> Ratings = new("ratings") { Description = "A CSV file with columns user, item and rating; users.csv and items.csv (or movies.csv) beside it hold features, values separated by '|'." };
    private static readonly Option<string?> UserFile = new("--user-file") { Description = "The features of users, if not in users.csv beside the ratings." };
    private static readonly Option<string?> ItemFile = new("--item-file") { Description = "The features of items, if not in items.csv or movies.csv beside the ratings." };
    private static readonly Option<string?> User = new("--user") { Description = "For whom: a user of the file. What the user has rated is not recommended." };
    private static readonly Option<string[]> Feature = new("--feature") { Description = "For whom: a new user with this feature, as age=35 or \"liked=The Matrix\"; may be repeated." };
    private static readonly Option<int> Top = new("--top") { Description = "How many items.", DefaultValueFactory = _ => 5 };
    private static readonly Option<string> Method = new("--method") { Description = $"{string.Join(", ", RecommendMethods.Names)}.", DefaultValueFactory = _ => RecommendMethods.Pairs };
    private static readonly Option<double?> Alpha = new("--alpha") { Description = "α of the pairs, in [0, 1]; by default 0.05, and 0.02 where they learn together." };
    private static readonly Option<int?> Passes = new("--passes") { Description = "How often the pairs go through the ratings; by default once, and 30 times where they learn together." };
    private static readonly Option<double?> LikedFrom = new("--liked-from") { Description = "The rating from which an item counts as liked and is itself a feature of its user; by default four fifths of the highest rating if a feature liked=ITEM is asked for or users have no others, else none." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("recommend",
            "Recommend items from a file of ratings, to a user in it or to a new one.\n\nExamples:\n  bellman recommend generate --out films\n  bellman recommend films/ratings.csv --user user7\n  bellman recommend films/ratings.csv --feature age=35-44 --feature likes=romance\n  bellman recommend compare")
        {
            Ratings, UserFile, ItemFile, User, Feature, Top, Method, Alpha, Passes, LikedFrom, Json, RecommendGenerateCommand.Create(), RecommendCompareCommand.Create(),
        };
        command.SetAction(Run);
        return command;
    }

    /// <summary>Reads ratings; a file that is missing or broken is the user's mistake.</summary>
    public static RatingData Read(string ratings, string? users = null, string? items = null)
    {
        var missing = new[] { ratings, users, items }.FirstOrDefault(path => path is not null && !File.Exists(path));
        return missing is null
            ? CommandLine.Usage(() => RatingFiles.Read(ratings, users, items))
            : throw new UsageException($"The file '{missing}' does not exist; 'bellman recommend generate' makes ratings to try.");
    }

    private static int Run(ParseResult arguments)
    {
        var (user, features) = (arguments.GetValue(User), arguments.GetValue(Feature) ?? []);
        if (user is null == (features.Length == 0))
        {
            throw new UsageException($"Say for whom: either --user, or --feature for a new one, but {(user is null ? "neither" : "both")} was given.");
        }

        if (arguments.GetValue(Top) is var top && top < 1)
        {
            throw new UsageException($"--top is {top}; it must be at least 1.");
        }

        var data = Read(arguments.GetRequiredValue(Ratings), arguments.GetValue(UserFile), arguments.GetValue(ItemFile));

        // Where nothing else is known of users, as in MovieLens, what they liked has to tell them apart.
        var needsLikes = features.Any(feature => feature.StartsWith("liked=", StringComparison.Ordinal)) || Enumerable.Range(0, data.Users.Count).All(place => data.Users.FeaturesOf(place).Count == 0);
        var threshold = arguments.GetValue(LikedFrom) ?? (needsLikes && data.Ratings.Count > 0 ? 0.8 * data.Ratings.Max(rating => rating.Value) : null);
        data = threshold is { } least ? data.WithLikes(least) : data;
        var place = user is null ? -1 : data.Users.Find(user);
        if (user is not null && place < 0)
        {
            throw new UsageException($"No user is called '{user}'.{DidYouMean.Hint(user, data.Users.Names)} For a new one say what is known with --feature.");
        }

        var method = arguments.GetRequiredValue(Method);
        var recommender = CommandLine.Usage(() => RecommendMethods.Create(method, data, arguments.GetValue(Alpha), arguments.GetValue(Passes)));
        var pairs = recommender as PairRecommender;
        if (user is null)
        {
            Check(features, pairs ?? throw new UsageException($"--method {method} knows users by their ratings alone; for a new one take {RecommendMethods.Pairs} or {RecommendMethods.Together}."), data);
        }

        var best = CommandLine.Usage(() => user is null ? pairs!.Recommend(features, top) : Recommendations.For(recommender, data, place, top));
        IReadOnlyList<string> known = user is null ? features : data.Users.FeaturesOf(place);
        IReadOnlyList<FeaturePair> Why(int item) => pairs is null ? [] : [.. pairs.Explain(known, item).Take(3)];
        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(ToJson(user, known, method, data, best, Why).ToJsonString());
        }
        else
        {
            foreach (var (item, score, rating) in best)
            {
                var because = string.Join(", ", Why(item).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.UserFeature} × {pair.ItemFeature} {pair.Value:+0.00;−0.00}")));
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{data.Items.Names[item],-32} score {score,7:0.00}   rating {rating,5:0.00}   {because}").TrimEnd());
            }
        }

        if (best.Count == 0)
        {
            Console.Error.WriteLine(data.Items.Count == 0 ? "There are no items to recommend." : $"{user} has rated every item, so that none is left to recommend.");
        }

        return CommandLine.Done;
    }

    private static void Check(string[] features, PairRecommender recommender, RatingData data)
    {
        foreach (var feature in features.Where(feature => !recommender.Knows(feature)))
        {
            var all = Enumerable.Range(0, data.Users.Count).SelectMany(data.Users.FeaturesOf).Distinct();
            throw new UsageException($"No user has the feature '{feature}', so it says nothing.{DidYouMean.Hint(feature, all)}");
        }
    }

    private static JsonObject ToJson(string? user, IReadOnlyList<string> features, string method, RatingData data, IReadOnlyList<Recommendation> best, Func<int, IReadOnlyList<FeaturePair>> why) => new()
    {
        ["user"] = user,
        ["features"] = new JsonArray([.. features.Select(feature => JsonValue.Create(feature))]),
        ["method"] = method,
        ["recommendations"] = new JsonArray(
        [
            .. best.Select(one => new JsonObject
            {
                ["item"] = data.Items.Names[one.Item],
                ["score"] = one.Score,
                ["rating"] = one.Rating,
                ["because"] = new JsonArray([.. why(one.Item).Select(pair => new JsonObject { ["userFeature"] = pair.UserFeature, ["itemFeature"] = pair.ItemFeature, ["value"] = pair.Value })]),
            }),
        ]),
    };
}
