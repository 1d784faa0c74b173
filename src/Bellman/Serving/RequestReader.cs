namespace Bellman;

/// <summary>Reads lines of bytes and passes over what is too long without keeping it.</summary>
/// <param name="stream">Where from.</param>
/// <param name="most">The longest line in bytes.</param>
internal sealed class RequestReader(Stream stream, int most)
{
    private readonly byte[] chunk = new byte[16 * 1024];
    private byte[] line = new byte[1024];
    private int start, end;

    /// <summary>The next line, without its end.</summary>
    /// <param name="request">The line; it holds until the next is read.</param>
    /// <param name="tooLong">Whether it was longer than allowed; <paramref name="request"/> is empty then.</param>
    /// <returns>False at the end of the stream.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> request, out bool tooLong)
    {
        var length = 0;
        (request, tooLong) = (default, false);
        while (true)
        {
            if (start == end)
            {
                (start, end) = (0, stream.Read(chunk));
                if (end == 0)
                {
                    request = line.AsMemory(0, length);
                    return length > 0 || tooLong;
                }
            }

            var feed = chunk.AsSpan(start, end - start).IndexOf((byte)'\n');
            var part = chunk.AsSpan(start, feed < 0 ? end - start : feed);
            start += part.Length + (feed < 0 ? 0 : 1);
            if (length + part.Length > most)
            {
                (length, tooLong) = (0, true);
            }
            else if (!tooLong)
            {
                if (length + part.Length > line.Length)
                {
                    Array.Resize(ref line, Math.Max(2 * line.Length, length + part.Length));
                }

                part.CopyTo(line.AsSpan(length));
                length += part.Length;
            }

            if (feed >= 0)
            {
                length -= length > 0 && line[length - 1] == '\r' ? 1 : 0;
                request = line.AsMemory(0, length);
                return true;
            }
        }
    }
}
