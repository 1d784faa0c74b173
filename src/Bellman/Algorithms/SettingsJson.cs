using System.Text.Json;
using System.Text.Json.Serialization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>How settings records are read and written, by generated code: it works without reflection. A new algorithm adds its record here.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(ScheduleJsonConverter), typeof(ActivationJsonConverter)])]
[JsonSerializable(typeof(PpoSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;

/// <summary>Activations by name in camelCase.</summary>
internal sealed class ActivationJsonConverter() : JsonStringEnumConverter<Activation>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
