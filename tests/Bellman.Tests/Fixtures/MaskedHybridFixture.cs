namespace Bellman.Tests;

/// <summary>
/// A choice of three, one of which is forbidden anew in every step, and a number to hit. Choice i earns i / 2, a number x away from the target 1 − x².
/// Two thirds of the time the best choice is allowed, so the optimum is 8 · (1 + 5/6) = 14⅔ on average; a forbidden choice is an error.
/// </summary>
internal sealed class MaskedHybridFixture() : FixtureEnvironment(new BoxSpace(-1, 1, 1), new DictSpace(("gear", new DiscreteSpace(3)), ("wheel", new BoxSpace(-1, 1, 1)))), IActionMask
{
    private int forbidden;
    private float target;

    public int MaskLength => 3;

    public void WriteMask(Span<byte> mask)
    {
        mask.Fill(1);
        mask[forbidden] = 0;
    }

    // The observation does not tell what is forbidden: only the mask does.
    protected override void Ask(RowWriter observation)
    {
        forbidden = Random.Choice(3);
        target = (float)Random.Uniform(-0.8, 0.8);
        observation.Floats[0] = target;
    }

    protected override double Answer(RowReader action)
    {
        var (gear, wheel) = (action["gear"].Integers[0], action["wheel"].Floats[0]);
        if (gear == forbidden || !(Math.Abs(wheel) <= 1))
        {
            throw new InvalidOperationException($"The action ({gear}, {wheel}) is not allowed.");
        }

        return (gear / 2.0) + 1 - ((wheel - target) * (wheel - target));
    }
}
