using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Bellman.Cli;

/// <summary><c>bellman recommend compare</c>: all methods on ratings held out, with intervals; on generated ratings also the least error that is possible.</summary>
internal static class RecommendCompareCommand
{
    private static readonly Argument<string?> Ratings = new("ratings") { Description = "A CSV file with columns user, item and rating; without one ratings are generated, and the noise floor is known.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<double> HeldOut = new("--held-out") { Description = "The share of a known user's ratings to judge by.", DefaultValueFactory = _ => 0.3 };
    private static readonly Option<double> NewUsers = new("--new-users") { Description = "The share of users of whom no rating is learned from.", DefaultValueFactory = _ => 0.2 };
    private static readonly Option<double?> LikedFrom = new("--liked-from") { Description = "The rating from which an item counts as liked; by default four fifths of the highest." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("compare", "Compare the methods on held-out ratings: RMSE and NDCG@10 with 95 % bootstrap intervals, for known users and for new ones.") { Ratings, HeldOut, NewUsers, LikedFrom, Json };
        RecommendGenerateCommand.Options.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var options = RecommendGenerateCommand.Options;
        var generator = arguments.GetValue(Ratings) is null ? CommandLine.Usage(() => new RatingGenerator(options.Read(arguments))) : null;
        var data = generator?.Data ?? RecommendCommand.Read(arguments.GetValue(Ratings)!);
        var split = CommandLine.Usage(() => RatingSplit.Of(data, arguments.GetValue(HeldOut), arguments.GetValue(NewUsers), options.Seed(arguments)));
        if (split.Train.Ratings.Count == 0 || split.KnownUsers.Count == 0)
        {
            throw new UsageException($"{data.Ratings.Count} ratings are too few to learn from some and judge by others.");
        }

        var likes = split.Train.WithLikes(arguments.GetValue(LikedFrom) ?? (0.8 * split.Train.Ratings.Max(rating => rating.Value)));
        List<(string Name, IRecommender Recommender)> methods =
        [
            .. new[] { RecommendMethods.Popularity, RecommendMethods.Pairs }.Select(name => (name, RecommendMethods.Create(name, split.Train))),
            ("pairs, with likes", RecommendMethods.Create(RecommendMethods.Pairs, likes)),
            (RecommendMethods.Together, RecommendMethods.Create(RecommendMethods.Together, split.Train)),
            ("pairs-together, with likes", RecommendMethods.Create(RecommendMethods.Together, likes)),
            (RecommendMethods.Factors, RecommendMethods.Create(RecommendMethods.Factors, split.Train)),
        ];
        if (generator is not null)
        {
            methods.Add(("the tastes themselves", generator));
        }

        var json = new JsonObject { ["trainRatings"] = split.Train.Ratings.Count };
        foreach (var (key, title, heldOut) in new[] { ("knownUsers", "Users whose other ratings were learned from", split.KnownUsers), ("newUsers", "New users, known by their features alone", split.NewUsers) })
        {
            if (heldOut.Count == 0)
            {
                continue;
            }

            var results = RecommenderEvaluation.Compare(methods, heldOut);
            var floor = generator?.NoiseFloor([.. heldOut]);
            json[key] = ToJson(results, heldOut, floor);
            if (!arguments.GetValue(Json))
            {
                Print(title, results, heldOut, floor);
            }
        }

        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(json.ToJsonString());
        }

        return CommandLine.Done;
    }

    private static void Print(string title, IReadOnlyList<RecommenderResult> results, IReadOnlyList<Rating> heldOut, double? floor)
    {
        Console.Out.WriteLine($"{title}: {heldOut.Count} held-out ratings of {heldOut.Select(rating => rating.User).Distinct().Count()} users");
        Console.Out.WriteLine($"{"",-27} {"RMSE",-21} {"NDCG@10",-21} NDCG@10 above {results[0].Name}");
        foreach (var result in results)
        {
            Console.Out.WriteLine($"{result.Name,-27} {Text(result.Rmse)}  {Text(result.Ndcg)}  {(result == results[0] ? "" : Text(result.NdcgGain))}".TrimEnd());
        }

        if (floor is { } least)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Noise floor: nobody can expect an RMSE below {least:0.0000} on these.\n"));
        }
    }

    private static string Text(ConfidenceInterval interval) => string.Create(CultureInfo.InvariantCulture, $"{interval.Estimate,5:0.000} [{interval.Low:0.000}, {interval.High:0.000}]");

    private static JsonObject ToJson(IReadOnlyList<RecommenderResult> results, IReadOnlyList<Rating> heldOut, double? floor) => new()
    {
        ["ratings"] = heldOut.Count,
        ["noiseFloor"] = floor,
        ["methods"] = new JsonArray(
        [
            .. results.Select(result => new JsonObject
            {
                ["name"] = result.Name,
                ["rmse"] = ToJson(result.Rmse),
                ["ndcg10"] = ToJson(result.Ndcg),
                ["rmseGain"] = ToJson(result.RmseGain),
                ["ndcg10Gain"] = ToJson(result.NdcgGain),
            }),
        ]),
    };

    private static JsonObject ToJson(ConfidenceInterval interval) => new() { ["estimate"] = interval.Estimate, ["low"] = interval.Low, ["high"] = interval.High };
}
