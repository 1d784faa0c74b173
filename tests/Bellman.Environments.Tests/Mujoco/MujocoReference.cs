using System.IO.Compression;
using System.Text.Json;

namespace Bellman.Environments.Tests;

/// <summary>Reads what was recorded from MuJoCo and Gymnasium, and skips where there is no MuJoCo.</summary>
internal static class MujocoReference
{
    /// <summary>The ids that need the library.</summary>
    public static IReadOnlyList<string> Ids
    {
        get
        {
            var registry = new EnvironmentRegistry();
            MujocoEnvironments.Register(registry);
            return [.. registry.Specs.Select(spec => spec.Id)];
        }
    }

    public static void SkipWithoutLibrary() => Assert.SkipUnless(MujocoLibrary.IsAvailable, MujocoLibrary.Reason ?? "");

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(Path(name))).RootElement;

    /// <summary>The header and the episodes of a recording.</summary>
    public static (JsonElement Header, JsonElement[] Episodes) Recording(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path(name + ".jsonl.gz")), CompressionMode.Decompress));
        var lines = new List<JsonElement>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(JsonDocument.Parse(line).RootElement);
        }

        return (lines[0], [.. lines[1..]]);
    }

    /// <summary>The numbers of an array of any depth, in order.</summary>
    public static double[] Doubles(JsonElement array) =>
        [.. array.EnumerateArray().SelectMany(element => element.ValueKind == JsonValueKind.Array ? Doubles(element) : [element.GetDouble()])];

    /// <summary>The same as floats.</summary>
    public static float[] Floats(JsonElement array) => [.. Doubles(array).Select(x => (float)x)];

    private static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Data", "mujoco", name);
}
