using System.Globalization;

namespace Bellman;

/// <summary>
/// <c>progress.csv</c>: a row an update. A metric that comes later than the first row gets a column at the end; the rows before it have an empty cell there.
/// </summary>
internal sealed class ProgressTable : IDisposable
{
    private static readonly string[] FixedColumns = ["time/total_timesteps", "time/iterations", "time/time_elapsed", "time/fps", "rollout/ep_rew_mean", "rollout/ep_len_mean"];

    private readonly string path;
    private readonly List<string> columns = [];
    private StreamWriter writer;
    private bool begun;

    /// <summary>Begins a table, or goes on with one from where it stood: rows that came after that, and their columns, are cut off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="position">How many bytes it had; 0 to begin.</param>
    /// <param name="metrics">How many columns of metrics it had; negative where that is not known, and it had as many as it has.</param>
    /// <exception cref="IOException">It is missing, or shorter than that.</exception>
    public ProgressTable(string path, long position, int metrics)
    {
        this.path = path;
        if (position == 0)
        {
            writer = new StreamWriter(Open(FileMode.Create));
            return;
        }

        var names = ReadNames();
        if (metrics >= 0 && names.Length > metrics)
        {
            Rewrite(line => string.Join(',', line.Split(',').Take(FixedColumns.Length + metrics)));
            names = names[..metrics];
        }

        begun = true;
        columns.AddRange(names);
        var file = Open(FileMode.Open);
        if (file.Length < position)
        {
            var found = file.Length;
            file.Dispose();
            throw new IOException($"'{path}' has {found} bytes where {position} were written; put it back as it was, or begin a new run from the weights with --from.");
        }

        file.SetLength(position);
        file.Position = position;
        writer = new StreamWriter(file);
    }

    /// <summary>How many columns of metrics it has.</summary>
    public int Metrics => columns.Count;

    /// <summary>How many bytes have been written, after <see cref="Flush"/>.</summary>
    public long Position => writer.BaseStream.Position;

    /// <summary>Writes a row.</summary>
    public void Add(TrainingProgress progress)
    {
        if (!begun)
        {
            begun = true;
            columns.AddRange(progress.MetricNames);
            writer.WriteLine(string.Join(',', FixedColumns.Concat(columns)));
        }
        else
        {
            Widen(progress);
        }

        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{progress.Steps},{progress.Iterations},{progress.Elapsed.TotalSeconds:R},{progress.StepsPerSecond:0},{Cell(progress.MeanReturn)},{Cell(progress.MeanLength)}"));
        for (var i = 0; i < columns.Count; i++)
        {
            var index = IndexOf(progress, i);
            writer.Write(',');
            writer.Write(index < 0 ? "" : Cell(progress.MetricValues[index]));
        }

        writer.WriteLine();
    }

    /// <summary>Hands everything to the operating system.</summary>
    /// <param name="toDisk">Whether it must survive a power cut too.</param>
    public void Flush(bool toDisk = false)
    {
        writer.Flush();
        if (toDisk)
        {
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    private static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private FileStream Open(FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.Read);

    private string[] ReadNames()
    {
        if (!File.Exists(path))
        {
            throw new IOException($"'{path}' is missing; put it back, or begin a new run from the weights with --from.");
        }

        using var reader = new StreamReader(path);
        var names = reader.ReadLine()?.Split(',') ?? [];
        return names.AsSpan().StartsWith(FixedColumns) ? names[FixedColumns.Length..]
            : throw new IOException($"'{path}' does not begin with the names of its columns; put it back as it was, or begin a new run from the weights with --from.");
    }

    // By name: after a resume, or with a callback that came later, metrics may stand in another order.
    private int IndexOf(TrainingProgress progress, int column)
    {
        if (column < progress.MetricNames.Count && progress.MetricNames[column] == columns[column])
        {
            return column;
        }

        for (var i = 0; i < progress.MetricNames.Count; i++)
        {
            if (progress.MetricNames[i] == columns[column])
            {
                return i;
            }
        }

        return -1;
    }

    private void Widen(TrainingProgress progress)
    {
        var before = columns.Count;
        for (var i = 0; i < progress.MetricNames.Count; i++)
        {
            // Nothing is searched for where metrics stand in their columns, as they nearly always do.
            if ((i >= columns.Count || progress.MetricNames[i] != columns[i]) && !columns.Contains(progress.MetricNames[i]))
            {
                columns.Add(progress.MetricNames[i]);
            }
        }

        if (columns.Count > before)
        {
            var (names, empty) = (string.Concat(columns.Skip(before).Select(name => "," + name)), new string(',', columns.Count - before));
            var first = true;
            writer.Dispose();
            Rewrite(line =>
            {
                var wide = line + (first ? names : empty);
                first = false;
                return wide;
            });
            writer = new StreamWriter(Open(FileMode.Open));
            writer.BaseStream.Position = writer.BaseStream.Length;
        }
    }

    // Whole or not at all; a last line without an end is one that was being written when its program was killed.
    private void Rewrite(Func<string, string> line) => WholeFile.Write(path, file =>
    {
        using var reader = new StreamReader(path);
        using var writer = new StreamWriter(file, leaveOpen: true);
        while (reader.ReadLine() is { } text)
        {
            writer.WriteLine(line(text));
        }
    });
}
