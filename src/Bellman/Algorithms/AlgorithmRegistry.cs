using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Bellman;

/// <summary>What was asked of an algorithm before it is made: where it will play, and settings in layers.</summary>
public sealed record AlgorithmRequest
{
    /// <summary>The environment's id, by which tuned settings are found.</summary>
    public required string Environment { get; init; }

    /// <summary>Whether tuned settings are used where there are any.</summary>
    public bool UseTuned { get; init; } = true;

    /// <summary>The settings of the networks whose weights are to be taken over, over tuned values; null for fresh weights.</summary>
    public JsonObject? Networks { get; init; }

    /// <summary>A settings file's content, over defaults and tuned values.</summary>
    public JsonObject? File { get; init; }

    /// <summary>Single values over all others: name, text, and where it was said.</summary>
    public IReadOnlyList<(string Name, string Text, string Source)> Values { get; init; } = [];

    /// <summary>The settings as asked for: defaults, tuned values, networks, file and single values, each over the one before.</summary>
    /// <param name="algorithm">The algorithm's name, by which tuned settings are found.</param>
    /// <param name="defaults">What it has where nothing is said.</param>
    /// <param name="type">How its settings are read.</param>
    /// <exception cref="ArgumentException">A name is unknown, or a value does not fit.</exception>
    internal (SettingsOverlay<T> Settings, bool Tuned) Layers<T>(string algorithm, T defaults, JsonTypeInfo<T> type)
    {
        var overlay = new SettingsOverlay<T>(defaults, type);
        var tuned = UseTuned ? TunedSettings.Find(algorithm, Environment) : null;

        // Another kind of policy has settings that say nothing here; loading its weights is what refuses it.
        var networks = Networks?.All(setting => type.Properties.Any(property => property.Name == setting.Key)) ?? false ? Networks : null;
        foreach (var (layer, source) in new[] { (tuned, "tuned"), (networks, "--from"), (File, "file") })
        {
            _ = layer is null ? overlay : overlay.Add(layer, source);
        }

        foreach (var (name, text, source) in Values)
        {
            overlay.Add(name, text, source);
        }

        return (overlay, tuned is not null);
    }

    /// <summary>Plans an algorithm whose settings record serves several: settings that this one does not read are refused, and not shown.</summary>
    /// <param name="algorithm">The algorithm's name.</param>
    /// <param name="defaults">What it has where nothing is said.</param>
    /// <param name="type">How its settings are read.</param>
    /// <param name="known">The names of those that it reads.</param>
    /// <param name="read">What the settings make.</param>
    /// <exception cref="ArgumentException">A name is unknown or foreign, or a value does not fit.</exception>
    internal AlgorithmPlan Plan<T>(string algorithm, T defaults, JsonTypeInfo<T> type, IReadOnlyList<string> known, Func<T, (int Environments, long Steps, Func<VectorEnvironment, IAgent> Make)> read)
    {
        foreach (var name in (File ?? []).Select(setting => setting.Key).Concat(Values.Select(value => value.Name)))
        {
            // A name that no algorithm of the family has is refused by the overlay, with a hint.
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase) && type.Properties.Any(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new ArgumentException($"The setting '{name}' means nothing to {algorithm}; leave it out.");
            }
        }

        var (overlay, tuned) = Layers(algorithm, defaults, type);
        var (environments, steps, make) = read(overlay.Build());
        var json = overlay.Json;
        foreach (var foreign in json.Select(setting => setting.Key).Except(known, StringComparer.OrdinalIgnoreCase).ToList())
        {
            json.Remove(foreign);
        }

        return new AlgorithmPlan
        {
            Settings = json,
            Sources = overlay.Sources.Where(source => json.ContainsKey(source.Key)).ToDictionary(),
            Tuned = tuned,
            Environments = environments,
            Steps = steps,
            Make = make,
        };
    }
}

/// <summary>An algorithm ready to be made.</summary>
public sealed record AlgorithmPlan
{
    /// <summary>Every setting.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>Where each setting came from: default, tuned, the file or the option that said it.</summary>
    public required IReadOnlyDictionary<string, string> Sources { get; init; }

    /// <summary>Whether tuned settings were found and used.</summary>
    public required bool Tuned { get; init; }

    /// <summary>How many environments play side by side.</summary>
    public required int Environments { get; init; }

    /// <summary>How many environment steps to train for.</summary>
    public required long Steps { get; init; }

    /// <summary>Makes the agent; it takes over the environments.</summary>
    public required Func<VectorEnvironment, IAgent> Make { get; init; }
}

/// <summary>An algorithm by name.</summary>
/// <param name="Name">The name on the command line, as <c>ppo</c>.</param>
/// <param name="Description">One sentence: what it is.</param>
/// <param name="Configure">Reads the settings and says what will be made.</param>
public sealed record AlgorithmSpec(string Name, string Description, Func<AlgorithmRequest, AlgorithmPlan> Configure);

/// <summary>Algorithms by name. Each adds itself from its own file by a module initialiser.</summary>
public static class AlgorithmRegistry
{
    private static readonly SortedDictionary<string, AlgorithmSpec> Registered = new(StringComparer.Ordinal);

    /// <summary>All algorithms, by name.</summary>
    public static IReadOnlyCollection<AlgorithmSpec> Specs => Registered.Values;

    /// <summary>Adds an algorithm.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Register(AlgorithmSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Registered.Add(spec.Name, spec);
    }

    /// <summary>The algorithm of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names what may have been meant.</exception>
    public static AlgorithmSpec Get(string name) => Registered.TryGetValue(name, out var spec)
        ? spec
        : throw new ArgumentException($"There is no algorithm '{name}'.{DidYouMean.Hint(name, Registered.Keys)} 'bellman list algorithms' shows all.");
}
