namespace Bellman;

/// <summary>Takes actions between two bounds of one's choice and stretches them to the bounds of the environment inside.</summary>
public sealed class RescaleAction : StatefulWrapper
{
    private readonly BoxSpace bounds;
    private readonly Rows stretched;
    private readonly float low;
    private readonly float high;

    /// <summary>Stretches actions.</summary>
    /// <param name="inner">The environment inside; its actions are a box of floats with finite bounds.</param>
    /// <param name="low">What stands for the lower bounds.</param>
    /// <param name="high">What stands for the upper bounds.</param>
    /// <exception cref="ArgumentException">The actions are something else, or the bounds are in the wrong order.</exception>
    public RescaleAction(IEnvironment inner, float low = -1, float high = 1)
        : base(inner)
    {
        bounds = RowCopies.FloatBox(Inner.ActionSpace, nameof(RescaleAction), "a box of actions");
        if (!(low < high) || !float.IsFinite(high - low) || bounds.Low.ContainsAny(float.NegativeInfinity, float.PositiveInfinity) || bounds.High.ContainsAny(float.NegativeInfinity, float.PositiveInfinity))
        {
            throw new ArgumentException($"RescaleAction needs finite bounds, but was given [{low}, {high}] for {bounds}.", nameof(low));
        }

        (this.low, this.high) = (low, high);
        stretched = new Rows(bounds.Layout, 1);
        ActionSpace = bounds.WithBounds(low, high);
    }

    /// <inheritdoc/>
    public override Space ActionSpace { get; }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var asked = action.Floats;
        var given = stretched.Floats();
        for (var i = 0; i < given.Length; i++)
        {
            var share = (asked[i] - low) / (high - low);
            given[i] = bounds.Low[i] + (share * (bounds.High[i] - bounds.Low[i]));
        }

        return Inner.Step(stretched.Reader(0), observation);
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability != typeof(IStateVector) && base.Withdraws(capability);
}
