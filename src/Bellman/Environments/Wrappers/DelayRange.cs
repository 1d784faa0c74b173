using Bellman.Numerics;

namespace Bellman;

/// <summary>Between which numbers of steps a delay is drawn for each episode.</summary>
internal readonly struct DelayRange
{
    private readonly int least;
    private readonly int most;

    /// <exception cref="ArgumentOutOfRangeException">The fewest are negative, or the most less than the fewest.</exception>
    public DelayRange(int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        (this.least, this.most) = (least, most);
    }

    /// <summary>An episode's delay. A delay that is always the same takes no random number.</summary>
    public int Draw(RandomStream random) => least == most ? most : least + random.Choice(most - least + 1);

    /// <summary>Reads the place in a queue of <c>most + 1</c> rows, and the delay.</summary>
    /// <exception cref="InvalidDataException">They are none of this wrapper's.</exception>
    public (int Next, int Steps) Read(BinaryReader reader)
    {
        var (next, steps) = (reader.ReadInt32(), reader.ReadInt32());
        return next >= 0 && next <= most && steps >= least && steps <= most
            ? (next, steps)
            : throw new InvalidDataException($"The saved delay is {steps} at place {next}, but delays are {least} to {most} here.");
    }
}
