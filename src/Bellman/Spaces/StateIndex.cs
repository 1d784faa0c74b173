namespace Bellman;

/// <summary>Numbers the values of a finite space: a discrete value less its start, bits and entries of tuples and dictionaries as digits, the last one changing fastest.</summary>
public sealed class StateIndex
{
    private readonly List<(int Leaf, int Element, int Start, int Count, bool Bit)> digits = [];
    private readonly bool single;

    /// <summary>Numbers for a space.</summary>
    /// <exception cref="ArgumentException">The space is not finite, or has more values than an array has places.</exception>
    public StateIndex(Space space)
    {
        ArgumentNullException.ThrowIfNull(space);
        var leaf = 0;
        Add(space, space, ref leaf);
        var count = 1L;
        foreach (var digit in digits)
        {
            count = Math.Min(count * digit.Count, long.MaxValue / 65_536);
        }

        if (count > Array.MaxLength)
        {
            throw new ArgumentException($"A table needs a number for each state, but {space} has {count} or more; take an algorithm with a network.", nameof(space));
        }

        Count = (int)count;
        single = space is DiscreteSpace;
    }

    /// <summary>How many values there are.</summary>
    public int Count { get; }

    /// <summary>The number of a value, from 0.</summary>
    public int Of(RowReader value)
    {
        if (single)
        {
            return value.Integers[0] - digits[0].Start;
        }

        var number = 0;
        foreach (var (leaf, element, start, count, bit) in digits)
        {
            number = (number * count) + (bit ? value[leaf].Bytes[element] : value[leaf].Integers[element]) - start;
        }

        return number;
    }

    private void Add(Space whole, Space space, ref int leaf)
    {
        switch (space)
        {
            case DiscreteSpace discrete:
                digits.Add((leaf++, 0, discrete.Start, discrete.Count, false));
                break;
            case MultiDiscreteSpace several:
                for (var i = 0; i < several.Counts.Count; i++)
                {
                    digits.Add((leaf, i, 0, several.Counts[i], false));
                }

                leaf++;
                break;
            case MultiBinarySpace bits:
                for (var i = 0; i < bits.Count; i++)
                {
                    digits.Add((leaf, i, 0, 2, true));
                }

                leaf++;
                break;
            case CompositeSpace composite:
                foreach (var (_, part) in composite.Parts)
                {
                    Add(whole, part, ref leaf);
                }

                break;
            default:
                throw new ArgumentException($"A table needs finitely many states, but {whole} has others; take an algorithm with a network, or a wrapper that divides it into cells.", nameof(space));
        }
    }
}
