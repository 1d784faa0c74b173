using System.Text.Json;
using System.Text.Json.Serialization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>Writes schedules as numbers where they are constant, as <c>"linear:1e-3"</c> where they are not; reads both.</summary>
public sealed class ScheduleJsonConverter : JsonConverter<Schedule>
{
    /// <inheritdoc/>
    public override Schedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : Schedule.Parse(reader.GetString() ?? "");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Schedule value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value == (Schedule)value.Initial)
        {
            writer.WriteNumberValue(value.Initial);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}
