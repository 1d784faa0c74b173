using System.Text.Json.Serialization;

namespace Bellman;

/// <summary>How settings records are read and written, by generated code: it works without reflection. A new algorithm adds its record here.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(ScheduleJsonConverter), typeof(ActivationJsonConverter), typeof(TabularExplorationJsonConverter), typeof(FeatureKindJsonConverter)])]
[JsonSerializable(typeof(PpoSettings))]
[JsonSerializable(typeof(TabularSettings))]
[JsonSerializable(typeof(LinearSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
