namespace Bellman.Tests;

/// <summary>
/// A hidden bit flips when a random draw says so, and the observation tells only whether it flipped just now and what it was at first: the state is more than what is seen,
/// and all of it can be saved in mid-episode. The answer is whether it flipped; right answers earn 1, so the optimum is 8. The hidden bit scales a second number, which only tells states apart.
/// </summary>
internal sealed class StatefulFixture() : FixtureEnvironment(new BoxSpace(-9, 9, 2), new DiscreteSpace(2)), IStateful
{
    private int hidden, flipped;

    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Steps);
        writer.Write(hidden);
        writer.Write(flipped);
    }

    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (Steps, hidden, flipped) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
    }

    protected override void Ask(RowWriter observation)
    {
        hidden = Steps == 0 ? 0 : hidden;
        flipped = Random.Choice(2);
        hidden ^= flipped;
        observation.Floats[0] = (2 * flipped) - 1;
        observation.Floats[1] = Steps == Length / 2 ? hidden : 0;
    }

    protected override double Answer(RowReader action) => action.Integers[0] == flipped ? 1 : 0;
}
