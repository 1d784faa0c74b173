using System.Globalization;

namespace Bellman;

/// <summary>What is known of an environment before it is made.</summary>
public sealed record EnvironmentSpec
{
    /// <summary>The name with its version, as <c>CartPole-v1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>One sentence: what the task is.</summary>
    public required string Description { get; init; }

    /// <summary>Makes one, without its time limit.</summary>
    public required Func<EnvironmentOptions, IEnvironment> Factory { get; init; }

    /// <summary>Makes many copies at once, if there is such a form: options, count, seed and time limit (0 for none). It gives null where the options have no such form.</summary>
    public Func<EnvironmentOptions, int, ulong, int, IBatchEnvironment?>? BatchFactory { get; init; }

    /// <summary>The most steps of an episode; null for no limit.</summary>
    public int? MaxEpisodeSteps { get; init; }

    /// <summary>Whether the task itself, not a limit on it, ends after a fixed number of steps.</summary>
    public bool EndsOnTime { get; init; }

    /// <summary>Whether observations may leave their bounds now and then, because these are kept as the task's authors stated them.</summary>
    public bool HasLooseBounds { get; init; }

    /// <summary>The mean return from which the task counts as solved, where one is agreed.</summary>
    public double? RewardThreshold { get; init; }

    /// <summary>Steps a second when it is looked at, as if in real time.</summary>
    public double FramesPerSecond { get; init; } = 30;

    /// <summary>Makes rules of a person that act well here, if there are any.</summary>
    public Func<IController>? Heuristic { get; init; }

    /// <summary>What a person wants to know of it, if somebody wrote it down.</summary>
    public EnvironmentNotes? Notes { get; init; }

    /// <summary>The most copies that evaluation plays side by side; few where each costs a process.</summary>
    public int CopiesAtOnce { get; init; } = int.MaxValue;
}

/// <summary>Environments by id. Packages add theirs; ids carry a version, so that results stay comparable.</summary>
public sealed class EnvironmentRegistry
{
    private readonly Dictionary<string, EnvironmentSpec> specs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<string, EnvironmentSpec>> schemes = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>The registry that <see cref="VectorEnvironment.Make"/> and the command line use.</summary>
    public static EnvironmentRegistry Default { get; } = WithOwnTasks();

