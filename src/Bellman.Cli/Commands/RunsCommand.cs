using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Bellman.Cli;

/// <summary><c>bellman runs</c>: what has been trained, with its figures.</summary>
internal static class RunsCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "Where to look, folders below it included.", DefaultValueFactory = _ => "runs" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the runs as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("runs", "List runs with their figures.\n\nExample:\n  bellman runs runs/CartPole-v1") { Folder, Json };
        command.SetAction(List);
        return command;
    }

    private static int List(ParseResult arguments)
    {
        var folder = arguments.GetRequiredValue(Folder);
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"There is no folder '{folder}'; name one that holds runs, as 'bellman train' leaves them in runs.");
        }

        var runs = RunRecord.FindAll(folder, out var damaged);
        foreach (var fault in damaged)
        {
            Console.Error.WriteLine($"Left out: {fault}");
        }

        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(new JsonArray([.. runs.Select(ToJson)]).ToJsonString());
        }
        else if (runs.Count == 0)
        {
            Console.Out.WriteLine($"No runs in '{folder}'.");
        }
        else
        {
            Print([["run", "algorithm", "environment", "state", "seed", "steps", "seconds", "return", "evaluation"], .. runs.Select(Row)]);
        }

        return CommandLine.Done;
    }

    private static JsonObject ToJson(RunRecord run) => new()
    {
        ["run"] = run.Path,
        ["algorithm"] = run.Algorithm,
        ["environment"] = run.Environment,
        ["seed"] = run.Settings["seed"]?.DeepClone(),
        ["state"] = State(run),
        ["steps"] = (long)(run.Last("time/total_timesteps") ?? 0),
        ["seconds"] = Finite(run.Last("time/time_elapsed")) ?? 0,
        ["trainReturn"] = Finite(run.Last("rollout/ep_rew_mean")),
        ["evaluation"] = run.Summary?["evaluation"]?.DeepClone(),
    };

    private static string[] Row(RunRecord run)
    {
        var evaluation = run.Summary?["evaluation"] as JsonObject;
        return
        [
            run.Path,
            run.Algorithm,
            run.Environment,
            State(run),
            run.Seed,
            Number(run.Last("time/total_timesteps"), "N0"),
            Number(run.Last("time/time_elapsed"), "0.0"),
            Number(run.Last("rollout/ep_rew_mean"), "0.0"),
            evaluation is null ? "–" : $"{Number(Value(evaluation["mean"]), "0.0")} ± {Number(Value(evaluation["std"]), "0.0")}",
        ];
    }

    private static string State(RunRecord run) => run.State switch
    {
        RunState.Running => "running",
        RunState.Interrupted => "interrupted",
        _ => "finished",
    };

    private static double? Value(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    // Texts to the left, numbers to the right.
    private static void Print(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.Out.WriteLine(string.Join("  ", row.Select((cell, column) => column < 4 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }
}
