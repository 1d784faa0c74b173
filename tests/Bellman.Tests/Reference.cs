using System.Text.Json;

namespace Bellman.Tests;

/// <summary>Reads reference data from the tests' own <c>Data/algorithms</c>, and compares with it.</summary>
internal static class Reference
{
    public static IEnumerable<(JsonElement Input, JsonElement Output)> Cases(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "algorithms", name + ".json")));
        return [.. document.RootElement.Clone().GetProperty("cases").EnumerateArray().Select(one => (one.GetProperty("input"), one.GetProperty("output")))];
    }

    public static double Number(this JsonElement parent, string name) => parent.GetProperty(name).GetDouble();

    public static double[] Doubles(this JsonElement parent, string name) => Doubles(parent.GetProperty(name));

    public static byte[] Bytes(this JsonElement parent, string name) => [.. parent.Doubles(name).Select(x => (byte)x)];

    public static float[] Floats(this JsonElement parent, string name) => [.. parent.Doubles(name).Select(x => (float)x)];

    public static double[] Doubles(JsonElement array) =>
        [.. array.EnumerateArray().SelectMany(element => element.ValueKind == JsonValueKind.Array ? Doubles(element) : [element.GetDouble()])];

    /// <summary>Asserts |actual − expected| ≤ tolerance · max(1, |expected|), element by element.</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Close(expected[i], actual[i], tolerance);
        }
    }

    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Close(expected[i], actual[i], tolerance);
        }
    }

    public static void Close(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Max(1, Math.Abs(expected)), $"expected {expected:R}, got {actual:R}, tolerance {tolerance}");
}
