using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>
/// A safetensors file, open for reading. Its header is checked whole when it is opened; its data is mapped into memory and copied out tensor by tensor, so that a file may be larger than the memory.
/// Several threads may read at once. Nobody may cut the file short while it is open.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly string where;
    private readonly Func<long, long, Stream> bytes;
    private readonly IDisposable? mapping;
    private readonly Dictionary<string, SafetensorsEntry> byName;

    private SafetensorsFile(SafetensorsHeader header, string where, Func<long, long, Stream> bytes, IDisposable? mapping)
    {
        (this.where, this.bytes, this.mapping) = (where, bytes, mapping);
        (Tensors, Metadata) = header;
        byName = Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>The free texts of the header by name; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file, as <c>model.safetensors</c>.</param>
    /// <exception cref="CheckpointException">The file is missing or breaks a rule of the format; the message says which and where.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new CheckpointException($"There is no file '{path}'; name a .safetensors file.");
        }

        var where = $"'{path}'";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var length = file.Length;
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.Prefix];
        var json = new byte[SafetensorsHeader.Length(prefix[..file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false)], length, where)];
        file.ReadExactly(json);
        var start = SafetensorsHeader.Prefix + json.Length;
        var header = SafetensorsHeader.Read(json, length - start, where);

        using var map = MemoryMappedFile.CreateFromFile(file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        var view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        return new SafetensorsFile(header, where, (from, count) => new UnmanagedMemoryStream(view.SafeMemoryMappedViewHandle, start + from, count), view);
    }

    /// <summary>Copies a tensor out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="into">Receives all its elements, the last axis fastest. Floats take F32, F16 and BF16; the other element types take what <see cref="SafetensorsType"/> names for them.</param>
    /// <exception cref="CheckpointException">The file has no such tensor, or one of another type or size.</exception>
    public void Read<T>(string name, Span<T> into)
        where T : unmanaged
    {
        var tensor = Find<T>(name);
        if (tensor.Count != into.Length)
        {
            throw new CheckpointException($"{where} holds {SafetensorsHeader.Quote(name)} with {tensor.Count} elements, {SafetensorsTypes.Print(tensor.Shape)}, where {into.Length} were expected.");
        }

        Copy(tensor, 0, into);
    }

    /// <summary>Copies a part of a tensor out: how one that is larger than a span is read.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="start">The first element wanted, counted with the last axis fastest.</param>
    /// <param name="into">Receives that element and those after it, converted as by <see cref="Read"/>.</param>
    /// <exception cref="CheckpointException">The file has no such tensor, or one of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part lies outside the tensor.</exception>
    public void ReadPart<T>(string name, long start, Span<T> into)
        where T : unmanaged
    {
        var tensor = Find<T>(name);
        if (start < 0 || start > tensor.Count - into.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(start), $"{into.Length} elements from {start} were asked of {SafetensorsHeader.Quote(name)}, which has {tensor.Count}.");
        }

        Copy(tensor, start, into);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => mapping?.Dispose();

    /// <summary>Reads a file that is in memory.</summary>
    /// <exception cref="CheckpointException">It breaks a rule of the format.</exception>
    internal static SafetensorsFile Read(byte[] file, string where)
    {
        var start = SafetensorsHeader.Prefix + SafetensorsHeader.Length(file.AsSpan(0, Math.Min(file.Length, SafetensorsHeader.Prefix)), file.Length, where);
        var header = SafetensorsHeader.Read(file.AsSpan(SafetensorsHeader.Prefix..start), file.Length - start, where);
        return new SafetensorsFile(header, where, (from, count) => new MemoryStream(file, start + (int)from, (int)count), mapping: null);
    }

    /// <summary>A tensor of floats, whatever their precision.</summary>
    /// <exception cref="CheckpointException">It holds no floats, or an axis is too long for an array.</exception>
    internal NamedTensor ReadNamed(SafetensorsEntry tensor)
    {
        Find<float>(tensor.Name);
        if (tensor.Count > Array.MaxLength || tensor.Shape.Any(size => size > int.MaxValue))
        {
            throw new CheckpointException($"{where} holds {SafetensorsHeader.Quote(tensor.Name)} {SafetensorsTypes.Print(tensor.Shape)}, which is too large for an array.");
        }

        var values = new float[tensor.Count];
        Copy(tensor, 0, values.AsSpan());
        return new NamedTensor(tensor.Name, [.. tensor.Shape.Select(size => (int)size)], values);
    }

    private SafetensorsEntry Find<T>(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!byName.TryGetValue(name, out var tensor))
        {
            throw new CheckpointException($"{where} holds {Tensors.Count} tensors and none of them is {SafetensorsHeader.Quote(name)}.");
        }

        var element = tensor.Type.Element();
        return typeof(T) == element || (typeof(T) == typeof(float) && tensor.Type is SafetensorsType.F16 or SafetensorsType.BF16)
            ? tensor
            : throw new CheckpointException($"{where} holds {SafetensorsHeader.Quote(name)} as {tensor.Type}, which is read into {element.Name} and not into {typeof(T).Name}.");
    }

    private void Copy<T>(SafetensorsEntry tensor, long start, Span<T> into)
        where T : unmanaged
    {
        var size = tensor.Type.Size();
        using var stored = bytes(tensor.Start + (start * size), (long)into.Length * size);
        if (typeof(T) == tensor.Type.Element())
        {
            for (; into.Length > 0; into = into[Math.Min(SafetensorsTypes.Piece, into.Length)..])
            {
                stored.ReadExactly(MemoryMarshal.AsBytes(into[..Math.Min(SafetensorsTypes.Piece, into.Length)]));
            }
        }
        else
        {
            HalfPrecision.Read(stored, tensor.Type, MemoryMarshal.Cast<T, float>(into));
        }
    }
}
