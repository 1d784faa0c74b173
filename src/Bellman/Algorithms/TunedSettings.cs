using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Bellman;

/// <summary>Settings known to work, by algorithm and environment, from <c>tuned.json</c>.</summary>
internal static class TunedSettings
{
    private static readonly Lazy<JsonObject> File = new(() =>
    {
        using var stream = typeof(TunedSettings).Assembly.GetManifestResourceStream("Bellman.tuned.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    });

    /// <summary>The tuned values alone, or null if there are none.</summary>
    public static JsonObject? Find(string algorithm, string environmentId) => File.Value[algorithm]?[environmentId]?.AsObject();

    /// <summary>The defaults with the tuned values over them, and whether there were any.</summary>
    public static (T Settings, bool Found) For<T>(string algorithm, string environmentId, T defaults, JsonTypeInfo<T> type)
    {
        var tuned = Find(algorithm, environmentId);
        return tuned is null ? (defaults, false) : (new SettingsOverlay<T>(defaults, type).Add(tuned, "tuned").Build(), true);
    }
}
