using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>One picture of an animation.</summary>
/// <param name="Picture">What is seen.</param>
/// <param name="Delay">For how long; GIF counts hundredths of a second.</param>
public readonly record struct GifFrame(Picture Picture, TimeSpan Delay);

/// <summary>
/// Writes animations as GIF 89a that repeat for ever. One palette of up to 255 colours serves all frames; a frame holds the rectangle that changed,
/// and within it what stayed the same is transparent.
/// </summary>
public static class GifEncoder
{
    private const int MostColors = 255;

    // Browsers slow frames of one hundredth and less down to ten.
    private const int LeastDelay = 2;

    /// <summary>Writes an animation.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="frames">The pictures, all of one size. They are gone through twice, first for their colours.</param>
    /// <exception cref="ArgumentException">There is no frame, or they differ in size.</exception>
    public static void Write(Stream stream, IEnumerable<GifFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(frames);
        var (size, counts) = Count(frames);
        var places = new Dictionary<int, byte>();
        var palette = MedianCut.Reduce(counts, MostColors, places);

        // One place more is for transparency.
        var depth = 2;
        while (1 << depth < palette.Length + 1)
        {
            depth++;
        }

        WriteHeader(stream, size, palette, depth);
        new Frames(stream, size, depth, (byte)palette.Length, places).Write(frames);
        stream.WriteByte(0x3B);
    }

    private static ((int Rows, int Columns) Size, Dictionary<int, long> Counts) Count(IEnumerable<GifFrame> frames)
    {
        var counts = new Dictionary<int, long>();
        (int Rows, int Columns) size = default;
        foreach (var (picture, _) in frames)
        {
            size = size == default ? (picture.Rows, picture.Columns) : size;
            if (size != (picture.Rows, picture.Columns))
            {
                throw new ArgumentException($"The frames of an animation need one size, but there are {size.Columns} × {size.Rows} and {picture.Columns} × {picture.Rows} pixels.", nameof(frames));
            }

            // Neighbours are mostly equal, so they are counted in runs.
            var pixels = picture.Pixels.Span;
            var (color, run) = (Color(pixels, 0), 0L);
            for (var i = 0; i < pixels.Length; i += 3, run++)
            {
                if (Color(pixels, i) is var other && other != color)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, color, out _) += run;
                    (color, run) = (other, 0);
                }
            }

            CollectionsMarshal.GetValueRefOrAddDefault(counts, color, out _) += run;
        }

        return size.Rows > 0 && size.Columns <= ushort.MaxValue && size.Rows <= ushort.MaxValue
            ? (size, counts)
            : throw new ArgumentException("An animation needs a frame, of at most 65,535 pixels a side.", nameof(frames));
    }

    private static int Color(ReadOnlySpan<byte> pixels, int i) => (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];

    private static void WriteHeader(Stream stream, (int Rows, int Columns) size, int[] palette, int depth)
    {
        stream.Write("GIF89a"u8);
        Short(stream, size.Columns);
        Short(stream, size.Rows);
        stream.Write([(byte)(0xF0 | (depth - 1)), 0, 0]);
        for (var i = 0; i < 1 << depth; i++)
        {
            var color = i < palette.Length ? palette[i] : 0;
            stream.Write([(byte)(color >> 16), (byte)(color >> 8), (byte)color]);
        }

        stream.Write([0x21, 0xFF, 11]);
        stream.Write("NETSCAPE2.0"u8);
        stream.Write([3, 1, 0, 0, 0]);
    }

    private static void Short(Stream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        stream.Write(bytes);
    }

    private sealed class Frames(Stream stream, (int Rows, int Columns) size, int depth, byte transparent, Dictionary<int, byte> places)
    {
        private readonly LzwEncoder lzw = new(stream);
        private readonly byte[] shown = new byte[size.Rows * size.Columns];
        private readonly byte[] next = new byte[size.Rows * size.Columns];
        private readonly byte[] part = new byte[size.Rows * size.Columns];
        private (int Top, int Left, int Rows, int Columns) waiting;
        private double due, written;

        public void Write(IEnumerable<GifFrame> frames)
        {
            var first = true;
            foreach (var frame in frames)
            {
                Index(frame.Picture.Pixels.Span);
                var changed = first ? (0, 0, size.Rows, size.Columns) : Changed();
                if (changed.Rows > 0)
                {
                    if (!first)
                    {
                        Flush();
                    }

                    Cut(changed, first);
                    next.CopyTo(shown, 0);
                    (waiting, first) = (changed, false);
                }

                // A frame in which nothing changed prolongs the one before.
                due += frame.Delay.TotalSeconds * 100;
            }

            Flush();
        }

        private void Index(ReadOnlySpan<byte> pixels)
        {
            var (last, place) = (-1, (byte)0);
            for (var i = 0; i < next.Length; i++)
            {
                if (Color(pixels, 3 * i) is var color && color != last)
                {
                    (last, place) = (color, places[color]);
                }

                next[i] = place;
            }
        }

        private (int Top, int Left, int Rows, int Columns) Changed()
        {
            var (top, bottom, left, right) = (-1, -1, size.Columns, -1);
            for (var row = 0; row < size.Rows; row++)
            {
                var before = shown.AsSpan(row * size.Columns, size.Columns);
                var now = next.AsSpan(row * size.Columns, size.Columns);
                var same = before.CommonPrefixLength(now);
                if (same < size.Columns)
                {
                    var end = size.Columns - 1;
                    while (before[end] == now[end])
                    {
                        end--;
                    }

                    (top, bottom, left, right) = (top < 0 ? row : top, row, Math.Min(left, same), Math.Max(right, end));
                }
            }

            return top < 0 ? default : (top, left, bottom - top + 1, right - left + 1);
        }

        private void Cut((int Top, int Left, int Rows, int Columns) area, bool whole)
        {
            for (var row = 0; row < area.Rows; row++)
            {
                for (var column = 0; column < area.Columns; column++)
                {
                    var at = ((area.Top + row) * size.Columns) + area.Left + column;
                    part[(row * area.Columns) + column] = !whole && next[at] == shown[at] ? transparent : next[at];
                }
            }
        }

        // Delays are rounded so that their sum stays right.
        private void Flush()
        {
            var delay = Math.Clamp(Math.Round(due - written), LeastDelay, ushort.MaxValue);
            written += delay;
            stream.Write([0x21, 0xF9, 4, 0x05]);
            Short(stream, (int)delay);
            stream.Write([transparent, 0, 0x2C]);
            Short(stream, waiting.Left);
            Short(stream, waiting.Top);
            Short(stream, waiting.Columns);
            Short(stream, waiting.Rows);
            stream.WriteByte(0);
            lzw.Write(part.AsSpan(0, waiting.Rows * waiting.Columns), depth);
        }
    }
}
