using System.Buffers.Binary;

namespace Bellman.Tests;

/// <summary>Reads what <see cref="GifEncoder"/> writes, by the standard: frames as they are shown, with their delays in hundredths.</summary>
internal static class GifDecoder
{
    public static List<(byte[] Pixels, int Delay, int ChangedPixels)> Read(byte[] file, out int rows, out int columns)
    {
        Assert.Equal("GIF89a"u8, file.AsSpan(0, 6));
        (columns, rows) = (Short(file, 6), Short(file, 8));
        var colors = 2 << (file[10] & 7);
        Assert.Equal(0x80, file[10] & 0x80);
        var palette = file.AsSpan(13, 3 * colors).ToArray();
        var at = 13 + palette.Length;
        var canvas = new byte[3 * rows * columns];
        var frames = new List<(byte[], int, int)>();
        var (delay, transparent) = (0, -1);
        for (; file[at] != 0x3B;)
        {
            if (file[at] == 0x21)
            {
                if (file[at + 1] == 0xF9)
                {
                    (delay, transparent) = (Short(file, at + 4), (file[at + 3] & 1) != 0 ? file[at + 6] : -1);
                }

                at += 2;
                Blocks(file, ref at);
                continue;
            }

            Assert.Equal(0x2C, file[at]);
            var (left, top, width, height) = (Short(file, at + 1), Short(file, at + 3), Short(file, at + 5), Short(file, at + 7));
            Assert.Equal(0, file[at + 9]);
            var depth = file[at + 10];
            at += 11;
            var indices = Expand(Blocks(file, ref at), depth);
            Assert.Equal(width * height, indices.Count);
            for (var i = 0; i < indices.Count; i++)
            {
                if (indices[i] != transparent)
                {
                    palette.AsSpan(3 * indices[i], 3).CopyTo(canvas.AsSpan(3 * (((top + (i / width)) * columns) + left + (i % width))));
                }
            }

            frames.Add(([.. canvas], delay, width * height));
        }

        Assert.Equal(file.Length - 1, at);
        return frames;
    }

    private static int Short(byte[] file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));

    private static byte[] Blocks(byte[] file, ref int at)
    {
        var data = new List<byte>();
        for (int length; (length = file[at++]) != 0; at += length)
        {
            data.AddRange(file.AsSpan(at, length));
        }

        return [.. data];
    }

    private static List<byte> Expand(byte[] data, int depth)
    {
        var (clear, width, position) = (1 << depth, depth + 1, 0);
        var table = new List<byte[]>();
        var output = new List<byte>();
        byte[]? previous = null;
        while (true)
        {
            var code = 0;
            for (var bit = 0; bit < width; bit++, position++)
            {
                code |= ((data[position / 8] >> (position % 8)) & 1) << bit;
            }

            if (code == clear)
            {
                table = [.. Enumerable.Range(0, clear).Select(value => new[] { (byte)value }), [], []];
                (width, previous) = (depth + 1, null);
                continue;
            }

            if (code == clear + 1)
            {
                return output;
            }

            var entry = code < table.Count ? table[code] : [.. previous!, previous![0]];
            output.AddRange(entry);
            if (previous is not null && table.Count < 4096)
            {
                table.Add([.. previous, entry[0]]);
            }

            width += table.Count == 1 << width && width < 12 ? 1 : 0;
            previous = entry;
        }
    }
}
