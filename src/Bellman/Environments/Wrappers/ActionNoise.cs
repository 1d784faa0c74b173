using Bellman.Numerics;

namespace Bellman;

/// <summary>Adds Gaussian noise to continuous actions, clipped to their bounds: a motor that does not quite do what it is told.</summary>
public sealed class ActionNoise : StatefulWrapper
{
    private readonly BoxSpace bounds;
    private readonly Rows disturbed;
    private readonly double deviation;
    private RandomStream random = new(0);

    /// <summary>Adds noise.</summary>
    /// <param name="inner">The environment inside; its actions are a box of floats.</param>
    /// <param name="deviation">Its standard deviation, in the actions' units.</param>
    /// <exception cref="ArgumentException">The actions are something else, or the deviation is negative.</exception>
    public ActionNoise(IEnvironment inner, double deviation)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        bounds = RowCopies.FloatBox(Inner.ActionSpace, nameof(ActionNoise), "a box of actions");
        disturbed = new Rows(bounds.Layout, 1);
        this.deviation = deviation;
    }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        this.random = random;
        Inner.Reset(random, observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var asked = action.Floats;
        var given = disturbed.Floats();
        for (var i = 0; i < given.Length; i++)
        {
            given[i] = Math.Clamp((float)(asked[i] + random.Normal(0, deviation)), bounds.Low[i], bounds.High[i]);
        }

        return Inner.Step(disturbed.Reader(0), observation);
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability != typeof(IStateVector) && base.Withdraws(capability);
}
