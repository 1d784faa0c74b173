using Bellman.Numerics;

namespace Bellman;

/// <summary>Repeats the last action instead of the chosen one, now and then, so that a task without chance cannot be learnt by heart (Machado et al. 2018, arXiv:1709.06009; there 0.25).</summary>
/// <param name="inner">The environment inside.</param>
/// <param name="probability">How often, in [0, 1].</param>
public sealed class StickyActions(IEnvironment inner, double probability = 0.25) : StatefulWrapper(inner)
{
    private readonly double probability = probability is >= 0 and <= 1 ? probability : throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies in [0, 1].");
    private readonly Rows last = new(inner.ActionSpace.Layout, 1);
    private RandomStream random = new(0);
    private bool began;

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        this.random = random;
        began = false;
        Inner.Reset(random, observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        if (!began || !(random.NextDouble() < probability))
        {
            last.Take(0, action);
        }

        began = true;
        return Inner.Step(last.Reader(0), observation);
    }

    /// <inheritdoc/>
    /// <remarks>An action that is repeated may not be allowed any more, so masks hold no longer.</remarks>
    public override bool Withdraws(Type capability) => capability == typeof(IFiniteMdp) || capability == typeof(IActionMask) || base.Withdraws(capability);

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer)
    {
        writer.Write(began);
        writer.Write(last);
    }

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader)
    {
        began = reader.ReadBoolean();
        reader.Read(last);
    }
}
