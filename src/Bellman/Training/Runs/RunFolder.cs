using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman;

/// <summary>What a run trains: enough to repeat it.</summary>
public sealed record RunDescription
{
    /// <summary>The algorithm's name.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The environment's id.</summary>
    public required string Environment { get; init; }

    /// <summary>The environment's constructor options.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>The seed; environments draw from 1000 times it.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Every setting of the algorithm.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>Where each setting came from.</summary>
    public required IReadOnlyDictionary<string, string> Sources { get; init; }
}

/// <summary>
/// A run on disk: <c>settings.json</c>, <c>progress.csv</c>, TensorBoard's event file, <c>curve.svg</c>, <c>summary.json</c> and <c>checkpoints/final.bellman</c>.
/// Its figures can be looked at while training goes on.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // What a person who looks may wait for.
    private static readonly TimeSpan ShowInterval = TimeSpan.FromSeconds(2);

    private readonly RunDescription description;
    private readonly LearningCurve curve;
    private readonly StreamWriter csv;
    private readonly EventFile events;
    private string[]? columns;
    private long shown = Stopwatch.GetTimestamp();

    /// <summary>Begins a run in a folder of its own.</summary>
    /// <param name="path">The folder; made if it does not exist, refused if it holds a run.</param>
    /// <param name="description">What it trains.</param>
    /// <param name="totalSteps">Environment steps in all.</param>
    /// <exception cref="IOException">The folder holds a run already, or cannot be written.</exception>
    public RunFolder(string path, RunDescription description, long totalSteps)
    {
        ArgumentNullException.ThrowIfNull(description);
        Path = path;
        this.description = description;
        curve = new LearningCurve(totalSteps);
        if (File.Exists(Inside("settings.json")))
        {
            throw new IOException($"The folder '{path}' holds a run already; name another with --out, or remove it.");
        }

        Directory.CreateDirectory(System.IO.Path.Combine(path, "checkpoints"));
        WriteJson("settings.json", new JsonObject
        {
            ["algorithm"] = description.Algorithm,
            ["environment"] = description.Environment,
            ["environmentOptions"] = Object(description.EnvironmentOptions),
            ["seed"] = description.Seed,
            ["settings"] = description.Settings.DeepClone(),
            ["sources"] = Object(description.Sources),
            ["version"] = typeof(RunFolder).Assembly.GetName().Version!.ToString(3),
            ["runtime"] = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
            ["system"] = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier,
            ["kernelSet"] = NumericsInfo.KernelSet.ToString(),
            ["startedUtc"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        });
        csv = new StreamWriter(Inside("progress.csv"));
        events = EventFile.Create(Inside(EventFile.FileName), DateTimeOffset.UtcNow);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>The final checkpoint's file.</summary>
    public string FinalCheckpoint => System.IO.Path.Combine(Path, "checkpoints", "final.bellman");

    /// <summary>The first folder <c>runs/environment/algorithm-seed-n</c> that is free.</summary>
    public static string Free(string environment, string algorithm, ulong seed)
    {
        for (var n = 1; ; n++)
        {
            var path = System.IO.Path.Combine("runs", environment, string.Create(CultureInfo.InvariantCulture, $"{algorithm}-{seed}-{n}"));
            if (!Directory.Exists(path))
            {
                return path;
            }
        }
    }

    /// <summary>Takes in an episode for the curve.</summary>
    public void Add(Episode episode, double meanReturn) => curve.Add(episode, meanReturn);

    /// <summary>Writes a row of <c>progress.csv</c> and of the event file, and every other second the curve.</summary>
    public void Add(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        AddRow(progress);
        AddEvents(progress);
        if (Stopwatch.GetElapsedTime(shown) > ShowInterval)
        {
            Show();
            shown = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Writes the final checkpoint and the curve.</summary>
    public void Finish(IAgent agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        agent.Policy.AddTo(new Checkpoint())
            .Add("training.json", new JsonObject
            {
                ["algorithm"] = description.Algorithm,
                ["environment"] = description.Environment,
                ["environmentOptions"] = Object(description.EnvironmentOptions),
                ["seed"] = description.Seed,
                ["steps"] = agent.Progress.Steps,
                ["settings"] = description.Settings.DeepClone(),
            })
            .Save(FinalCheckpoint);
        Show();
    }

    /// <summary>Writes <c>summary.json</c>.</summary>
    public void WriteSummary(JsonObject summary) => WriteJson("summary.json", summary);

    /// <inheritdoc/>
    public void Dispose()
    {
        csv.Dispose();
        events.Dispose();
    }

    private static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static JsonObject Object(IReadOnlyDictionary<string, string> values) => new(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    private void AddRow(TrainingProgress progress)
    {
        if (columns is null)
        {
            columns = [.. progress.MetricNames];
            csv.WriteLine(string.Join(',', ["time/total_timesteps", "time/iterations", "time/time_elapsed", "time/fps", "rollout/ep_rew_mean", "rollout/ep_len_mean", .. columns]));
        }

        csv.Write(string.Create(CultureInfo.InvariantCulture, $"{progress.Steps},{progress.Iterations},{progress.Elapsed.TotalSeconds:R},{progress.StepsPerSecond:0},{Cell(progress.MeanReturn)},{Cell(progress.MeanLength)}"));
        foreach (var value in progress.MetricValues)
        {
            csv.Write(',');
            csv.Write(Cell(value));
        }

        csv.WriteLine();
    }

    private void AddEvents(TrainingProgress progress)
    {
        events.Add("rollout/ep_rew_mean", progress.MeanReturn);
        events.Add("rollout/ep_len_mean", progress.MeanLength);
        events.Add("time/fps", progress.StepsPerSecond);
        for (var i = 0; i < progress.MetricNames.Count; i++)
        {
            events.Add(progress.MetricNames[i], progress.MetricValues[i]);
        }

        events.WriteRow(DateTimeOffset.UtcNow, progress.Steps);
    }

    private void Show()
    {
        csv.Flush();
        events.Flush();
        WriteText("curve.svg", curve.ToSvg($"{description.Algorithm} · {description.Environment} · seed {description.Seed}"));
    }

    private string Inside(string name) => System.IO.Path.Combine(Path, name);

    private void WriteJson(string name, JsonObject json) => WriteText(name, json.ToJsonString(Indented) + "\n");

    // Renamed into place, so that who looks sees a whole file.
    private void WriteText(string name, string text)
    {
        var aside = Inside(name) + ".partial";
        File.WriteAllText(aside, text);
        File.Move(aside, Inside(name), overwrite: true);
    }
}
