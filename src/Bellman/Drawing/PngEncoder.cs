using System.Buffers.Binary;
using System.IO.Compression;

namespace Bellman;

/// <summary>Writes pixels as PNG (ISO/IEC 15948).</summary>
public static class PngEncoder
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>An image as a PNG file.</summary>
    /// <param name="rows">How many rows of pixels.</param>
    /// <param name="columns">How many columns of pixels.</param>
    /// <param name="pixels">Rows from the top: a byte a pixel for grey, or three for red, green, blue.</param>
    /// <exception cref="ArgumentException">There are neither as many bytes as pixels nor three times as many.</exception>
    public static byte[] Encode(int rows, int columns, ReadOnlySpan<byte> pixels)
    {
        var channels = rows * columns == 0 ? 0 : pixels.Length / (rows * columns);
        if (channels is not (1 or 3) || pixels.Length != channels * rows * columns)
        {
            throw new ArgumentException($"An image of {rows} × {columns} pixels needs one or three bytes for each, but {pixels.Length} were given.", nameof(pixels));
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows);
        header[8] = 8;
        header[9] = channels == 1 ? (byte)0 : (byte)2;
        Chunk(file, "IHDR"u8, header);

        using var data = new MemoryStream();
        using (var compressed = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var row = 0; row < rows; row++)
            {
                // Each row begins with its filter: none.
                compressed.WriteByte(0);
                compressed.Write(pixels.Slice(row * columns * channels, columns * channels));
            }
        }

        Chunk(file, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Update(Update(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Update(uint checksum, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            checksum = Table[(byte)(checksum ^ value)] ^ (checksum >> 8);
        }

        return checksum;
    }

    // CRC-32 of the standard's appendix D, a byte at a time.
    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            table[i] = i;
            for (var bit = 0; bit < 8; bit++)
            {
                table[i] = (table[i] & 1) != 0 ? 0xEDB88320 ^ (table[i] >> 1) : table[i] >> 1;
            }
        }

        return table;
    }
}
