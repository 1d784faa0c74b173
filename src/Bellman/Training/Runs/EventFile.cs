using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Bellman;

/// <summary>
/// A TensorBoard event file: records of scalars that TensorBoard charts while they are written. Each record is its length, a checksum of that, a protobuf message
/// <c>tensorflow.Event</c> and a checksum of it; checksums are CRC-32C, turned as TFRecord has it.
/// </summary>
/// <remarks>Names may repeat from file to file of a folder: TensorBoard reads every file whose name contains <c>tfevents</c> and joins them.</remarks>
public sealed class EventFile : IDisposable
{
    /// <summary>The name that a run's event file has.</summary>
    public const string FileName = "events.out.tfevents.bellman";

    private const uint MaskDelta = 0xa282ead8;
    private readonly FileStream stream;
    private readonly Dictionary<string, byte[]> tags = new(StringComparer.Ordinal);
    private byte[] message = new byte[1024];
    private byte[] summary = new byte[1024];
    private int length;

    private EventFile(FileStream stream) => this.stream = stream;

    /// <summary>How many bytes have been written: where to go on after a resume.</summary>
    public long Position => stream.Position;

    /// <summary>Begins a file; one that exists is replaced.</summary>
    /// <param name="path">The file; its name must contain <c>tfevents</c> for TensorBoard to find it.</param>
    /// <param name="time">The time of its first record.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static EventFile Create(string path, DateTimeOffset time)
    {
        var file = new EventFile(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite));
        file.BeginMessage(time, step: 0);
        file.Field(3, "brain.Event:2"u8);
        file.WriteRecord();
        file.length = 0;
        return file;
    }

    /// <summary>Goes on with a file from where it stood; what was written after that is cut off, so that no row comes twice.</summary>
    /// <param name="path">The file.</param>
    /// <param name="position">A <see cref="Position"/> that it had after <see cref="Flush"/>.</param>
    /// <exception cref="IOException">It is missing, or shorter than that.</exception>
    public static EventFile Continue(string path, long position)
    {
        if (!File.Exists(path))
        {
            throw new IOException($"'{path}' is missing; put it back, or begin a new run from the weights with --from.");
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        if (stream.Length < position)
        {
            var length = stream.Length;
            stream.Dispose();
            throw new IOException($"'{path}' has {length} bytes where {position} were written; put it back as it was, or begin a new run from the weights with --from.");
        }

        stream.SetLength(position);
        stream.Position = position;
        return new EventFile(stream);
    }

    /// <summary>Adds a scalar to the row that <see cref="WriteRow"/> writes; NaN means that there is none.</summary>
    /// <param name="name">Its name, as <c>train/loss</c>.</param>
    /// <param name="value">Its value, kept in single precision.</param>
    public void Add(string name, double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        if (!tags.TryGetValue(name, out var tag))
        {
            tags.Add(name, tag = Encoding.UTF8.GetBytes(name));
        }

        // Summary.value { tag, simple_value }
        var size = 1 + VarintSize((ulong)tag.Length) + tag.Length + 1 + sizeof(float);
        Reserve(size + 16);
        Key(1, wireType: 2);
        Varint((ulong)size);
        Field(1, tag);
        Key(2, wireType: 5);
        BinaryPrimitives.WriteSingleLittleEndian(message.AsSpan(length), (float)value);
        length += sizeof(float);
    }

    /// <summary>Writes what was added as a row.</summary>
    /// <param name="time">When.</param>
    /// <param name="step">The environment steps taken.</param>
    public void WriteRow(DateTimeOffset time, long step)
    {
        // Event { wall_time, step, summary }
        (summary, message) = (message, summary);
        var values = summary.AsSpan(0, length);
        BeginMessage(time, step);
        Field(5, values);
        WriteRecord();
        length = 0;
    }

    /// <summary>Hands everything to the operating system, so that TensorBoard sees it.</summary>
    /// <param name="toDisk">Whether it must survive a power cut too.</param>
    public void Flush(bool toDisk = false) => stream.Flush(toDisk);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>CRC-32C (Castagnoli), turned by 15 bits and shifted by a constant, as TFRecord stores it.</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (var one in data)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return unchecked(BitOperations.RotateRight(~crc, 15) + MaskDelta);
    }

    private void BeginMessage(DateTimeOffset time, long step)
    {
        length = 0;
        Key(1, wireType: 1);
        BinaryPrimitives.WriteDoubleLittleEndian(message.AsSpan(length), (time - DateTimeOffset.UnixEpoch).TotalSeconds);
        length += sizeof(double);
        Key(2, wireType: 0);
        Varint((ulong)step);
    }

    private void WriteRecord()
    {
        Span<byte> head = stackalloc byte[12], foot = stackalloc byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(head, length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], MaskedChecksum(head[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(foot, MaskedChecksum(message.AsSpan(0, length)));
        stream.Write(head);
        stream.Write(message.AsSpan(0, length));
        stream.Write(foot);
    }

    private void Field(int number, ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length + 16);
        Key(number, wireType: 2);
        Varint((ulong)bytes.Length);
        bytes.CopyTo(message.AsSpan(length));
        length += bytes.Length;
    }

    private void Key(int number, int wireType) => message[length++] = (byte)((number << 3) | wireType);

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            message[length++] = (byte)(value | 0x80);
        }

        message[length++] = (byte)value;
    }

    private static int VarintSize(ulong value) => 1 + (BitOperations.Log2(value | 1) / 7);

    private void Reserve(int count)
    {
        if (length + count > message.Length)
        {
            Array.Resize(ref message, Math.Max(2 * message.Length, length + count));
        }
    }
}
