namespace Bellman;

/// <summary>Steps drawn from a <see cref="ReplayBuffer"/>, in memory of their own that is used again for the next.</summary>
public sealed class ReplayBatch
{
    /// <summary>Memory for a batch.</summary>
    /// <param name="buffer">Where its steps come from.</param>
    /// <param name="size">How many steps.</param>
    public ReplayBatch(ReplayBuffer buffer, int size)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Rows = new int[size];
        Observations = new Rows(buffer.ObservationLayout, size);
        Actions = new Rows(buffer.ActionLayout, size);
        NextObservations = new Rows(buffer.ObservationLayout, size);
        Columns = new Rows(buffer.ColumnLayout, size);
        (Rewards, Terminated, Truncated) = (new float[size], new byte[size], new byte[size]);
        (Masks, NextMasks) = (new byte[size * buffer.MaskLength], new byte[size * buffer.MaskLength]);
    }

    /// <summary>How many steps.</summary>
    public int Count => Rows.Length;

    /// <summary>Which rows of the buffer they are.</summary>
    public int[] Rows { get; }

    /// <summary>s_t, raw.</summary>
    public Rows Observations { get; }

    /// <summary>a_t.</summary>
    public Rows Actions { get; }

    /// <summary>r_t as the environment gave it.</summary>
    public float[] Rewards { get; }

    /// <summary>s_{t+1}, raw: the final observation where the episode ended, never the first of the next.</summary>
    public Rows NextObservations { get; }

    /// <summary>1 where the task ended after the step: nothing is bootstrapped there.</summary>
    public byte[] Terminated { get; }

    /// <summary>1 where the episode was cut off after the step: its value is bootstrapped from <see cref="NextObservations"/>.</summary>
    public byte[] Truncated { get; }

    /// <summary>1 for each action that was allowed at s_t, <c>[count, maskLength]</c>.</summary>
    public byte[] Masks { get; }

    /// <summary>1 for each action that is allowed at s_{t+1}, <c>[count, maskLength]</c>.</summary>
    public byte[] NextMasks { get; }

    /// <summary>The learner's own columns, in the order in which the buffer was given them.</summary>
    public Rows Columns { get; }
}
