using Bellman.Numerics;

namespace Bellman;

/// <summary>Shows observations late, by as many steps in all episodes or by a number drawn for each. Until enough of them are there, the first one is shown. Rewards and ends come at once, and so does the observation with which an episode ends.</summary>
public sealed class ObservationDelay : StatefulWrapper
{
    private readonly Rows queue;
    private readonly DelayRange range;
    private int next;

    /// <summary>Delays observations.</summary>
    /// <param name="inner">The environment inside.</param>
    /// <param name="steps">How many steps late.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public ObservationDelay(IEnvironment inner, int steps)
        : this(inner, steps, steps)
    {
    }

    /// <summary>Delays observations by another number of steps in each episode.</summary>
    /// <param name="inner">The environment inside.</param>
    /// <param name="least">The fewest steps late; 0 for at once.</param>
    /// <param name="most">The most steps late; each number between is drawn as often.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fewest are negative, or the most less than the fewest.</exception>
    public ObservationDelay(IEnvironment inner, int least, int most)
        : base(inner)
    {
        range = new DelayRange(least, most);
        queue = new Rows(Inner.ObservationSpace.Layout, most + 1);
    }

    /// <summary>How many steps late observations are in this episode.</summary>
    public int Steps { get; private set; }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        (next, Steps) = (0, range.Draw(random));
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
        var shown = result.Terminated || result.Truncated ? next : (next + queue.Count - Steps) % queue.Count;
        next = (next + 1) % queue.Count;
        queue.Give(shown, observation);
        return result;
    }

    /// <inheritdoc/>
    /// <remarks>What is shown is another state than the model speaks of.</remarks>
    public override bool Withdraws(Type capability) => capability == typeof(IGoal) || capability == typeof(IFiniteMdp) || base.Withdraws(capability);

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
}
