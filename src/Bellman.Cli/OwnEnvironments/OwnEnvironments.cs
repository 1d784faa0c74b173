namespace Bellman.Cli;

/// <summary>Makes environments in the user's own files usable wherever an id is: source files are built, assemblies loaded, both anew when the file has changed.</summary>
internal sealed class OwnEnvironments
{
    private readonly Dictionary<string, (DateTime Written, long Length, LoadedAssembly Assembly, EnvironmentSpec Spec)> loaded = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Where built sources are kept.</summary>
    public string CacheFolder { get; init; } = SourceBuilder.DefaultCacheFolder;

    /// <summary>Sets the registry's resolver.</summary>
    public static OwnEnvironments Serve(EnvironmentRegistry registry)
    {
        var files = new OwnEnvironments();
        registry.Resolver = files.Find;
        return files;
    }

    /// <summary>An environment as runs write it down: a file by its full path, so that it is found again from any folder.</summary>
    public static string Canonical(string environment) => EnvironmentFile.Parse(environment)?.FullName ?? environment;

    /// <summary>Whether an environment's file is gone from where a run had it, and is what is named now: the same name in another folder.</summary>
    public static bool HasMoved(string before, string now) =>
        EnvironmentFile.Parse(before) is { } old && EnvironmentFile.Parse(now) is { } file && !File.Exists(old.Path) && (Path.GetFileName(old.FullName), old.TypeName) == (Path.GetFileName(file.FullName), file.TypeName);

    /// <summary>An environment's name for folders.</summary>
    public static string ShortName(string environment) => EnvironmentFile.Parse(environment)?.ShortName ?? environment;

    /// <summary>What is known of the environment in a file; null if the text names no file.</summary>
    /// <exception cref="ArgumentException">The file is not there, or has not what is asked for.</exception>
    /// <exception cref="InvalidOperationException">It does not build.</exception>
    public EnvironmentSpec? Find(string text)
    {
        if (EnvironmentFile.Parse(text) is not { } file)
        {
            return null;
        }

        lock (gate)
        {
            var information = new FileInfo(file.Path);
            if (!information.Exists)
            {
                throw new ArgumentException($"There is no file '{text}'.");
            }

            if (loaded.TryGetValue(file.FullName, out var known) && (known.Written, known.Length) == (information.LastWriteTimeUtc, information.Length))
            {
                return known.Spec;
            }

            var assembly = new LoadedAssembly(file.IsSource ? SourceBuilder.Build(file.Path, CacheFolder) : file.Path);
            try
            {
                var spec = EnvironmentType.Describe(EnvironmentType.Choose(assembly.Environments(), assembly.Teams(), file), file);
                Forget(file.FullName);
                loaded[file.FullName] = (information.LastWriteTimeUtc, information.Length, assembly, spec);
                return spec;
            }
            catch
            {
                assembly.Unload();
                throw;
            }
        }
    }

    /// <summary>Lets go of all that was loaded; it is unloaded once nothing uses it.</summary>
    public void Clear()
    {
        lock (gate)
        {
            foreach (var name in loaded.Keys.ToList())
            {
                Forget(name);
            }
        }
    }

    private void Forget(string name)
    {
        if (loaded.Remove(name, out var old))
        {
            old.Assembly.Unload();
        }
    }
}
