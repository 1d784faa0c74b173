using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman;

// Checkpoints from which a killed run goes on, and the way back into its folder.
public sealed partial class RunFolder
{
    private const string Training = "training.json";
    private const string Logs = "run.safetensors";
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(10);

    private StepInterval? interval;
    private long saved = Stopwatch.GetTimestamp();

    private RunFolder(string path, RunDescription description, long totalSteps, Checkpoint? checkpoint, bool resume)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(description);
        Path = path;
        this.description = description;
        curve = new LearningCurve(totalSteps);
        if (!resume && File.Exists(Inside("settings.json")))
        {
            throw new IOException($"The folder '{path}' holds a run already; go on with it by --resume, name another with --out, or remove it.");
        }

        Directory.CreateDirectory(System.IO.Path.Combine(path, "checkpoints"));
        gate = Lock(Inside(".lock"), path);
        try
        {
            WriteDescription(resume);
            var (row, record) = checkpoint is null ? (0, 0) : Restore(checkpoint);
            csv = new StreamWriter(OpenRows(Inside("progress.csv"), row, out columns));
            events = checkpoint is null ? EventFile.Create(Inside(EventFile.FileName), DateTimeOffset.UtcNow) : EventFile.Continue(Inside(EventFile.FileName), record);
        }
        catch
        {
            csv?.Dispose();
            gate.Dispose();
            throw;
        }
    }

    /// <summary>The newest checkpoint's file while the run goes on; it is gone when the final one is whole.</summary>
    public string LastCheckpoint => System.IO.Path.Combine(Path, "checkpoints", "last.bellman");

    /// <summary>The final checkpoint's file.</summary>
    public string FinalCheckpoint => System.IO.Path.Combine(Path, "checkpoints", "final.bellman");

    /// <summary>The file of the policy that was best in evaluations on the way, where there were any.</summary>
    public string BestCheckpoint => System.IO.Path.Combine(Path, "checkpoints", "best.bellman");

    /// <summary>After how many environment steps a checkpoint is written, at the first update at or after each multiple; by default every ten seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public long? CheckpointEvery
    {
        get;
        set
        {
            field = value;
            interval = value is { } every ? new StepInterval(every) : null;
        }
    }

    /// <summary>The newest checkpoint of a run's folder; null before its first.</summary>
    public static string? FindCheckpoint(string folder) =>
        new[] { "last.bellman", "final.bellman" }.Select(name => System.IO.Path.Combine(folder, "checkpoints", name)).FirstOrDefault(File.Exists);

    /// <summary>Goes on with a run: its files are brought back to where the checkpoint was written, so that no row comes twice and none is missing.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="description">What it trains, as <see cref="RunDescription.Read(string)"/> gave it; its number of steps may have changed.</param>
    /// <param name="totalSteps">Environment steps in all.</param>
    /// <param name="checkpoint">Its newest checkpoint; null to begin again, where it was killed before the first.</param>
    /// <exception cref="IOException">Another process is at it, or a file is missing or cut short.</exception>
    public static RunFolder Resume(string path, RunDescription description, long totalSteps, Checkpoint? checkpoint) => new(path, description, totalSteps, checkpoint, resume: true);

    /// <summary>Writes a checkpoint if one is due.</summary>
    public void SaveIfDue(IAgent agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (interval?.Reached(agent.Progress.Steps) ?? Stopwatch.GetElapsedTime(saved) > CheckpointInterval)
        {
            Save(agent);
        }
    }

    /// <summary>Writes a checkpoint from which the run can go on.</summary>
    public void Save(IAgent agent)
    {
        Save(agent, LastCheckpoint);
        saved = Stopwatch.GetTimestamp();
    }

    /// <summary>Writes a policy, to act with and to be evaluated, with what it was trained on.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="steps">The environment steps it has learned from.</param>
    /// <param name="path">The file.</param>
    public void SavePolicy(Policy policy, long steps, string path)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var training = description.ToJson();
        training["steps"] = steps;
        policy.AddTo(new Checkpoint()).Add(Training, training).Save(path);
    }

    /// <summary>Writes the final checkpoint and the curve. Training can go on from it too, to more steps.</summary>
    public void Finish(IAgent agent)
    {
        Save(agent, FinalCheckpoint);
        File.Delete(LastCheckpoint);
        Show();
    }

    private static FileStream Lock(string path, string folder)
    {
        try
        {
            // Held while the process lives, however it ends.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException($"Another process is at the run in '{folder}'; wait for it, or end it.", exception);
        }
    }

    private static FileStream OpenRows(string path, long length, out string[]? columns)
    {
        columns = null;
        var file = new FileStream(path, length == 0 ? FileMode.Create : FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        if (file.Length < length)
        {
            var found = file.Length;
            file.Dispose();
            throw new IOException($"'{path}' has {found} bytes where {length} were written; put it back as it was, or begin a new run from the weights with --from.");
        }

        file.SetLength(length);
        if (length > 0)
        {
            using var reader = new StreamReader(file, leaveOpen: true);
            columns = reader.ReadLine()!.Split(',')[FixedColumns.Length..];
        }

        file.Position = length;
        return file;
    }

    private void Save(IAgent agent, string path)
    {
        ArgumentNullException.ThrowIfNull(agent);

        // What the checkpoint says of the files must be on the disk before it is.
        csv.Flush();
        ((FileStream)csv.BaseStream).Flush(flushToDisk: true);
        events.Flush(toDisk: true);
        var checkpoint = new Checkpoint();
        agent.SaveState(checkpoint);
        var training = description.ToJson();
        training["steps"] = agent.Progress.Steps;
        checkpoint.Add(Training, training).Add(Logs, Exchange).Save(path);
    }

    private void Exchange(StateArchive state)
    {
        Span<long> positions = [csv.BaseStream.Position, events.Position];
        state.Exchange("positions", positions);
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        curve.SaveState(writer);
        writer.Flush();
        var bytes = memory.ToArray();
        state.Exchange("curve", ref bytes);
    }

    private (long Row, long Record) Restore(Checkpoint checkpoint)
    {
        var training = checkpoint.Json(Training);
        if (training["algorithm"]?.ToString() != description.Algorithm || training["environment"]?.ToString() != description.Environment || training["seed"]?.ToString() != description.Seed.ToString(CultureInfo.InvariantCulture))
        {
            throw new CheckpointException($"The checkpoint in '{Path}' is of {training["algorithm"]} on {training["environment"]} with seed {training["seed"]}, unlike the run's settings.json; put the right one back.");
        }

        var positions = new long[2];
        checkpoint.Load(Logs, state =>
        {
            byte[] bytes = [];
            state.Exchange("positions", positions.AsSpan());
            state.Require(positions[0] >= 0 && positions[1] >= 0, $"its files stood at {positions[0]} and {positions[1]} bytes");
            state.Exchange("curve", ref bytes);
            try
            {
                using var reader = new BinaryReader(new MemoryStream(bytes));
                curve.LoadState(reader);
            }
            catch (EndOfStreamException)
            {
                state.Require(false, $"its curve has {bytes.Length} bytes");
            }
        });
        return (positions[0], positions[1]);
    }

    private void WriteDescription(bool resume)
    {
        // What was said when the run began stays, but for the number of steps.
        var json = description.ToJson();
        if (resume && File.Exists(Inside("settings.json")) && JsonNode.Parse(File.ReadAllText(Inside("settings.json"))) is JsonObject before)
        {
            foreach (var (name, value) in json)
            {
                before[name] = value?.DeepClone();
            }

            WriteJson("settings.json", before);
            return;
        }

        json["version"] = typeof(RunFolder).Assembly.GetName().Version!.ToString(3);
        json["runtime"] = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription;
        json["system"] = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        json["kernelSet"] = NumericsInfo.KernelSet.ToString();
        json["startedUtc"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        WriteJson("settings.json", json);
    }
}
