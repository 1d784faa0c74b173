using System.Text.Json;
using System.Text.Json.Nodes;

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

    /// <summary>Reads what a run's folder says of it.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="CheckpointException">It is no run's folder, or its <c>settings.json</c> is damaged.</exception>
    public static RunDescription Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var path = Path.Combine(folder, "settings.json");
        if (!File.Exists(path))
        {
            throw new CheckpointException($"'{folder}' holds no run; name a folder with a settings.json, as 'bellman train' leaves it.");
        }

        try
        {
            return Read(JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new FormatException("it is no JSON object"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException or ArgumentException)
        {
            throw new CheckpointException($"'{path}' cannot be read ({FirstLine(exception.Message)}); put it back as it was, or begin a new run.", exception);
        }
    }

    /// <summary>All of it, as <c>settings.json</c> and checkpoints have it.</summary>
    internal JsonObject ToJson() => new()
    {
        ["algorithm"] = Algorithm,
        ["environment"] = Environment,
        ["environmentOptions"] = Object(EnvironmentOptions),
        ["seed"] = Seed,
        ["settings"] = Settings.DeepClone(),
        ["sources"] = Object(Sources),
    };

    private static RunDescription Read(JsonObject json) => new()
    {
        Algorithm = Part(json, "algorithm").GetValue<string>(),
        Environment = Part(json, "environment").GetValue<string>(),
        EnvironmentOptions = Texts(Part(json, "environmentOptions")),
        Seed = Part(json, "seed").GetValue<ulong>(),
        Settings = Part(json, "settings").DeepClone().AsObject(),
        Sources = Texts(Part(json, "sources")),
    };

    private static JsonNode Part(JsonObject json, string name) => json[name] ?? throw new FormatException($"it has no '{name}'");

    private static JsonObject Object(IReadOnlyDictionary<string, string> values) => new(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    private static Dictionary<string, string> Texts(JsonNode json) => json.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.Ordinal);

    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd('.', '\r');
}
