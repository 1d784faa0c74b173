namespace Bellman;

/// <summary>Takes any numbers as actions and clips them to the bounds of the environment inside.</summary>
public sealed class ClipAction : StatefulWrapper
{
    private readonly BoxSpace bounds;
    private readonly Rows clipped;

    /// <summary>Clips actions.</summary>
    /// <param name="inner">The environment inside; its actions are a box of floats.</param>
    /// <exception cref="ArgumentException">The actions are something else.</exception>
    public ClipAction(IEnvironment inner)
        : base(inner)
    {
        bounds = RowCopies.FloatBox(Inner.ActionSpace, nameof(ClipAction), "a box of actions");
        clipped = new Rows(bounds.Layout, 1);
        ActionSpace = bounds.WithBounds(float.NegativeInfinity, float.PositiveInfinity);
    }

    /// <inheritdoc/>
    public override Space ActionSpace { get; }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var asked = action.Floats;
        var given = clipped.Floats();
        for (var i = 0; i < given.Length; i++)
        {
            given[i] = Math.Clamp(asked[i], bounds.Low[i], bounds.High[i]);
        }

        return Inner.Step(clipped.Reader(0), observation);
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability != typeof(IStateVector) && base.Withdraws(capability);
}
