namespace Bellman.Cli;

/// <summary>What a run left: its policy, and what it was trained on.</summary>
internal static class SavedRun
{
    /// <summary>Opens a run's folder or a checkpoint.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="environment">Where to play; null for where it was trained.</param>
    /// <exception cref="UsageException">There is none, or it does not say where it was trained.</exception>
    public static (Policy Policy, string Environment, IReadOnlyDictionary<string, string> Options) Open(string path, string? environment = null)
    {
        var checkpoint = CommandLine.Usage(() => Checkpoint.Open(Directory.Exists(path) ? RunFolder.FindCheckpoint(path) ?? Path.Combine(path, "checkpoints", "final.bellman") : path));
        var training = checkpoint.Entries.Contains("training.json") ? checkpoint.Json("training.json") : null;

        // Options belong to the environment they were given for.
        var options = environment is null ? training?["environmentOptions"]?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.ToString()) : null;
        environment ??= training?["environment"]?.ToString() ?? throw new UsageException($"'{path}' does not say what it was trained on; name it with --environment.");
        return (CommandLine.Usage(() => Policy.Load(checkpoint)), environment, options ?? []);
    }
}
