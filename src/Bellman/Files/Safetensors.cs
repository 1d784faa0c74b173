using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Bellman;

/// <summary>A named array of floats with its shape.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">The sizes of its axes, outermost first.</param>
/// <param name="Data">The elements, the last axis fastest.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, float[] Data);

/// <summary>
/// The safetensors format: eight bytes of header length, a JSON header of names, types, shapes and offsets, then the data without holes.
/// This version reads and writes F32.
/// </summary>
internal static class Safetensors
{
    private const int MaximumHeader = 100_000_000;

    /// <summary>The file's bytes; names in ordinal order, so that equal tensors give equal bytes.</summary>
    public static byte[] Write(IEnumerable<NamedTensor> tensors)
    {
        var ordered = tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach (var tensor in ordered)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += (long)tensor.Data.Length * sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Padded with spaces, so that the data is aligned.
        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        using var file = new MemoryStream();
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        file.Write(length);
        header.WriteTo(file);
        foreach (var tensor in ordered)
        {
            if (!BitConverter.IsLittleEndian)
            {
                throw new PlatformNotSupportedException("Checkpoints are written on little-endian machines.");
            }

            file.Write(MemoryMarshal.AsBytes(tensor.Data.AsSpan()));
        }

        return file.ToArray();
    }

    /// <summary>The tensors of a file.</summary>
    /// <exception cref="CheckpointException">The bytes are not a whole, well-formed file.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(ReadOnlyMemory<byte> file, string where)
    {
        if (file.Length < 8)
        {
            throw Broken(where, $"has {file.Length} bytes, which is no header");
        }

        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (headerLength > MaximumHeader || headerLength > (ulong)(file.Length - 8))
        {
            throw Broken(where, $"names a header of {headerLength} bytes in a file of {file.Length}");
        }

        var header = file.Slice(8, (int)headerLength);
        if (header.IsEmpty || header.Span[0] != '{')
        {
            throw Broken(where, "has a header that does not begin with '{'");
        }

        try
        {
            using var json = JsonDocument.Parse(header);
            return Read(json.RootElement, file[(8 + (int)headerLength)..], where);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or DecoderFallbackException)
        {
            throw Broken(where, "has a header that is not well-formed", exception);
        }
    }

    private static Dictionary<string, NamedTensor> Read(JsonElement header, ReadOnlyMemory<byte> data, string where)
    {
        var tensors = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        var ranges = new List<(long Start, long End)>();
        foreach (var entry in header.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                continue;
            }

            var type = entry.Value.GetProperty("dtype").GetString();
            if (type != "F32")
            {
                throw Broken(where, $"holds '{entry.Name}' of type {type}, and only F32 is read");
            }

            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            var offsets = entry.Value.GetProperty("data_offsets");
            long start = offsets[0].GetInt64(), end = offsets[1].GetInt64();
            var count = shape.Aggregate(1.0, (product, size) => size < 0 ? double.NaN : product * size);
            if (start < 0 || end < start || end > data.Length || count * sizeof(float) != end - start || offsets.GetArrayLength() != 2)
            {
                throw Broken(where, $"places '{entry.Name}' [{string.Join(", ", shape)}] at bytes {start} to {end} of {data.Length}");
            }

            var values = MemoryMarshal.Cast<byte, float>(data.Span[(int)start..(int)end]).ToArray();
            if (!tensors.TryAdd(entry.Name, new NamedTensor(entry.Name, shape, values)))
            {
                throw Broken(where, $"names '{entry.Name}' twice");
            }

            ranges.Add((start, end));
        }

        // Without holes or overlaps, so that nothing hides between tensors.
        long position = 0;
        foreach (var (start, end) in ranges.Order())
        {
            position = start == position ? end : throw Broken(where, $"leaves a hole or an overlap at byte {position} of its data");
        }

        return position == data.Length ? tensors : throw Broken(where, $"has {data.Length - position} bytes after its last tensor");
    }

    private static CheckpointException Broken(string where, string what, Exception? inner = null) =>
        new($"{where} {what}; the file is damaged or no checkpoint, so take another copy.", inner);
}
