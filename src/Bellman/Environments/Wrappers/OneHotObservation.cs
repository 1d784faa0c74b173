using Bellman.Numerics;

namespace Bellman;

/// <summary>Shows a discrete observation as a one among zeros.</summary>
public sealed class OneHotObservation : StatefulWrapper
{
    private readonly DiscreteSpace space;
    private readonly Rows raw;

    /// <summary>Shows ones among zeros.</summary>
    /// <param name="inner">The environment inside; its observations are discrete.</param>
    /// <exception cref="ArgumentException">The observations are something else.</exception>
    public OneHotObservation(IEnvironment inner)
        : base(inner)
    {
        space = Inner.ObservationSpace as DiscreteSpace ?? throw new ArgumentException($"OneHotObservation needs discrete observations, but has {Inner.ObservationSpace}; FlattenObservation takes any.", nameof(inner));
        raw = new Rows(space.Layout, 1);
        ObservationSpace = new BoxSpace(0, 1, space.Count);
    }

    /// <inheritdoc/>
    public override Space ObservationSpace { get; }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        Inner.Reset(random, raw.Writer(0));
        Show(observation.Floats);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, raw.Writer(0));
        Show(observation.Floats);
        return result;
    }

    private void Show(Span<float> values)
    {
        values.Clear();
        values[raw.Integers()[0] - space.Start] = 1;
    }
}
