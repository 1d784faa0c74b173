namespace Bellman;

/// <summary>Chosen rows of a rollout's actions and masks, gathered into memory of their own.</summary>
/// <param name="actionLayout">How an action lies in memory.</param>
/// <param name="size">How many rows at most.</param>
internal sealed class Minibatch(RowLayout actionLayout, int size)
{
    private readonly Rows whole = new(actionLayout, size);
    private Rows part = new(actionLayout, 0);
    private byte[] masks = [];
    private int maskLength;

    public void Gather(RolloutBuffer rollout, ReadOnlySpan<int> rows)
    {
        // Minibatches come in two sizes, the full one and the last one's: two lots of memory serve them all.
        if (rows.Length != whole.Count && part.Count != rows.Length)
        {
            part = new Rows(whole.Layout, rows.Length);
        }

        maskLength = rollout.MaskLength;
        if (masks.Length < rows.Length * maskLength)
        {
            masks = new byte[rows.Length * maskLength];
        }

        Actions(rows.Length).Gather(rollout.Actions, rows);
        for (var i = 0; i < rows.Length && maskLength > 0; i++)
        {
            rollout.Masks.AsSpan(rows[i] * maskLength, maskLength).CopyTo(masks.AsSpan(i * maskLength));
        }
    }

    public Rows Actions(int count) => count == whole.Count ? whole : part;

    public ReadOnlySpan<byte> Masks(int count) => masks.AsSpan(0, count * maskLength);
}
