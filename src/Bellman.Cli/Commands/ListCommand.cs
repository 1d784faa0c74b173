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
        string[] columns = [.. rows[0].Select(cell => cell.Key).Where(name => name is not ("observation" or "unavailable") && !(name == "action" && isNarrow))];
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
        foreach (var reason in rows.GroupBy(row => row["unavailable"]?.ToString()).Where(group => group.Key is not null))
        {
            AnsiConsole.MarkupLine(Markup.Escape($"{string.Join(", ", reason.Select(row => row["id"]))} cannot be made here: {reason.Key}"));
        }

        return CommandLine.Done;
    }

    private static JsonObject[] Algorithms() =>
        [.. AlgorithmRegistry.Specs.Select(spec => new JsonObject { ["name"] = spec.Name, ["description"] = spec.Description })];

    private static JsonObject[] Environments() =>
    [
        .. EnvironmentRegistry.Default.Specs.Select(spec =>
        {
            var (observation, action, reason) = Spaces(spec);
            var row = new JsonObject
            {
                ["id"] = spec.Id,
                ["observation"] = observation,
                ["action"] = action,
                ["maxEpisodeSteps"] = spec.MaxEpisodeSteps,
                ["rewardThreshold"] = spec.RewardThreshold is { } threshold ? JsonValue.Create(threshold) : null,
                ["description"] = spec.Description,
            };
            if (reason is not null)
            {
                row["unavailable"] = reason;
            }

            return row;
        }),
    ];

    // What needs a library that is not installed is listed too, with what to do about it.
    private static (string? Observation, string? Action, string? Reason) Spaces(EnvironmentSpec spec)
    {
        try
        {
            using var environment = spec.Factory(new EnvironmentOptions());
            return (environment.ObservationSpace.ToString(), environment.ActionSpace.ToString(), null);
        }
        catch (InvalidOperationException exception)
        {
            return (null, null, exception.Message);
        }
    }
}
