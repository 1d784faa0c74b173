namespace Bellman;

/// <summary>Makes continuous actions a choice among the points of a grid: each axis has evenly spaced values from its lower bound to its upper one.</summary>
public sealed class DiscretizeAction : StatefulWrapper
{
    private const int MostJointActions = 4096;

    private readonly BoxSpace bounds;
    private readonly Rows chosen;
    private readonly int levels;

    /// <summary>Lays a grid over the actions.</summary>
    /// <param name="inner">The environment inside; its actions are a box of floats with finite bounds.</param>
    /// <param name="levels">How many values each axis has.</param>
    /// <param name="joint">Whether one number chooses a point of the whole grid; otherwise each axis has a choice of its own.</param>
    /// <exception cref="ArgumentException">The actions are something else, there are fewer than two values, or the grid is too large for one number.</exception>
    public DiscretizeAction(IEnvironment inner, int levels, bool joint = true)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        bounds = RowCopies.FloatBox(Inner.ActionSpace, nameof(DiscretizeAction), "a box of actions");
        if (bounds.Low.ContainsAny(float.NegativeInfinity, float.PositiveInfinity) || bounds.High.ContainsAny(float.NegativeInfinity, float.PositiveInfinity))
        {
            throw new ArgumentException($"A grid needs finite bounds, but the actions are {bounds}; clip or rescale them first.", nameof(inner));
        }

        if (joint && Math.Pow(levels, bounds.Length) > MostJointActions)
        {
            throw new ArgumentException($"A grid of {levels} values on {bounds.Length} axes has {Math.Pow(levels, bounds.Length):0} points, above {MostJointActions}; let each axis choose alone.", nameof(joint));
        }

        this.levels = levels;
        chosen = new Rows(bounds.Layout, 1);
        ActionSpace = joint ? new DiscreteSpace((int)Math.Pow(levels, bounds.Length)) : new MultiDiscreteSpace([.. Enumerable.Repeat(levels, bounds.Length)]);
    }

    /// <inheritdoc/>
    public override Space ActionSpace { get; }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        // The last axis changes fastest.
        var rest = action.Integers[0];
        var values = chosen.Floats();
        for (var i = values.Length - 1; i >= 0; i--)
        {
            var level = ActionSpace is DiscreteSpace ? rest % levels : action.Integers[i];
            rest /= levels;
            values[i] = bounds.Low[i] + ((bounds.High[i] - bounds.Low[i]) * level / (levels - 1));
        }

        return Inner.Step(chosen.Reader(0), observation);
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IActionMask) || (capability != typeof(IStateVector) && base.Withdraws(capability));
}
