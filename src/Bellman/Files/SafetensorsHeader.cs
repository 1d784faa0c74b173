using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Bellman;

/// <summary>
/// The header of the safetensors format: eight bytes of length, then JSON that gives each tensor's name, type, shape and range of the data, which the ranges cover without holes or overlaps.
/// </summary>
/// <param name="Tensors">The tensors in the order of their data.</param>
/// <param name="Metadata">Free texts by name.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The bytes of the header's length, at the beginning of the file.</summary>
    public const int Prefix = sizeof(ulong);

    /// <summary>The name under which the header holds free texts instead of a tensor.</summary>
    public const string MetadataName = "__metadata__";

    private const int Maximum = 100_000_000;

    // The format names no limit; arrays elsewhere have 64 axes at most, and two bytes of JSON shall not become an axis in memory without end.
    private const int MaximumAxes = 64;

    // Readable names: nobody embeds a header in HTML.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The length of the JSON, from the first bytes of a file.</summary>
    /// <param name="beginning">As many of the file's first eight bytes as it has.</param>
    /// <param name="file">The file's length in bytes.</param>
    /// <param name="where">The file's name for messages.</param>
    /// <exception cref="CheckpointException">The file is too short for its header, or the header too long for the format.</exception>
    public static int Length(ReadOnlySpan<byte> beginning, long file, string where)
    {
        if (beginning.Length < Prefix)
        {
            throw Broken(where, $"has {file} bytes where the header's length alone takes {Prefix}");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(beginning);
        if (length > Maximum)
        {
            throw Broken(where, $"names a header of {length} bytes where at most {Maximum} are allowed");
        }

        return (long)length <= file - Prefix ? (int)length : throw Broken(where, $"names a header of {length} bytes where {file - Prefix} follow");
    }

    /// <summary>Reads the JSON.</summary>
    /// <param name="json">The header without its length.</param>
    /// <param name="data">The bytes of data behind it.</param>
    /// <param name="where">The file's name for messages.</param>
    /// <exception cref="CheckpointException">It breaks a rule of the format.</exception>
    public static SafetensorsHeader Read(ReadOnlySpan<byte> json, long data, string where)
    {
        NeedLittleEndian();
        if (json.IsEmpty || json[0] != '{')
        {
            throw Broken(where, $"begins its header with {(json.IsEmpty ? "nothing" : $"the byte 0x{json[0]:X2}")} where '{{' was expected");
        }

        // The JSON reader looks at a text's bytes only where it is asked for the text.
        if (!Utf8.IsValid(json))
        {
            throw Broken(where, "has a header that is not valid UTF-8");
        }

        var parser = new Parser(json, where);
        try
        {
            var header = parser.Header();
            header.CheckCover(data, where);
            return header;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Broken(where, $"has a header that is no well-formed JSON near its byte {parser.Position}", exception);
        }
    }

    /// <summary>Writes length and JSON. Equal tensors and texts give equal bytes.</summary>
    /// <exception cref="ArgumentException">They do not fit into the largest header.</exception>
    public byte[] Write()
    {
        NeedLittleEndian();
        using var header = new MemoryStream();
        header.Write(new byte[Prefix]);
        using (var json = new Utf8JsonWriter(header, Readable))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataName);
                foreach (var (name, text) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(name, text);
                }

                json.WriteEndObject();
            }

            foreach (var tensor in Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                Write(json, "shape", tensor.Shape);
                Write(json, "data_offsets", [tensor.Start, tensor.End]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Padded, so that the data is aligned.
        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        var length = header.Length - Prefix;
        if (length > Maximum)
        {
            throw new ArgumentException($"The names and texts make a header of {length} bytes, and the format allows {Maximum}.");
        }

        var bytes = header.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        return bytes;
    }

    /// <summary>The exception for a file that breaks the format.</summary>
    public static CheckpointException Broken(string where, string what, Exception? inner = null) => Refused(where, what, "the file is damaged or no safetensors file, so take another copy", inner);

    /// <summary>A name from a file for a message: short, and on one line whatever the file says.</summary>
    public static string Quote(string name) => $"'{string.Concat(name.Take(64).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter))}{(name.Length > 64 ? "…" : "")}'";

    private static CheckpointException Refused(string where, string what, string advice, Exception? inner = null) => new($"{where} {what}; {advice}.", inner);

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    // The format is little-endian, and elements are copied as they lie in memory.
    private static void NeedLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Safetensors files are read and written on little-endian machines.");
        }
    }

    // Without holes or overlaps, so that nothing hides between or behind the tensors.
    private void CheckCover(long data, string where)
    {
        SafetensorsEntry? last = null;
        foreach (var tensor in Tensors)
        {
            var position = last?.End ?? 0;
            if (tensor.Start > position)
            {
                throw Broken(where, $"leaves a hole from byte {position} of its data to byte {tensor.Start}, where {Quote(tensor.Name)} begins");
            }

            if (tensor.Start < position)
            {
                throw Broken(where, $"lets {Quote(tensor.Name)} begin at byte {tensor.Start} of its data, where it overlaps {Quote(last!.Name)} that ends at byte {position}");
            }

            last = tensor;
        }

        if ((last?.End ?? 0) != data)
        {
            throw Broken(where, $"has {data} bytes of data where its tensors take {last?.End ?? 0}");
        }
    }

    /// <summary>Walks over the JSON once; the memory it takes is a small multiple of the header's, whatever sizes the header names.</summary>
    private ref struct Parser(ReadOnlySpan<byte> json, string where)
    {
        private readonly ReadOnlySpan<byte> json = json;
        private Utf8JsonReader reader = new(json);

        public readonly long Position => reader.TokenStartIndex;

        public SafetensorsHeader Header()
        {
            var tensors = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
            Dictionary<string, string>? metadata = null;
            Begin(JsonTokenType.StartObject, "an object");
            while (NextKey(out var name))
            {
                if (name == MetadataName ? metadata is not null : tensors.ContainsKey(name))
                {
                    throw Broken(where, $"names {Quote(name)} twice in its header");
                }

                if (name == MetadataName)
                {
                    metadata = Texts();
                }
                else
                {
                    tensors.Add(name, Tensor(name));
                }
            }

            var padding = json[(int)reader.BytesConsumed..];
            if (padding.IndexOfAnyExcept((byte)' ') is >= 0 and var other)
            {
                throw Broken(where, $"goes on with the byte 0x{padding[other]:X2} after the JSON of its header, where only spaces were expected");
            }

            // Empty tensors take no bytes, so that several may begin at one place.
            return new SafetensorsHeader(
                [.. tensors.Values.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.End).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)],
                metadata ?? []);
        }

        private SafetensorsEntry Tensor(string name)
        {
            SafetensorsType? type = null;
            long[]? shape = null, offsets = null;
            Begin(JsonTokenType.StartObject, "an object");
            while (NextKey(out var field))
            {
                switch (field)
                {
                    case "dtype" when type is null:
                        type = Type(name);
                        break;
                    case "shape" when shape is null:
                        shape = Numbers(name, "axes", MaximumAxes);
                        break;
                    case "data_offsets" when offsets is null:
                        offsets = Numbers(name, "data_offsets", 2);
                        break;
                    default:
                        throw Broken(where, $"gives {Quote(name)} the field {Quote(field)} where dtype, shape and data_offsets were expected once each");
                }
            }

            if (type is not { } stored || shape is null || offsets is null)
            {
                throw Broken(where, $"gives {Quote(name)} no {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
            }

            if (offsets.Length != 2)
            {
                throw Broken(where, $"gives {Quote(name)} {offsets.Length} data_offsets where 2 were expected");
            }

            var (count, bytes) = stored.Measure(shape) ?? throw Broken(where, $"gives {Quote(name)} the shape {SafetensorsTypes.Print(shape)} whose size overflows 64 bits");
            return offsets[1] >= offsets[0] && offsets[1] - offsets[0] == bytes
                ? new SafetensorsEntry(name, stored, shape, count, offsets[0])
                : throw Broken(where, $"places {Quote(name)} at bytes {offsets[0]} to {offsets[1]} where {stored} {SafetensorsTypes.Print(shape)} takes {bytes} bytes");
        }

        private SafetensorsType Type(string name)
        {
            var text = Text();

            // By its name alone: parsing an enum would take numbers and lists too.
            foreach (var type in Enum.GetValues<SafetensorsType>())
            {
                if (type.ToString() == text)
                {
                    return type;
                }
            }

            // Likely a whole file with a type that others have: another copy would not help.
            throw Refused(where, $"gives {Quote(name)} the type {Quote(text)} where one of {string.Join(", ", Enum.GetNames<SafetensorsType>())} was expected", "convert the tensor to one of these");
        }

        private Dictionary<string, string> Texts()
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            Begin(JsonTokenType.StartObject, "an object of texts");
            while (NextKey(out var name))
            {
                if (!texts.TryAdd(name, Text()))
                {
                    throw Broken(where, $"names {Quote(name)} twice in its metadata");
                }
            }

            return texts;
        }

        private long[] Numbers(string name, string what, int limit)
        {
            var numbers = new List<long>();
            Begin(JsonTokenType.StartArray, "a list of whole numbers");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (numbers.Count == limit)
                {
                    throw Broken(where, $"gives {Quote(name)} more than {limit} {what}");
                }

                // Unsigned, as the format has them: a minus sign, even before 0, is none.
                numbers.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var number) && number <= long.MaxValue
                    ? (long)number
                    : throw Unexpected($"a whole number up to {long.MaxValue}"));
            }

            return [.. numbers];
        }

        private string Text()
        {
            Begin(JsonTokenType.String, "a text");
            return reader.GetString()!;
        }

        private bool NextKey([NotNullWhen(true)] out string? key)
        {
            reader.Read();
            key = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
            return key is not null;
        }

        private void Begin(JsonTokenType token, string expected)
        {
            reader.Read();
            if (reader.TokenType != token)
            {
                throw Unexpected(expected);
            }
        }

        private readonly CheckpointException Unexpected(string expected) => Broken(where, $"has {reader.TokenType} at byte {reader.TokenStartIndex} of its header where {expected} was expected");
    }
}
