using Bellman.Numerics;

namespace Bellman;

/// <summary>Lets actions arrive late. Until the first one does, the idle action is taken: zeros, or what of the space comes nearest.</summary>
public sealed class ActionDelay : StatefulWrapper
{
    private readonly Rows queue;
    private int next;

    /// <summary>Delays actions.</summary>
    /// <param name="inner">The environment inside.</param>
    /// <param name="steps">How many steps late.</param>
    public ActionDelay(IEnvironment inner, int steps)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        queue = new Rows(Inner.ActionSpace.Layout, steps + 1);
    }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        next = 0;
        for (var row = 0; row < queue.Count; row++)
        {
            Idle(Inner.ActionSpace, row, 0);
        }

        Inner.Reset(random, observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        // One place more than the delay: what was written so many steps ago comes round again.
        queue.Take(next, action);
        next = (next + 1) % queue.Count;
        return Inner.Step(queue.Reader(next), observation);
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IFiniteMdp) || capability == typeof(IActionMask) || base.Withdraws(capability);

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

    private int Idle(Space space, int row, int leaf)
    {
        if (space is CompositeSpace composite)
        {
            foreach (var (_, part) in composite.Parts)
            {
                leaf = Idle(part, row, leaf);
            }

            return leaf;
        }

        queue.Raw(leaf, row).Clear();
        var value = queue.Writer(row)[leaf];
        if (space is BoxSpace { Type: ElementType.Float32 } box)
        {
            for (var i = 0; i < box.Length; i++)
            {
                value.Floats[i] = Math.Clamp(0, box.Low[i], box.High[i]);
            }
        }
        else if (space is DiscreteSpace discrete)
        {
            value.Integers[0] = discrete.Start;
        }

        return leaf + 1;
    }
}
