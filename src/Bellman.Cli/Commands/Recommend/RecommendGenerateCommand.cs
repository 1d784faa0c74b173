using System.CommandLine;

namespace Bellman.Cli;

/// <summary><c>bellman recommend generate</c>: writes ratings of films by users whose tastes are known to the generator.</summary>
internal static class RecommendGenerateCommand
{
    private static readonly Option<string> Out = new("--out") { Description = "The folder for ratings.csv, users.csv and items.csv.", DefaultValueFactory = _ => "ratings" };

    /// <summary>What is generated, for this command and for comparing.</summary>
    public static readonly GeneratorOptions Options = new();

    public static Command Create()
    {
        var command = new Command("generate", "Make ratings of films from known tastes: the same seed gives the same files.") { Out };
        Options.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var folder = arguments.GetRequiredValue(Out);
        var data = CommandLine.Usage(() => new RatingGenerator(Options.Read(arguments))).Data;
        RatingFiles.Write(data, folder);
        Console.Out.WriteLine($"Wrote {data.Ratings.Count} ratings of {data.Items.Count} films by {data.Users.Count} users into {folder}");
        return CommandLine.Done;
    }

    /// <summary>How many users, films and ratings, how much noise, and the seed.</summary>
    public sealed class GeneratorOptions
    {
        private static readonly RatingGeneratorSettings Default = new();

        private readonly Option<int> users = new("--users") { Description = "How many users.", DefaultValueFactory = _ => Default.Users };
        private readonly Option<int> items = new("--items") { Description = "How many films.", DefaultValueFactory = _ => Default.Items };
        private readonly Option<int> perUser = new("--ratings-per-user") { Description = "How many films each user rates.", DefaultValueFactory = _ => Default.RatingsPerUser };
        private readonly Option<double> noise = new("--noise") { Description = "The scale of the noise on each opinion.", DefaultValueFactory = _ => Default.Noise };
        private readonly Option<ulong> seed = new("--seed") { Description = "Of all draws.", DefaultValueFactory = _ => Default.Seed };

        public void AddTo(Command command)
        {
            foreach (var option in new Option[] { users, items, perUser, noise, seed })
            {
                command.Add(option);
            }
        }

        public ulong Seed(ParseResult arguments) => arguments.GetValue(seed);

        public RatingGeneratorSettings Read(ParseResult arguments) => new()
        {
            Users = arguments.GetValue(users),
            Items = arguments.GetValue(items),
            RatingsPerUser = arguments.GetValue(perUser),
            Noise = arguments.GetValue(noise),
            Seed = Seed(arguments),
        };
    }
}
