using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Reads settings in layers, each over the one before: defaults, tuned values, a file, single values. Names are camelCase and case does not matter; unknown ones are refused.
/// Every value remembers where it came from.
/// </summary>
/// <remarks>
/// The defaults go through JSON first and the layers are laid over that, because deserialising a partial object by generated code would drop the defaults of init-only properties.
/// </remarks>
/// <typeparam name="T">The settings record.</typeparam>
public sealed class SettingsOverlay<T>
{
    private readonly JsonTypeInfo<T> type;
    private readonly JsonObject values;
    private readonly Dictionary<string, string> sources = new(StringComparer.Ordinal);

    /// <summary>Begins with the defaults.</summary>
    public SettingsOverlay(T defaults, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        this.type = type;
        values = SettingsOverlay.ToJson(defaults, type);
        foreach (var (name, _) in values)
        {
            sources[name] = "default";
        }
    }

    /// <summary>Where each value came from, by name.</summary>
    public IReadOnlyDictionary<string, string> Sources => sources;

    /// <summary>The values as they stand.</summary>
    public JsonObject Json => values.DeepClone().AsObject();

    /// <summary>Lays JSON values over those before.</summary>
    /// <param name="layer">Some of the settings.</param>
    /// <param name="source">Where they come from.</param>
    /// <exception cref="ArgumentException">A name is unknown, or a value does not fit.</exception>
    public SettingsOverlay<T> Add(JsonObject layer, string source)
    {
        ArgumentNullException.ThrowIfNull(layer);
        foreach (var (name, value) in layer)
        {
            var property = Find(name);
            if (value is null && property.PropertyType != typeof(string) && Nullable.GetUnderlyingType(property.PropertyType) is null)
            {
                throw new ArgumentException($"The setting '{property.Name}' is null, which is no {Describe(property.PropertyType)}.");
            }

            values[property.Name] = value?.DeepClone();
            sources[property.Name] = source;
            Check(property.Name, value?.ToJsonString() ?? "null");
        }

        return this;
    }

    /// <summary>Lays one value, given as text, over the one before: <c>hiddenSizes=256,256</c>, <c>learningRate=linear:1e-3</c>.</summary>
    /// <exception cref="ArgumentException">The name is unknown, or the value does not fit.</exception>
    public SettingsOverlay<T> Add(string name, string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var property = Find(name);
        values[property.Name] = Parse(property.PropertyType, text);
        sources[property.Name] = source;
        Check(property.Name, text);
        return this;
    }

    /// <summary>The settings as they stand.</summary>
    public T Build() => values.Deserialize(type)!;

    private static JsonNode? Parse(Type type, string text)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain != type && text is "null" or "")
        {
            return null;
        }

        if (plain == typeof(bool))
        {
            return bool.TryParse(text, out var flag) ? JsonValue.Create(flag) : JsonValue.Create(text);
        }

        if (plain == typeof(IReadOnlyList<int>) || plain == typeof(IReadOnlyList<float>))
        {
            return new JsonArray([.. text.Trim('[', ']').Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Number)]);
        }

        return Type.GetTypeCode(plain) is >= TypeCode.SByte and <= TypeCode.Decimal && !plain.IsEnum ? Number(text) : JsonValue.Create(text);
    }

    private static JsonNode Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? (number == Math.Truncate(number) && Math.Abs(number) < 1e15 ? JsonValue.Create((long)number) : JsonValue.Create(number))
        : JsonValue.Create(text);

    private JsonPropertyInfo Find(string name) =>
        type.Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no setting '{SettingsOverlay.Short(name)}'.{DidYouMean.Hint(name, type.Properties.Select(property => property.Name))}");

    private void Check(string name, string text)
    {
        try
        {
            Build();
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            var expected = type.Properties.First(property => property.Name == name).PropertyType;
            throw new ArgumentException($"The setting '{name}' is {SettingsOverlay.Short(text)}, which is no {Describe(expected)}.", exception);
        }
    }

    private static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var plain when plain == typeof(bool) => "true or false",
        var plain when plain == typeof(int) || plain == typeof(long) || plain == typeof(ulong) => "whole number in range",
        var plain when plain == typeof(double) => "number",
        var plain when plain == typeof(IReadOnlyList<int>) => "list of whole numbers as 64,64",
        var plain when plain == typeof(IReadOnlyList<float>) => "list of numbers as -1.2,0.6",
        { IsEnum: true } plain => $"{plain.Name} ({string.Join(", ", plain.GetEnumNames().Select(JsonNamingPolicy.CamelCase.ConvertName))})",
        var plain when plain == typeof(Schedule) => "schedule (a number, linear:number or cosine:number)",
        var plain => $"JSON object with the values of {plain.Name}",
    };
}

/// <summary>Helpers of <see cref="SettingsOverlay{T}"/>.</summary>
public static class SettingsOverlay
{
    /// <summary>Reads a settings file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="where">What it is, for the message: <c>'settings.json'</c>.</param>
    /// <exception cref="ArgumentException">It is no JSON object.</exception>
    public static JsonObject Parse(string text, string where)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new ArgumentException($"The settings file {where} is no JSON object; write it as {{\"learningRate\": 1e-3}}.", nameof(text));
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"The settings file {where} is no JSON, in line {exception.LineNumber + 1} at byte {exception.BytePositionInLine + 1}: {Short(exception.Message.Split(". ")[0].TrimEnd('.'))}.", nameof(text), exception);
        }
    }

    /// <summary>All values of a settings record as JSON.</summary>
    public static JsonObject ToJson<T>(T settings, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(settings, type)!.AsObject();

    /// <summary>A text as a message quotes it: no longer than a line, and without what a terminal would obey.</summary>
    internal static string Short(string text) => string.Concat(text.Take(100).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)) + (text.Length > 100 ? "…" : "");
}
