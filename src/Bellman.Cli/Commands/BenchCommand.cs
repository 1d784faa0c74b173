using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Bellman.Numerics;
using Spectre.Console;

namespace Bellman.Cli;

/// <summary><c>bellman bench</c>: what this machine does, in one table.</summary>
internal static class BenchCommand
{
    private static readonly Option<bool> Quick = new("--quick") { Description = "Measure for a fraction of a second each: under a minute in all." };
    private static readonly Option<string?> Filter = new("--filter") { Description = "Only metrics whose name contains this text." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("bench", "Measure the numerics, the environments and training, on one thread.") { Quick, Filter, Json };
        command.Subcommands.Add(SoakCommand.Create());
        command.SetAction(Run);
        return command;
    }

    /// <summary>The hidden command that measures allocations in a process of its own: an environment's tuned settings, with a normaliser and shorter rollouts if asked.</summary>
    public static Command CreateAllocationProcess()
    {
        var environment = new Argument<string>("environment") { DefaultValueFactory = _ => "CartPole-v1" };
        var normalize = new Option<bool>("--normalize");
        var rolloutSteps = new Option<int>("--rollout-steps");
        var command = new Command(Measurements.AllocationProcess) { environment, normalize, rolloutSteps };
        command.Hidden = true;
        command.SetAction(arguments =>
        {
            var id = arguments.GetValue(environment)!;
            var settings = PpoSettings.For(id);
            settings = arguments.GetValue(rolloutSteps) is > 0 and var steps ? settings with { RolloutSteps = steps } : settings;
            settings = arguments.GetValue(normalize) ? settings with { NormalizeObservations = true, NormalizeRewards = true } : settings;
            Console.Out.Write(Measurements.AllocatedBytes(id, settings).ToString(CultureInfo.InvariantCulture));
        });
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var chosen = Measurements.All.Where(measurement => measurement.Name.Contains(arguments.GetValue(Filter) ?? "", StringComparison.OrdinalIgnoreCase)).ToList();
        if (chosen.Count == 0)
        {
            throw new UsageException($"No metric's name contains '{arguments.GetValue(Filter)}'; there are {string.Join(", ", Measurements.All.Select(measurement => measurement.Name))}.");
        }

        var budget = TimeSpan.FromSeconds(arguments.GetValue(Quick) ? 0.6 : 3);
        var metrics = new JsonObject();
        foreach (var measurement in chosen)
        {
            if (measurement.Missing is { } reason)
            {
                Console.Error.WriteLine($"{measurement.Name} is not measured. {reason}");
                continue;
            }

            Console.Error.Write($"{measurement.Name} ");
            metrics[measurement.Name] = measurement.Measure(budget);
            Console.Error.WriteLine();
        }

        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(new JsonObject { ["machine"] = Machine(), ["metrics"] = metrics }.ToJsonString());
            return CommandLine.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("metric").AddColumn(new TableColumn("value").RightAligned()).AddColumn("unit");
        foreach (var measurement in chosen.Where(measurement => metrics.ContainsKey(measurement.Name)))
        {
            table.AddRow(measurement.Name, Number((double)metrics[measurement.Name]!), measurement.Unit);
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(string.Join(" · ", Machine().Select(pair => $"{pair.Key} {pair.Value}")));
        return CommandLine.Done;
    }

    private static JsonObject Machine() => new()
    {
        ["cores"] = Environment.ProcessorCount,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["kernelSet"] = NumericsInfo.KernelSet.ToString(),
        ["system"] = RuntimeInformation.OSDescription,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["version"] = typeof(Policy).Assembly.GetName().Version!.ToString(3),
    };

    private static string Number(double value) => value switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.0} million"),
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
