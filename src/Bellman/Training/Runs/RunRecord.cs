using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bellman;

/// <summary>How a run stands.</summary>
public enum RunState
{
    /// <summary>It came to its end and was summed up.</summary>
    Finished,

    /// <summary>A process is at it.</summary>
    Running,

    /// <summary>It was interrupted or killed before its end; <c>--resume</c> goes on with it.</summary>
    Interrupted,
}

/// <summary>What a run's folder says: settings, progress and result, read without touching it, while it is being written too.</summary>
public sealed class RunRecord
{
    private readonly Dictionary<string, double[]> columns;

    private RunRecord(string path, JsonObject settings, JsonObject? summary, Dictionary<string, double[]> columns, RunState state) =>
        (Path, Settings, Summary, this.columns, State) = (path, settings, summary, columns, state);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The content of <c>settings.json</c>.</summary>
    public JsonObject Settings { get; }

    /// <summary>The content of <c>summary.json</c>; null while there is none.</summary>
    public JsonObject? Summary { get; }

    /// <summary>The algorithm's name.</summary>
    public string Algorithm => Settings["algorithm"]!.ToString();

    /// <summary>The environment's id.</summary>
    public string Environment => Settings["environment"]!.ToString();

    /// <summary>The seed.</summary>
    public string Seed => Settings["seed"]?.ToString() ?? "";

    /// <summary>How it stood when it was read.</summary>
    public RunState State { get; }

    /// <summary>The names of the columns of <c>progress.csv</c>.</summary>
    public IReadOnlyCollection<string> Columns => columns.Keys;

    /// <summary>A column of <c>progress.csv</c>, NaN where a cell is empty; null if there is no such column.</summary>
    public IReadOnlyList<double>? Column(string name) => columns.GetValueOrDefault(name);

    /// <summary>The last number in a column; null if there is none.</summary>
    public double? Last(string name) => Column(name)?.LastOrDefault(value => !double.IsNaN(value), double.NaN) is { } last && !double.IsNaN(last) ? last : null;

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsRun(string path) => File.Exists(System.IO.Path.Combine(path, "settings.json"));

    /// <summary>All runs in a folder and those below it, by path.</summary>
    public static IReadOnlyList<RunRecord> FindAll(string folder) => FindAll(folder, out _);

    /// <summary>All runs in a folder and those below it, by path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="damaged">A sentence about each run that cannot be read; of another program's <c>settings.json</c> there is none.</param>
    public static IReadOnlyList<RunRecord> FindAll(string folder, out IReadOnlyList<string> damaged)
    {
        var faults = new List<string>();
        damaged = faults;
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 8, AttributesToSkip = FileAttributes.ReparsePoint };
        var found = Directory.EnumerateFiles(folder, "settings.json", options).Select(file => System.IO.Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal);
        var runs = new List<RunRecord>();
        foreach (var path in found)
        {
            try
            {
                runs.Add(Read(path));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another program's settings.json is not a run; who has a run's other files is one.
                if (Directory.Exists(System.IO.Path.Combine(path, "checkpoints")))
                {
                    faults.Add(exception.Message);
                }
            }
        }

        return runs;
    }

    /// <summary>Reads a run.</summary>
    /// <exception cref="IOException">The folder holds none, or a file of it cannot be read as what it should be.</exception>
    public static RunRecord Read(string path)
    {
        if (!IsRun(path))
        {
            throw new IOException($"'{path}' is no run: it has no settings.json; name a folder that 'bellman train' left.");
        }

        var settings = ReadJson(System.IO.Path.Combine(path, "settings.json"));
        if (settings["algorithm"] is not JsonValue || settings["environment"] is not JsonValue)
        {
            throw new IOException($"'{path}' is no run: its settings.json names no algorithm and environment; name a folder that 'bellman train' left.");
        }

        // Looked at before the summary: who ends meanwhile has left one.
        var running = RunLock.IsHeld(path);
        var file = System.IO.Path.Combine(path, "summary.json");
        var summary = File.Exists(file) ? ReadJson(file) : null;
        var state = running ? RunState.Running : summary is null ? RunState.Interrupted : RunState.Finished;
        var progress = System.IO.Path.Combine(path, "progress.csv");
        return new RunRecord(path, settings, summary, File.Exists(progress) ? ReadTable(progress) : [], state);
    }

    private static JsonObject ReadJson(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new IOException($"'{path}' is no JSON object; the run is damaged.");
        }
        catch (JsonException exception)
        {
            throw new IOException($"'{path}' is no JSON ({exception.Message}); the run is damaged.", exception);
        }
    }

    // A last line without an end is one that is being written.
    private static Dictionary<string, double[]> ReadTable(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var text = new StreamReader(stream).ReadToEnd();
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            return [];
        }

        var names = lines[0].TrimEnd('\r').Split(',');
        var table = names.Select(_ => new double[lines.Length - 1]).ToArray();
        for (var row = 1; row < lines.Length; row++)
        {
            var cells = lines[row].TrimEnd('\r').Split(',');
            for (var column = 0; column < names.Length; column++)
            {
                table[column][row - 1] = column < cells.Length && double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
            }
        }

        return names.Zip(table).GroupBy(pair => pair.First, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Second, StringComparer.Ordinal);
    }
}