    /// <summary>All that is registered, by id.</summary>
    public IReadOnlyList<EnvironmentSpec> Specs
    {
        get
        {
            lock (gate)
            {
                return [.. specs.Values.OrderBy(spec => spec.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>
    /// Asked for what is not registered: files with environments, or names on another machine. It gives null for what it does not understand, and throws for what it understands but cannot make.
    /// The command line sets one that builds and loads source files and assemblies.
    /// </summary>
    public Func<string, EnvironmentSpec?>? Resolver { get; set; }

    /// <summary>Adds an environment.</summary>
    /// <exception cref="ArgumentException">The id has no version, or is taken.</exception>
    public void Register(EnvironmentSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var dash = spec.Id.LastIndexOf("-v", StringComparison.Ordinal);
        if (dash < 1 || !int.TryParse(spec.Id.AsSpan(dash + 2), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new ArgumentException($"The id '{spec.Id}' has no version; call it '{spec.Id}-v0'.", nameof(spec));
        }

        lock (gate)
        {
            if (!specs.TryAdd(spec.Id, spec))
            {
                throw new ArgumentException($"'{spec.Id}' is registered already; a changed environment takes the next version.", nameof(spec));
            }
        }
    }

    /// <summary>What is known of an id, or of what <see cref="Resolver"/> understands, or of a scheme, as <c>stdio:command</c>.</summary>
    /// <exception cref="ArgumentException">Nothing is registered under it; the message names what may have been meant.</exception>
    public EnvironmentSpec Get(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        lock (gate)
        {
            if (specs.TryGetValue(id, out var spec))
            {
                return spec;
            }
        }

        return Resolver?.Invoke(id) ?? Scheme(id)?.Invoke(id) ?? throw Unknown(id);
    }

    /// <summary>Adds a way to name environments that are not registered one by one.</summary>
    /// <param name="prefix">How such names begin, as <c>stdio:</c>.</param>
    /// <param name="describe">What is known of a whole name; it may throw <see cref="ArgumentException"/>.</param>
    public void AddScheme(string prefix, Func<string, EnvironmentSpec> describe)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        ArgumentNullException.ThrowIfNull(describe);
        lock (gate)
        {
            schemes[prefix] = describe;
        }
    }

    private Func<string, EnvironmentSpec>? Scheme(string id)
    {
        lock (gate)
        {
            return schemes.FirstOrDefault(scheme => id.StartsWith(scheme.Key, StringComparison.Ordinal)).Value;
        }
    }

    private ArgumentException Unknown(string id)
    {
        if (id.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) || id.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || id.Contains(".dll:", StringComparison.OrdinalIgnoreCase))
        {
            return new ArgumentException($"'{id}' is a file; here environments come by id, and files through 'bellman train', 'eval' and 'check', or a Resolver.");
        }

        lock (gate)
        {
            var name = Name(id);
            var versions = specs.Keys.Where(other => Name(other) == name).Order(StringComparer.Ordinal).ToList();
            return new ArgumentException(versions.Count > 0
                ? $"There is no environment '{id}'; of {name} there is {string.Join(", ", versions)}."
                : $"There is no environment '{id}'.{DidYouMean.Hint(id, specs.Keys)} 'bellman list environments' shows all; an environment of another package needs a reference to that package.");
        }

        static string Name(string id) => id.LastIndexOf("-v", StringComparison.Ordinal) is > 0 and var dash ? id[..dash] : id;
    }

    /// <summary>Makes an environment with its time limit.</summary>
    /// <param name="id">The name with its version.</param>
    /// <param name="options">
    /// Constructor options by name; <c>maxEpisodeSteps</c> changes the time limit (0 for none), <c>parameter.name</c> a physical parameter (a number, or a range <c>low..high</c> to draw from in each episode),
    /// <c>wrap</c> names wrappers, as <c>actionRepeat:2,frameStack:4</c>.
    /// </param>
    /// <exception cref="ArgumentException">The id or an option is unknown.</exception>
    public IEnvironment Make(string id, IReadOnlyDictionary<string, string>? options = null) => Make(Get(id), options);

    internal static IEnvironment Make(EnvironmentSpec spec, IReadOnlyDictionary<string, string>? options)
    {
        var (environment, limit) = MakeUnlimited(spec, options);
        return limit > 0 ? new TimeLimit(environment, limit) : environment;
    }

    internal static (IEnvironment Environment, int Limit) MakeUnlimited(EnvironmentSpec spec, IReadOnlyDictionary<string, string>? options, Func<IEnvironment, IEnvironment>? wrap = null)
    {
        var given = new EnvironmentOptions(options);
        var environment = given.ApplyParameters(spec.Factory(given), spec.Id);
        var limit = given.Integer("maxEpisodeSteps", spec.MaxEpisodeSteps ?? 0);
        if (limit < 0)
        {
            throw new ArgumentException($"The option 'maxEpisodeSteps' is '{limit}'; it must be positive, or 0 for no limit.");
        }

        var wrappers = given.Text(EnvironmentOptions.Wrappers, null);
        given.RefuseUnread(spec.Id);
        if (wrappers is null && wrap is null)
        {
            return (environment, limit);
        }

        // As in Gymnasium the limit counts the task's own steps, so it lies inside.
        environment = WrapperList.Apply(limit > 0 ? new TimeLimit(environment, limit) : environment, wrappers ?? "", limit);
        return (wrap is null ? environment : wrap(environment), 0);
    }

    private static EnvironmentRegistry WithOwnTasks()
    {
        var registry = new EnvironmentRegistry();
        ClassicControl.Register(registry);
        ToyText.Register(registry);
        Textbook.Register(registry);
        Diagnostics.Register(registry);
        return registry;
    }
}
