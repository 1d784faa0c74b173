namespace Bellman;

/// <summary>
/// What was seen last in episodes that ended, kept as long as the step that it belongs to. Room is given in order; a chunk is used again once all of its rows have gone.
/// </summary>
/// <param name="layout">How a final observation and its mask lie in memory.</param>
/// <param name="capacity">How many there may be.</param>
/// <param name="chunkBytes">About how large a chunk is; 0 for a size that suits the capacity.</param>
internal sealed class KeptFinals(RowLayout layout, int capacity, long chunkBytes)
{
    private readonly List<int> kept = [];
    private int chunk = -1, offset;

    public ChunkedRows Rows { get; } = new(layout, capacity, chunkBytes);

    /// <summary>How many are kept.</summary>
    public int Count => kept.Sum();

    /// <summary>Room for one.</summary>
    /// <returns>Its row.</returns>
    public int Take()
    {
        if (chunk < 0 || offset == Rows.RowsPerChunk)
        {
            chunk = kept.IndexOf(0);
            if (chunk < 0)
            {
                chunk = kept.Count;
                kept.Add(0);
            }

            offset = 0;
        }

        kept[chunk]++;
        return (chunk * Rows.RowsPerChunk) + offset++;
    }

    /// <summary>Its step has gone.</summary>
    public void Release(int row) => kept[row / Rows.RowsPerChunk]--;

    /// <summary>Whether a row may be one that was taken.</summary>
    public bool Has(int row) => row >= 0 && row / Rows.RowsPerChunk < kept.Count;

    /// <summary>Is one that a checkpoint brought.</summary>
    public void Hold(int row) => kept[row / Rows.RowsPerChunk]++;

    /// <summary>Saves or loads all of it but the counts, which follow from the steps.</summary>
    public void Exchange(StateArchive state)
    {
        Span<long> numbers = [chunk, offset, kept.Count, Rows.ChunkCount];
        state.Exchange("room", numbers);
        var most = (capacity / Rows.RowsPerChunk) + 2;
        state.Require(
            numbers[2] >= 0 && numbers[2] <= most && numbers[3] == numbers[2] && numbers[0] >= -1 && numbers[0] < numbers[2] && numbers[1] >= 0 && numbers[1] <= Rows.RowsPerChunk,
            $"final observations are at {numbers[0]}, {numbers[1]} of {numbers[2]} and {numbers[3]} chunks");
        if (state.Loading)
        {
            (chunk, offset) = ((int)numbers[0], (int)numbers[1]);
            kept.Clear();
            kept.AddRange(Enumerable.Repeat(0, (int)numbers[2]));
            Rows.SetChunkCount((int)numbers[3]);
        }

        state.Exchange("rows", Rows.Segments);
    }
}
