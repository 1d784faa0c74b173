using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Lets actions arrive late, by as many steps in all episodes or by a number drawn for each. Until the first one arrives the idle action is taken: zeros, or what of the space comes nearest.
/// </summary>
public sealed class ActionDelay : StatefulWrapper
{
    private readonly Rows queue;
    private readonly DelayRange range;
    private int next;

    /// <summary>Delays actions.</summary>
    /// <param name="inner">The environment inside.</param>
    /// <param name="steps">How many steps late.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public ActionDelay(IEnvironment inner, int steps)
        : this(inner, steps, steps)
    {
    }

    /// <summary>Delays actions by another number of steps in each episode.</summary>
    /// <param name="inner">The environment inside.</param>
    /// <param name="least">The fewest steps late; 0 for at once.</param>
    /// <param name="most">The most steps late; each number between is drawn as often.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fewest are negative, or the most less than the fewest.</exception>
    public ActionDelay(IEnvironment inner, int least, int most)
        : base(inner)
    {
        range = new DelayRange(least, most);
        queue = new Rows(Inner.ActionSpace.Layout, most + 1);
    }

    /// <summary>How many steps late actions are in this episode.</summary>
    public int Steps { get; private set; }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        (next, Steps) = (0, range.Draw(random));
        for (var row = 0; row < queue.Count; row++)
        {
            Idle(Inner.ActionSpace, row, 0);
        }

        Inner.Reset(random, observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        queue.Take(next, action);
        var due = (next + queue.Count - Steps) % queue.Count;
        next = (next + 1) % queue.Count;
        return Inner.Step(queue.Reader(due), observation);
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IFiniteMdp) || capability == typeof(IActionMask) || base.Withdraws(capability);

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer)
    {
        writer.Write(next);
        writer.Write(Steps);
        writer.Write(queue);
    }

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader)
    {
        (next, Steps) = range.Read(reader);
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
