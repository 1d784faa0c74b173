using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;

namespace Bellman.Cli;

/// <summary>Runs that differ in their seeds alone, side by side: each on one thread, as many at once as there are cores.</summary>
internal static class SeedRuns
{
    /// <summary>Runs them all.</summary>
    /// <param name="jobs">The runs.</param>
    /// <param name="atOnce">How many at most at the same time.</param>
    /// <param name="say">Told a line for each that ends.</param>
    /// <param name="interrupt">Stops those that run, with checkpoints, and begins no others.</param>
    /// <returns>The results as JSON, in the order of the jobs, and whether they were interrupted.</returns>
    public static (JsonObject Result, bool Interrupted) Run(IReadOnlyList<TrainingJob> jobs, int atOnce, Action<string> say, CancellationToken interrupt)
    {
        var started = Stopwatch.GetTimestamp();
        var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, jobs.Count));
        var failures = new ConcurrentQueue<ExceptionDispatchInfo>();
        var results = new JsonObject?[jobs.Count];
        var interrupted = false;
        var threads = Enumerable.Range(0, Math.Min(atOnce, jobs.Count)).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (failures.TryPeek(out var failure))
        {
            failure.Throw();
        }

        JsonObject[] runs = [.. results.OfType<JsonObject>()];
        return (new JsonObject { ["runs"] = new JsonArray([.. runs]), ["summary"] = Summary(runs, Stopwatch.GetElapsedTime(started)) }, interrupted);

        void Work()
        {
            while (failures.IsEmpty && waiting.TryDequeue(out var index))
            {
                if (interrupt.IsCancellationRequested)
                {
                    Volatile.Write(ref interrupted, true);
                    return;
                }

                try
                {
                    var (summary, stopped) = jobs[index].Run(new TrainingScreen(TextWriter.Null, quiet: true, resultElsewhere: true), interrupt);
                    results[index] = summary;
                    say(Line(summary, stopped));
                    if (stopped)
                    {
                        Volatile.Write(ref interrupted, true);
                    }
                }
                catch (Exception exception)
                {
                    failures.Enqueue(ExceptionDispatchInfo.Capture(exception));
                }
            }
        }
    }

    /// <summary>Smallest, middle and largest value over the runs.</summary>
    public static string Describe(JsonObject spread) => string.Create(
        CultureInfo.InvariantCulture, $"{spread["min"]!.GetValue<double>():0.##} / {spread["median"]!.GetValue<double>():0.##} / {spread["max"]!.GetValue<double>():0.##}");

    private static string Line(JsonObject run, bool stopped) => string.Create(
        CultureInfo.InvariantCulture,
        $"Seed {run["seed"]}: {run["steps"]!.GetValue<long>():N0} steps, training return {Value(run["trainReturn"])}{(run["evaluation"] is { } evaluation ? $", evaluation {Value(evaluation["mean"])}" : "")}{(stopped ? ", interrupted and saved" : "")}");

    private static string Value(JsonNode? node) => node is null ? "–" : node.GetValue<double>().ToString("0.0", CultureInfo.InvariantCulture);

    private static JsonObject Summary(JsonObject[] runs, TimeSpan elapsed) => new()
    {
        ["count"] = runs.Length,
        ["steps"] = runs.Sum(run => run["steps"]!.GetValue<long>()),
        ["seconds"] = Math.Round(elapsed.TotalSeconds, 4),
        ["trainReturn"] = Spread(runs.Select(run => run["trainReturn"])),
        ["evaluation"] = Spread(runs.Select(run => run["evaluation"]?["mean"])),
    };

    private static JsonObject? Spread(IEnumerable<JsonNode?> nodes)
    {
        double[] values = [.. nodes.OfType<JsonNode>().Select(node => node.GetValue<double>()).Order()];
        return values.Length == 0 ? null : new JsonObject
        {
            ["min"] = values[0],
            ["median"] = (values[values.Length / 2] + values[(values.Length - 1) / 2]) / 2,
            ["max"] = values[^1],
            ["mean"] = values.Average(),
        };
    }
}
