using System.Buffers.Binary;
using System.Text;

namespace Bellman.Tests;

/// <summary>A row of an event file.</summary>
internal sealed record EventRow(double Time, long Step, string? Version, IReadOnlyList<(string Name, float Value)> Values);

/// <summary>Reads event files from the definitions, with a checksum of its own: bit by bit over the reversed polynomial.</summary>
internal static class EventReader
{
    public static IEnumerable<EventRow> Read(string path)
    {
        var bytes = File.ReadAllBytes(path).AsMemory();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[at..]);
            Assert.Equal(Mask(bytes.Span.Slice(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(at + 8)..]));
            var data = bytes.Slice(at + 12, length);
            Assert.Equal(Mask(data.Span), BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(at + 12 + length)..]));
            at += 16 + length;
            yield return Event(data);
        }
    }

    public static uint Mask(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var one in data)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8);
    }

    private static EventRow Event(ReadOnlyMemory<byte> data)
    {
        var (time, step, version, values) = (0.0, 0L, (string?)null, new List<(string, float)>());
        foreach (var (number, number64, bytes) in Fields(data))
        {
            switch (number)
            {
                case 1:
                    time = BitConverter.UInt64BitsToDouble(number64);
                    break;
                case 2:
                    step = (long)number64;
                    break;
                case 3:
                    version = Encoding.UTF8.GetString(bytes.Span);
                    break;
                case 5:
                    values.AddRange(Fields(bytes).Select(value => Value(value.Bytes)));
                    break;
                default:
                    throw new InvalidDataException($"An event has the field {number}.");
            }
        }

        return new EventRow(time, step, version, values);
    }

    private static (string, float) Value(ReadOnlyMemory<byte> data)
    {
        var fields = Fields(data).ToDictionary(field => field.Number);
        return (Encoding.UTF8.GetString(fields[1].Bytes.Span), BitConverter.UInt32BitsToSingle((uint)fields[2].Value));
    }

    private static IEnumerable<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
        {
            var key = Varint(ref data);
            var (value, bytes) = (0UL, ReadOnlyMemory<byte>.Empty);
            switch (key & 7)
            {
                case 0:
                    value = Varint(ref data);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(data.Span);
                    data = data[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref data);
                    (bytes, data) = (data[..length], data[length..]);
                    break;
                case 5:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(data.Span);
                    data = data[4..];
                    break;
                default:
                    throw new InvalidDataException($"A field has the wire type {key & 7}.");
            }

            yield return ((int)(key >> 3), value, bytes);
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> data)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = data.Span[0];
            data = data[1..];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }
}
