using System.Runtime.InteropServices;
using System.Text;

namespace Bellman;

/// <summary>
/// Gathers tensors and writes them as a safetensors file. Tensors lie in the file by the size of their elements, largest first, then by name, so that equal contents give equal bytes whatever the order
/// they were added in. Data is not copied before it is written.
/// </summary>
public sealed class SafetensorsWriter
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, (SafetensorsEntry Entry, Action<Stream> Write)> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    /// <summary>Adds floats, rounded to the nearest value of the type.</summary>
    /// <param name="name">The name, used once in the file.</param>
    /// <param name="shape">The sizes of its axes, outermost first; none for a scalar.</param>
    /// <param name="data">The elements, the last axis fastest.</param>
    /// <param name="type">How they are stored: F32, F16 or BF16.</param>
    /// <exception cref="ArgumentException">The name is taken or no text, the shape has another size than the data, or the type holds no floats.</exception>
    public SafetensorsWriter Add(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<float> data, SafetensorsType type = SafetensorsType.F32) => type switch
    {
        SafetensorsType.F32 => Add(name, type, shape, data),
        SafetensorsType.F16 or SafetensorsType.BF16 => Add(name, type, shape, data.Length, stream => HalfPrecision.Write(stream, type, data.Span)),
        _ => throw new ArgumentException($"Floats are stored as F32, F16 or BF16, not as {type}.", nameof(type)),
    };

    /// <summary>Adds F16 values, kept bit for bit.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{long}, ReadOnlyMemory{byte})"/>
    public SafetensorsWriter Add(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<Half> data) => Add(name, SafetensorsType.F16, shape, data);

    /// <summary>Adds BF16 values given as their bits, kept bit for bit.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{long}, ReadOnlyMemory{byte})"/>
    public SafetensorsWriter Add(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<ushort> data) => Add(name, SafetensorsType.BF16, shape, data);

    /// <summary>Adds whole numbers of 32 bits.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{long}, ReadOnlyMemory{byte})"/>
    public SafetensorsWriter Add(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<int> data) => Add(name, SafetensorsType.I32, shape, data);

    /// <summary>Adds whole numbers of 64 bits.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{long}, ReadOnlyMemory{byte})"/>
    public SafetensorsWriter Add(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<long> data) => Add(name, SafetensorsType.I64, shape, data);

    /// <summary>Adds bytes.</summary>
    /// <param name="name">The name, used once in the file.</param>
    /// <param name="shape">The sizes of its axes, outermost first; none for a scalar.</param>
    /// <param name="data">The elements, the last axis fastest.</param>
    /// <exception cref="ArgumentException">The name is taken or no text, or the shape has another size than the data.</exception>
    public SafetensorsWriter Add(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> data) => Add(name, SafetensorsType.U8, shape, data);

    /// <summary>Adds a free text to the header.</summary>
    /// <param name="name">Its name, used once among the texts.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">The name is taken, or one of the two is no text.</exception>
    public SafetensorsWriter AddMetadata(string name, string text)
    {
        CheckText(name);
        CheckText(text);
        return metadata.TryAdd(name, text) ? this : throw new ArgumentException($"The metadata has {SafetensorsHeader.Quote(name)} already.", nameof(name));
    }

    /// <summary>Writes the file: aside, flushed to the disk, renamed.</summary>
    /// <param name="path">The file, as <c>model.safetensors</c>; one that exists is replaced whole or not at all.</param>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        WholeFile.Write(path, WriteTo);
    }

    /// <summary>Writes the file's bytes to a stream.</summary>
    /// <exception cref="ArgumentException">Names and texts take more than the 100 MB that the format allows for them.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var ordered = tensors.Values.OrderByDescending(tensor => tensor.Entry.Type).ThenBy(tensor => tensor.Entry.Name, StringComparer.Ordinal).ToList();
        var entries = new List<SafetensorsEntry>();
        foreach (var (entry, _) in ordered)
        {
            entries.Add(entry with { Start = entries.Count == 0 ? 0 : entries[^1].End });
        }

        stream.Write(new SafetensorsHeader(entries, metadata).Write());
        foreach (var (_, write) in ordered)
        {
            write(stream);
        }
    }

    private static void WriteAll<T>(Stream stream, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        for (; data.Length > 0; data = data[Math.Min(SafetensorsTypes.Piece, data.Length)..])
        {
            stream.Write(MemoryMarshal.AsBytes(data[..Math.Min(SafetensorsTypes.Piece, data.Length)]));
        }
    }

    private static void CheckText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException($"{SafetensorsHeader.Quote(text)} has half of a surrogate pair at {exception.Index}, which no file can hold.", nameof(text), exception);
        }
    }

    private SafetensorsWriter Add<T>(string name, SafetensorsType type, ReadOnlySpan<long> shape, ReadOnlyMemory<T> data)
        where T : unmanaged => Add(name, type, shape, data.Length, stream => WriteAll(stream, data.Span));

    private SafetensorsWriter Add(string name, SafetensorsType type, ReadOnlySpan<long> shape, int count, Action<Stream> write)
    {
        CheckText(name);
        long[] sizes = [.. shape];
        if (sizes.Any(size => size < 0) || type.Measure(shape)?.Count != count)
        {
            throw new ArgumentException($"The shape {SafetensorsTypes.Print(sizes)} of {SafetensorsHeader.Quote(name)} does not have the {count} elements that were given.", nameof(shape));
        }

        return name != SafetensorsHeader.MetadataName && tensors.TryAdd(name, (new SafetensorsEntry(name, type, sizes, count, Start: 0), write))
            ? this
            : throw new ArgumentException($"The name {SafetensorsHeader.Quote(name)} is taken; give every tensor its own.", nameof(name));
    }
}
