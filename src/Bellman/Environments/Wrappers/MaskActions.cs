namespace Bellman;

/// <summary>Forbids actions: a function clears what is not allowed now, on top of what the environment inside forbids.</summary>
public sealed class MaskActions : StatefulWrapper, IActionMask
{
    private readonly IActionMask? inner;
    private readonly MaskFunction forbid;

    /// <summary>Forbids actions.</summary>
    /// <param name="inner">The environment inside.</param>
    /// <param name="forbid">Clears the entries of actions that are not allowed at the last observation.</param>
    /// <exception cref="ArgumentException">The actions have no discrete choice.</exception>
    public MaskActions(IEnvironment inner, MaskFunction forbid)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(forbid);
        this.inner = Inner.As<IActionMask>();
        this.forbid = forbid;
        MaskLength = Length(Inner.ActionSpace);
        if (MaskLength == 0)
        {
            throw new ArgumentException($"There is nothing to choose among in {Inner.ActionSpace}, so nothing to forbid.", nameof(inner));
        }
    }

    /// <summary>Clears what is not allowed now.</summary>
    /// <param name="mask">One entry for each value of each discrete choice.</param>
    public delegate void MaskFunction(Span<byte> mask);

    /// <inheritdoc/>
    public int MaskLength { get; }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability != typeof(IStateVector) && base.Withdraws(capability);

    /// <inheritdoc/>
    public void WriteMask(Span<byte> mask)
    {
        mask.Fill(1);
        inner?.WriteMask(mask);
        forbid(mask);
    }

    private static int Length(Space space) => space switch
    {
        DiscreteSpace discrete => discrete.Count,
        MultiDiscreteSpace multi => multi.Counts.Sum(),
        MultiBinarySpace bits => 2 * bits.Count,
        CompositeSpace composite => composite.Parts.Sum(part => Length(part.Space)),
        _ => 0,
    };
}
