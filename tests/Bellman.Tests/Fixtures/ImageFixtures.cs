namespace Bellman.Tests;

/// <summary>A byte image of 4 × 4 in which one column is bright; the answer is which. Right answers earn 1, so the optimum is 8.</summary>
internal sealed class ByteImageFixture() : FixtureEnvironment(BoxSpace.Bytes(4, 4, 1), new DiscreteSpace(4))
{
    private int column;

    protected override void Ask(RowWriter observation)
    {
        column = Random.Choice(4);
        for (var i = 0; i < observation.Bytes.Length; i++)
        {
            observation.Bytes[i] = (byte)(i % 4 == column ? 255 - i : i);
        }
    }

    protected override double Answer(RowReader action) => action.Integers[0] == column ? 1 : 0;
}

/// <summary>
/// A dictionary of an image, bright above or below, and a number; the answer, 1 or 2, is whether the number's sign says the same. Neither part tells it alone.
/// Right answers earn 1, so the optimum is 8.
/// </summary>
internal sealed class DictionaryFixture() : FixtureEnvironment(new DictSpace(("camera", BoxSpace.Bytes(2, 2, 1)), ("speed", new BoxSpace(-1, 1, 1))), new DiscreteSpace(2, start: 1))
{
    private int answer;

    protected override void Ask(RowWriter observation)
    {
        var (above, positive) = (Random.Choice(2), Random.Choice(2));
        answer = above == positive ? 1 : 2;
        var pixels = observation["camera"].Bytes;
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i / 2 == above ? 0 : 255);
        }

        observation["speed"].Floats[0] = positive != 0 ? 1 : -1;
    }

    protected override double Answer(RowReader action) => action.Integers[0] == answer ? 1 : 0;
}
