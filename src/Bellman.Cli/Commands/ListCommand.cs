using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Bellman.Cli;

/// <summary><c>bellman list</c>: what there is.</summary>
internal static class ListCommand
{
    private const int WideEnough = 110;

    private static readonly Dictionary<string, string> Headings = new() { ["maxEpisodeSteps"] = "limit", ["rewardThreshold"] = "solved at" };
    private static readonly Argument<string> What = new("what") { Description = "algorithms or environments." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print a line of JSON." };

    public static Command Create()
    {
        What.AcceptOnlyFromAmong("algorithms", "environments");
        var command = new Command("list", "List algorithms or environments.") { What, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var rows = arguments.GetRequiredValue(What) == "algorithms" ? Algorithms() : Environments();
        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(new JsonArray([.. rows]).ToJsonString());
            return CommandLine.Done;
        }

        // Spaces are too long for a narrow table; --json has them all.
        var isNarrow = AnsiConsole.Profile.Width < WideEnough;
        var table = new Table().Border(TableBorder.Simple);
        string[] columns = [.. rows[0].Select(cell => cell.Key).Where(name => name != "observation" && !(name == "action" && isNarrow))];
        foreach (var name in columns)
        {
            // Only sentences are broken: a name stays in one piece, to be copied and searched for.
            table.AddColumn(new TableColumn(Headings.GetValueOrDefault(name, name)) { NoWrap = name != "description" });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. columns.Select(name => Markup.Escape(row[name]?.ToString() ?? ""))]);
        }

        AnsiConsole.Write(table);
        return CommandLine.Done;
    }

    private static JsonObject[] Algorithms() =>
        [.. AlgorithmRegistry.Specs.Select(spec => new JsonObject { ["name"] = spec.Name, ["description"] = spec.Description })];

    private static JsonObject[] Environments() =>
    [
        .. EnvironmentRegistry.Default.Specs.Select(spec =>
        {
            using var environment = spec.Factory(new EnvironmentOptions());
            return new JsonObject
            {
                ["id"] = spec.Id,
                ["observation"] = environment.ObservationSpace.ToString(),
                ["action"] = environment.ActionSpace.ToString(),
                ["maxEpisodeSteps"] = spec.MaxEpisodeSteps,
                ["rewardThreshold"] = spec.RewardThreshold is { } threshold ? JsonValue.Create(threshold) : null,
                ["description"] = spec.Description,
            };
        }),
    ];
}
