namespace Bellman;

/// <summary>The compression of GIF: Lempel-Ziv-Welch with codes of growing width, in blocks of at most 255 bytes.</summary>
internal sealed class LzwEncoder(Stream stream)
{
    private const int MostCodes = 4096;
    private readonly byte[] block = new byte[255];
    private readonly Dictionary<int, int> codes = [];
    private int blockLength, bits, bitCount;

    /// <summary>Writes the indices of an image's pixels.</summary>
    /// <param name="indices">Places in the palette.</param>
    /// <param name="depth">Bits that hold any place, from 2 to 8.</param>
    public void Write(ReadOnlySpan<byte> indices, int depth)
    {
        stream.WriteByte((byte)depth);
        var clear = 1 << depth;
        var (next, width, prefix) = (clear + 2, depth + 1, -1);
        codes.Clear();
        Put(clear, width);
        foreach (var index in indices)
        {
            if (prefix < 0)
            {
                prefix = index;
            }
            else if (codes.TryGetValue((prefix << 8) | index, out var code))
            {
                prefix = code;
            }
            else
            {
                Put(prefix, width);
                if (next < MostCodes)
                {
                    // The reader learns a code one step later than it is made here; hence the width grows when the code before is in use.
                    width += next == 1 << width ? 1 : 0;
                    codes[(prefix << 8) | index] = next++;
                }
                else
                {
                    Put(clear, width);
                    codes.Clear();
                    (next, width) = (clear + 2, depth + 1);
                }

                prefix = index;
            }
        }

        Put(prefix, width);

        // The reader makes one more code of the last, and may widen.
        width += next == 1 << width && width < 12 ? 1 : 0;
        Put(clear + 1, width);
        if (bitCount > 0)
        {
            Add((byte)bits);
        }

        Flush();
        stream.WriteByte(0);
        (bits, bitCount) = (0, 0);
    }

    private void Put(int code, int width)
    {
        bits |= code << bitCount;
        for (bitCount += width; bitCount >= 8; bitCount -= 8, bits >>= 8)
        {
            Add((byte)bits);
        }
    }

    private void Add(byte value)
    {
        block[blockLength++] = value;
        if (blockLength == block.Length)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (blockLength > 0)
        {
            stream.WriteByte((byte)blockLength);
            stream.Write(block, 0, blockLength);
            blockLength = 0;
        }
    }
}
