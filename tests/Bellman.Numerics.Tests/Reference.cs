using System.Text.Json;

namespace Bellman.Numerics.Tests;

/// <summary>Reads reference data from the tests' own <c>Data/algorithms</c>.</summary>
internal static class Reference
{
    public static JsonElement Load(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "algorithms", name + ".json"))).RootElement.GetProperty("cases");

    public static double[] Doubles(JsonElement array) =>
        [.. array.EnumerateArray().SelectMany(element => element.ValueKind == JsonValueKind.Array ? Doubles(element) : [element.GetDouble()])];

    public static float[] Floats(JsonElement array) => [.. Doubles(array).Select(x => (float)x)];
}
