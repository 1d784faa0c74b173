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
        gate = RunLock.Take(path);
        try
        {
            var stood = checkpoint is null ? default : Restore(checkpoint);
            table = new ProgressTable(Inside("progress.csv"), stood.Row, stood.Metrics);
            events = checkpoint is null ? EventFile.Create(Inside(EventFile.FileName), DateTimeOffset.UtcNow) : EventFile.Continue(Inside(EventFile.FileName), stood.Record);
            WriteDescription(resume);
        }
        catch
        {
            table?.Dispose();
            events?.Dispose();
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

    private void Save(IAgent agent, string path)
    {
        ArgumentNullException.ThrowIfNull(agent);

        // What the checkpoint says of the files must be on the disk before it is.
        table.Flush(toDisk: true);
        events.Flush(toDisk: true);
        var checkpoint = new Checkpoint();
        agent.SaveState(checkpoint);
        var training = description.ToJson();
        training["steps"] = agent.Progress.Steps;
        checkpoint.Add(Training, training).Add(Logs, Exchange).Save(path);
    }

    private void Exchange(StateArchive state)
    {
        Span<long> positions = [table.Position, events.Position];
        long metrics = table.Metrics;
        state.Exchange("positions", positions);
        state.Exchange("metrics", ref metrics);
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        curve.SaveState(writer);
        writer.Flush();
        var bytes = memory.ToArray();
        state.Exchange("curve", ref bytes);
    }

    private (long Row, long Record, int Metrics) Restore(Checkpoint checkpoint)
    {
        var training = checkpoint.Json(Training);
        if (training["algorithm"]?.ToString() != description.Algorithm || !SameEnvironment(training["environment"]?.ToString()) || training["seed"]?.ToString() != description.Seed.ToString(CultureInfo.InvariantCulture))
        {
            throw new CheckpointException($"The checkpoint in '{Path}' is of {training["algorithm"]} on {training["environment"]} with seed {training["seed"]}, unlike the run's settings.json; put the right one back.");
        }

        Agree(training["settings"], description.Settings, "setting");
        Agree(training["environmentOptions"], description.ToJson()["environmentOptions"], "environment's option");
        var (positions, metrics) = (new long[2], -1L);
        checkpoint.Load(Logs, state =>
        {
            byte[] bytes = [];
            state.Exchange("positions", positions.AsSpan());
            state.Require(positions[0] >= 0 && positions[1] >= 0, $"its files stood at {positions[0]} and {positions[1]} bytes");
            if (state.Has("metrics"))
            {
                state.Exchange("metrics", ref metrics);
                state.Require(metrics is >= 0 and <= int.MaxValue, $"its table had {metrics} metrics");
            }

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
        return (positions[0], positions[1], (int)metrics);
    }

    // A file of the user's may have moved with the run.
    private bool SameEnvironment(string? before) =>
        before == description.Environment
        || (before is not null && System.IO.Path.IsPathFullyQualified(description.Environment) && System.IO.Path.GetFileName(before.Replace('\\', '/')) == System.IO.Path.GetFileName(description.Environment));

    // What was changed by hand in settings.json would make another run of it from here on.
    private void Agree(JsonNode? before, JsonNode? now, string what)
    {
        if (before is not JsonObject trained || now is not JsonObject said)
        {
            return;
        }

        foreach (var name in trained.Select(pair => pair.Key).Union(said.Select(pair => pair.Key)).Where(name => name != "steps"))
        {
            if (!JsonNode.DeepEquals(trained[name], said[name]))
            {
                throw new CheckpointException($"The {what} {name} is {said[name]?.ToJsonString() ?? "unset"} in the settings.json of '{Path}', but {trained[name]?.ToJsonString() ?? "unset"} in its checkpoint; put settings.json back as it was, or begin a new run (--from takes its weights along).");
            }
        }
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
