using Bellman.Numerics;

namespace Bellman;

/// <summary>Shows observations late. Until enough of them are there, the first one is shown. Rewards and ends come at once, and so does the observation with which an episode ends.</summary>
public sealed class ObservationDelay : StatefulWrapper
{
    private readonly Rows queue;
    private int next;

    /// <summary>Delays observations.</summary>
    /// <param name="inner">The environment inside.</param>
    /// <param name="steps">How many steps late.</param>
    public ObservationDelay(IEnvironment inner, int steps)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        queue = new Rows(Inner.ObservationSpace.Layout, steps + 1);
    }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        next = 0;
        Inner.Reset(random, queue.Writer(0));
        for (var row = 1; row < queue.Count; row++)
        {
            queue.CopyRow(0, queue, row);
        }

        queue.Give(0, observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, queue.Writer(next));
        var shown = result.Terminated || result.Truncated ? next : (next + 1) % queue.Count;
        next = (next + 1) % queue.Count;
        queue.Give(shown, observation);
        return result;
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IGoal) || base.Withdraws(capability);

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer)
    {
        writer.Write(next);
        writer.Write(queue);
    }

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader)
    {
        next = reader.ReadInt32();
        reader.Read(queue);
    }
}
