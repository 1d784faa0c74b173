using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bellman;

/// <summary>
/// A run on disk: <c>settings.json</c>, <c>progress.csv</c>, TensorBoard's event file, <c>curve.svg</c>, <c>summary.json</c> and <c>checkpoints/final.bellman</c>.
/// Its figures can be looked at while training goes on.
/// </summary>
public sealed partial class RunFolder : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // What a person who looks may wait for.
    private static readonly TimeSpan ShowInterval = TimeSpan.FromSeconds(2);

    private readonly RunDescription description;
    private readonly LearningCurve curve;
    private readonly FileStream gate;
    private readonly ProgressTable table;
    private readonly EventFile events;
    private bool goesOn;
    private long shown = Stopwatch.GetTimestamp();

    /// <summary>Begins a run in a folder of its own.</summary>
    /// <param name="path">The folder; made if it does not exist, refused if it holds a run.</param>
    /// <param name="description">What it trains.</param>
    /// <param name="totalSteps">Environment steps in all.</param>
    /// <exception cref="IOException">The folder holds a run already, or cannot be written.</exception>
    public RunFolder(string path, RunDescription description, long totalSteps)
        : this(path, description, totalSteps, checkpoint: null, resume: false)
    {
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>The first folder <c>runs/environment/algorithm-seed-n</c> that is free. What a path should not hold becomes a dash.</summary>
    public static string Free(string environment, string algorithm, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(environment);
        environment = FileName(environment);
        for (var n = 1; ; n++)
        {
            var path = System.IO.Path.Combine("runs", environment, string.Create(CultureInfo.InvariantCulture, $"{algorithm}-{seed}-{n}"));
            if (!Directory.Exists(path))
            {
                return path;
            }
        }
    }

    /// <summary>An environment's name as that of a file or folder: <c>stdio:python3 a/b.py</c> becomes <c>stdio-python3-a-b.py</c>.</summary>
    public static string FileName(string environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return string.Concat(environment.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' ? character : '-')).TrimStart('.', '-');
    }

    /// <summary>Takes in an episode for the curve.</summary>
    public void Add(Episode episode, double meanReturn) => curve.Add(episode, meanReturn);

    /// <summary>Writes a row of <c>progress.csv</c> and of the event file, and every other second the curve.</summary>
    public void Add(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ForgetSummary();
        table.Add(progress);
        AddEvents(progress);
        if (Stopwatch.GetElapsedTime(shown) > ShowInterval)
        {
            Show();
            shown = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Writes <c>summary.json</c>, which says that the run came to its end.</summary>
    public void WriteSummary(JsonObject summary) => WriteJson("summary.json", summary);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Each is closed even where the disk is too full for what another still holds.
        try
        {
            table.Dispose();
        }
        finally
        {
            try
            {
                events.Dispose();
            }
            finally
            {
                gate.Dispose();
            }
        }
    }

    // What an earlier part of the run came to holds no longer once the run goes on.
    private void ForgetSummary()
    {
        if (!goesOn)
        {
            goesOn = true;
            File.Delete(Inside("summary.json"));
        }
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
        table.Flush();
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
