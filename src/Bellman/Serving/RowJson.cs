using System.Globalization;
using System.Text.Json;

namespace Bellman;

/// <summary>
/// Values of spaces as JSON: a number for one choice, nested arrays by shape for boxes, arrays for several choices and bits, arrays for tuples, objects for dictionaries.
/// NaN and infinities are the strings "NaN", "Infinity", "-Infinity".
/// </summary>
internal static class RowJson
{
    /// <summary>Writes one row.</summary>
    public static void Write(Utf8JsonWriter json, Space space, Rows rows, int row)
    {
        var leaf = 0;
        Write(json, space, rows, row, ref leaf);
    }

    /// <summary>Reads one row.</summary>
    /// <exception cref="FormatException">It is no value of the space's form; numbers of boxes may lie outside their bounds.</exception>
    public static void Read(JsonElement json, Space space, Rows rows, int row)
    {
        var leaf = 0;
        Read(json, space, rows, row, ref leaf);
    }

    /// <summary>Writes a number, or the string for one that JSON has not.</summary>
    public static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Reads a number, or the string for one that JSON has not.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static double ReadNumber(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number when json.TryGetDouble(out var value) && double.IsFinite(value) => value,
        JsonValueKind.String when json.GetString() is "NaN" => double.NaN,
        JsonValueKind.String when json.GetString() is "Infinity" => double.PositiveInfinity,
        JsonValueKind.String when json.GetString() is "-Infinity" => double.NegativeInfinity,
        _ => throw new FormatException($"{Shortened(json)} is no number."),
    };

    /// <summary>Adds the numbers of nested arrays in order.</summary>
    public static void ReadNumbers(JsonElement json, List<double> numbers)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            numbers.Add(ReadNumber(json));
            return;
        }

        foreach (var element in json.EnumerateArray())
        {
            ReadNumbers(element, numbers);
        }
    }

    /// <summary>The beginning of a JSON value, for messages.</summary>
    public static string Shortened(JsonElement json)
    {
        var text = json.GetRawText();
        return text.Length > 60 ? $"{text[..60]}…" : text;
    }

    private static void Write(Utf8JsonWriter json, Space space, Rows rows, int row, ref int leaf)
    {
        switch (space)
        {
            case CompositeSpace composite:
                var named = composite is DictSpace;
                if (named)
                {
                    json.WriteStartObject();
                }
                else
                {
                    json.WriteStartArray();
                }

                foreach (var (name, part) in composite.Parts)
                {
                    if (named)
                    {
                        json.WritePropertyName(name);
                    }

                    Write(json, part, rows, row, ref leaf);
                }

                if (named)
                {
                    json.WriteEndObject();
                }
                else
                {
                    json.WriteEndArray();
                }

                return;
            case DiscreteSpace:
                json.WriteNumberValue(rows.Integers(leaf)[row]);
                break;
            default:
                var at = row * space.Layout.Leaves[0].Length;
                WriteArray(json, rows, leaf, space.Layout.Leaves[0].Shape, 0, ref at);
                break;
        }

        leaf++;
    }

    private static void WriteArray(Utf8JsonWriter json, Rows rows, int leaf, IReadOnlyList<int> shape, int axis, ref int at)
    {
        json.WriteStartArray();
        for (var i = 0; i < shape[axis]; i++)
        {
            if (axis < shape.Count - 1)
            {
                WriteArray(json, rows, leaf, shape, axis + 1, ref at);
                continue;
            }

            switch (rows.Layout.Leaves[leaf].Type)
            {
                case ElementType.Float32 when rows.Floats(leaf)[at] is var value && float.IsFinite(value):
                    json.WriteNumberValue(value);
                    break;
                case ElementType.Float32:
                    WriteNumber(json, rows.Floats(leaf)[at]);
                    break;
                case ElementType.Int32:
                    json.WriteNumberValue(rows.Integers(leaf)[at]);
                    break;
                default:
                    json.WriteNumberValue(rows.Bytes(leaf)[at]);
                    break;
            }

            at++;
        }

        json.WriteEndArray();
    }

    private static void Read(JsonElement json, Space space, Rows rows, int row, ref int leaf)
    {
        if (space is CompositeSpace composite)
        {
            if (composite is TupleSpace && (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() != composite.Parts.Count))
            {
                throw new FormatException($"{Shortened(json)} is no array of {composite.Parts.Count} parts, as {space} needs.");
            }

            for (var i = 0; i < composite.Parts.Count; i++)
            {
                var (name, part) = composite.Parts[i];
                JsonElement value = default;
                if (composite is DictSpace && (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out value)))
                {
                    throw new FormatException($"{Shortened(json)} is no object with an entry '{name}', as {space} needs.");
                }

                Read(composite is DictSpace ? value : json[i], part, rows, row, ref leaf);
            }

            return;
        }

        var shape = space.Layout.Leaves[0];
        var at = row * shape.Length;
        ReadElements(json, space, rows, leaf, row * shape.Length, (row + 1) * shape.Length, ref at);
        if (at != (row + 1) * shape.Length)
        {
            throw new FormatException($"There are {at - (row * shape.Length)} numbers, but {space} needs {shape.Length}.");
        }

        leaf++;
    }

    // Arrays may be nested by shape or flat.
    private static void ReadElements(JsonElement json, Space space, Rows rows, int leaf, int start, int end, ref int at)
    {
        if (json.ValueKind == JsonValueKind.Array && space is not DiscreteSpace)
        {
            foreach (var element in json.EnumerateArray())
            {
                ReadElements(element, space, rows, leaf, start, end, ref at);
            }

            return;
        }

        var value = ReadNumber(json);
        if (at == end)
        {
            throw new FormatException($"There are more than {end - start} numbers, which is what {space} needs.");
        }

        switch (space)
        {
            case BoxSpace { Type: ElementType.Float32 }:
                rows.Floats(leaf)[at] = (float)value;
                break;
            case BoxSpace:
                rows.Bytes(leaf)[at] = (byte)Whole(value, 0, 255);
                break;
            case DiscreteSpace discrete:
                rows.Integers(leaf)[at] = Whole(value, discrete.Start, discrete.Start + discrete.Count - 1);
                break;
            case MultiDiscreteSpace several:
                rows.Integers(leaf)[at] = Whole(value, 0, several.Counts[at - start] - 1);
                break;
            default:
                rows.Bytes(leaf)[at] = (byte)Whole(value, 0, 1);
                break;
        }

        at++;

        int Whole(double number, int least, int most) => number == Math.Truncate(number) && number >= least && number <= most
            ? (int)number
            : throw new FormatException($"{number.ToString(CultureInfo.InvariantCulture)} is no whole number from {least} to {most}, as {space} needs.");
    }
}
