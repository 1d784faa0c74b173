using Bellman.Numerics;

namespace Bellman;

/// <summary>Adds to a vector of floats the share of the time limit that is over, so that the value of a state near the limit can be known (Pardo et al. 2018, arXiv:1712.00378).</summary>
public sealed class TimeAware : StatefulWrapper
{
    private readonly Rows raw;
    private readonly int limit;
    private int elapsed;

    /// <summary>Adds the time.</summary>
    /// <param name="inner">The environment inside; its observations are a vector of floats.</param>
    /// <param name="limit">After how many steps the time is over.</param>
    /// <exception cref="ArgumentException">The observations are something else.</exception>
    public TimeAware(IEnvironment inner, int limit)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        this.limit = limit;
        var box = RowCopies.FloatBox(Inner.ObservationSpace, nameof(TimeAware), "a vector");
        raw = new Rows(box.Layout, 1);
        ObservationSpace = new BoxSpace([.. box.Low, 0], [.. box.High, 1]);
    }

    /// <inheritdoc/>
    public override Space ObservationSpace { get; }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        elapsed = 0;
        Inner.Reset(random, raw.Writer(0));
        Show(observation.Floats);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        elapsed++;
        var result = Inner.Step(action, raw.Writer(0));
        Show(observation.Floats);
        return result;
    }

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer) => writer.Write(elapsed);

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader) => elapsed = reader.ReadInt32();

    private void Show(Span<float> values)
    {
        raw.Floats().CopyTo(values);
        values[^1] = Math.Min(1, (float)elapsed / limit);
    }
}
