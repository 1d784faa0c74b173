using System.CommandLine;

namespace Bellman.Cli;

/// <summary><c>bellman plot</c>: learning curves of runs, overlaid.</summary>
internal static class PlotCommand
{
    private static readonly Argument<string[]> Runs = new("run") { Description = "Run folders, or folders of runs.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Axis = Choice("--x", "What the horizontal axis counts: steps or seconds.", "steps", "seconds");
    private static readonly Option<string> Band = Choice("--band", "What the band around several seeds shows: range (worst to best) or std.", "range", "std");
    private static readonly Option<string> Metric = new("--metric") { Description = "A column of progress.csv.", DefaultValueFactory = _ => "rollout/ep_rew_mean" };
    private static readonly Option<bool> Each = new("--each") { Description = "A line for every run, instead of one for all seeds." };
    private static readonly Option<string> Out = new("--out") { Description = "The SVG file to write.", DefaultValueFactory = _ => "plot.svg" };

    public static Command Create()
    {
        var command = new Command("plot", "Draw learning curves; runs that differ in their seed alone become one line with a band.\n\nExample:\n  bellman plot runs/CartPole-v1 --out cartpole.svg") { Runs, Axis, Band, Metric, Each, Out };
        command.SetAction(Plot);
        return command;
    }

    private static int Plot(ParseResult arguments)
    {
        var runs = new List<RunRecord>();
        foreach (var path in arguments.GetRequiredValue(Runs))
        {
            var found = RunRecord.IsRun(path) ? [RunRecord.Read(path)] : RunRecord.FindAll(path);
            if (found.Count == 0)
            {
                throw new UsageException($"There is no run in '{path}'; name a folder that 'bellman train' left, or one that holds such folders.");
            }

            runs.AddRange(found.Where(run => runs.TrueForAll(other => Path.GetFullPath(other.Path) != Path.GetFullPath(run.Path))));
        }

        var metric = arguments.GetRequiredValue(Metric);
        var without = runs.Where(run => run.Column(metric) is null).ToList();
        if (without.Count < runs.Count)
        {
            // Of many, some may have just begun, or not be evaluated: the others are drawn.
            runs.RemoveAll(without.Contains);
            without.ForEach(run => Console.Error.WriteLine($"Left out: '{run.Path}' has no {metric}."));
        }

        var svg = CommandLine.Usage(() => RunChart.ToSvg(
            runs, metric, arguments.GetValue(Axis) == "seconds", arguments.GetValue(Band) == "std" ? ChartBand.Deviation : ChartBand.Range, arguments.GetValue(Each)));
        var file = arguments.GetRequiredValue(Out);
        if (Directory.Exists(file))
        {
            throw new UsageException($"--out is '{file}', which is a folder; name a file in it, as {Path.Combine(file, "plot.svg")}.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(file, svg);
        Console.Out.WriteLine($"Drew {runs.Count} run{(runs.Count == 1 ? "" : "s")} into {file}");
        return CommandLine.Done;
    }

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } given && !values.Contains(given))
            {
                result.AddError($"{name} is '{given}'; it must be {string.Join(" or ", values)}.");
            }
        });
        return option;
    }
}
