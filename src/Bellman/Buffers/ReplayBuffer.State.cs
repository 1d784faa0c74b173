using System.Text;

namespace Bellman;

// Into checkpoints and back: small numbers into the file, the steps into segments beside it, of which only those are written that have changed.
public sealed partial class ReplayBuffer
{
    private const int LongestShown = 140;

    /// <summary>Saves or loads all of it. Drawing goes on with the same steps, bit for bit.</summary>
    /// <exception cref="CheckpointException">What is loaded is of a buffer of another kind, or a segment is missing or damaged; the message names it.</exception>
    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var kind = Encoding.UTF8.GetBytes(Describe());
        var own = kind;
        state.Exchange("kind", ref kind);
        state.Require(kind.AsSpan().SequenceEqual(own), $"its replay buffer is {Shown(kind, own)}, and this one {Shown(own, kind)}");
        Span<long> places = [head, times, begun ? 1 : 0, steps.ChunkCount];
        state.Exchange("places", places);
        state.Require(
            places[0] >= 0 && places[0] < ring && places[1] >= 0 && (places[1] == ring - 1 || places[1] == places[0]) && places[2] is 0 or 1 && places[3] >= 0 && places[3] <= ChunksFor((long)ring * Slots),
            $"the replay buffer stands at {places[0]} with {places[1]} steps and {places[3]} chunks");
        if (state.Loading)
        {
            (head, times, begun) = ((int)places[0], (int)places[1], places[2] != 0);
            state.Require(begun ? places[3] >= ChunksFor(Written) : times == 0, $"{places[3]} chunks hold {Written} rows");
            steps.SetChunkCount((int)places[3]);
        }

        state.Exchange("steps", steps.Segments);
        finals.Exchange(state.Part("finals"));
        if (state.Loading)
        {
            Recount(state);
        }
    }

    // Rows up to the highest that was ever written.
    private long Written => times == ring - 1 ? (long)ring * Slots : ((long)head + 1) * Slots;

    private long ChunksFor(long rows) => (rows + steps.RowsPerChunk - 1) / steps.RowsPerChunk;

    // Where two differ, on one line, as a file may hold anything.
    private static string Shown(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> other)
    {
        var start = Math.Max(0, kind.CommonPrefixLength(other) - (LongestShown / 2));
        var text = Encoding.UTF8.GetString(kind[start..Math.Min(kind.Length, start + LongestShown)]);
        return $"'{(start > 0 ? "…" : "")}{string.Concat(text.Select(letter => char.IsControl(letter) || letter == '\'' ? '?' : letter))}{(kind.Length > start + LongestShown ? "…" : "")}'";
    }

    private string Describe() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Capacity} steps of {Slots} slots, {steps.RowsPerChunk} and {finals.Rows.RowsPerChunk} a chunk: {string.Join(", ", Schema.Leaves.Select(leaf => $"{leaf.Name} {leaf.Type}[{string.Join(' ', leaf.Shape)}]"))}");

    private void Recount(StateArchive state)
    {
        ValidCount = 0;
        for (var i = 0; i < Count; i++)
        {
            var row = RowOf(i);
            ValidCount += steps.ReadByte(valid, row) != 0 ? 1 : 0;
            if (steps.Read<int>(final, row) is not 0 and var last)
            {
                state.Require(finals.Has(last - 1), $"a step's final observation is in row {last - 1}, and there is none");
                finals.Hold(last - 1);
            }
        }
    }
}
