using Bellman.Numerics;

namespace Bellman;

/// <summary>A choice among <see cref="Count"/> values, <see cref="Start"/> and up. In a row it is that number itself, start + index.</summary>
public sealed class DiscreteSpace : Space
{
    /// <summary>The values from <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> − 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no value.</exception>
    public DiscreteSpace(int count, int start = 0)
        : base(OneLeaf(ElementType.Int32, 1))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        Count = count;
        Start = start;
    }

    /// <summary>How many values.</summary>
    public int Count { get; }

    /// <summary>The least value.</summary>
    public int Start { get; }

    /// <inheritdoc/>
    public override bool Contains(RowReader row) => row.Integers.Length == 1 && row.Integers[0] >= Start && row.Integers[0] - Start < Count;

    /// <inheritdoc/>
    public override void Sample(RandomStream random, RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(random);
        row.Integers[0] = Start + (int)random.Integers(0, Count);
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is DiscreteSpace discrete && Count == discrete.Count && Start == discrete.Start;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, Start);

    /// <summary>As Gymnasium prints it: <c>Discrete(2)</c>.</summary>
    public override string ToString() => Start == 0 ? $"Discrete({Count})" : $"Discrete({Count}, start={Start})";
}

/// <summary>Several choices at once, each from 0 up.</summary>
public sealed class MultiDiscreteSpace : Space
{
    /// <summary>One choice for each count.</summary>
    /// <exception cref="ArgumentException">There is no choice, or one has no value.</exception>
    public MultiDiscreteSpace(params int[] counts)
        : base(OneLeaf(ElementType.Int32, Math.Max(1, counts?.Length ?? 0)))
    {
        ArgumentNullException.ThrowIfNull(counts);
        Counts = counts.Length > 0 && counts.All(count => count > 0)
            ? [.. counts]
            : throw new ArgumentException($"Each choice needs at least one value, but the counts are [{string.Join(", ", counts)}].", nameof(counts));
    }

    /// <summary>How many values each choice has.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <inheritdoc/>
    public override bool Contains(RowReader row)
    {
        var values = row.Integers;
        for (var i = 0; i < values.Length; i++)
        {
            if ((uint)values[i] >= (uint)Counts[i])
            {
                return false;
            }
        }

        return values.Length == Counts.Count;
    }

    /// <inheritdoc/>
    public override void Sample(RandomStream random, RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < Counts.Count; i++)
        {
            row.Integers[i] = (int)random.Integers(0, Counts[i]);
        }
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is MultiDiscreteSpace multi && Counts.SequenceEqual(multi.Counts);

    /// <inheritdoc/>
    public override int GetHashCode() => Counts.Aggregate(17, HashCode.Combine);

    /// <summary>As Gymnasium prints it: <c>MultiDiscrete([3 2])</c>.</summary>
    public override string ToString() => $"MultiDiscrete([{string.Join(" ", Counts)}])";
}

/// <summary>Bits, each a byte of 0 or 1.</summary>
public sealed class MultiBinarySpace : Space
{
    /// <summary>So many bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public MultiBinarySpace(int count)
        : base(OneLeaf(ElementType.Byte, Math.Max(1, count)))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        Count = count;
    }

    /// <summary>How many bits.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public override bool Contains(RowReader row) => row.Bytes.Length == Count && !row.Bytes.ContainsAnyExceptInRange((byte)0, (byte)1);

    /// <inheritdoc/>
    public override void Sample(RandomStream random, RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(random);
        foreach (ref var bit in row.Bytes)
        {
            bit = (byte)random.Integers(0, 2);
        }
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is MultiBinarySpace binary && Count == binary.Count;

    /// <inheritdoc/>
    public override int GetHashCode() => Count;

    /// <summary>As Gymnasium prints it: <c>MultiBinary(4)</c>.</summary>
    public override string ToString() => $"MultiBinary({Count})";
}
