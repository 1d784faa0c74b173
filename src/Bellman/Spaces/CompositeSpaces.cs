using Bellman.Numerics;

namespace Bellman;

/// <summary>Several spaces side by side; the base of tuples and dictionaries, which differ in how their parts are named.</summary>
public abstract class CompositeSpace : Space
{
    private readonly int[] firstLeaves;

    private protected CompositeSpace(IReadOnlyList<(string Name, Space Space)> parts)
        : base(new RowLayout([.. parts.SelectMany(part => part.Space.Layout.Leaves.Select(leaf => leaf with { Name = leaf.Name.Length == 0 ? part.Name : $"{part.Name}.{leaf.Name}" }))]))
    {
        Parts = parts;
        firstLeaves = new int[parts.Count];
        for (var i = 1; i < parts.Count; i++)
        {
            firstLeaves[i] = firstLeaves[i - 1] + parts[i - 1].Space.Layout.Leaves.Count;
        }
    }

    /// <summary>The parts with their names, in order.</summary>
    public IReadOnlyList<(string Name, Space Space)> Parts { get; }

    /// <inheritdoc/>
    public override bool Contains(RowReader row) => Contains(row, 0);

    /// <inheritdoc/>
    public override void Sample(RandomStream random, RowWriter row) => Sample(random, row, 0);

    private bool Contains(RowReader row, int offset)
    {
        for (var i = 0; i < Parts.Count; i++)
        {
            var leaf = offset + firstLeaves[i];
            if (!(Parts[i].Space is CompositeSpace inner ? inner.Contains(row, leaf) : Parts[i].Space.Contains(row[leaf])))
            {
                return false;
            }
        }

        return true;
    }

    private void Sample(RandomStream random, RowWriter row, int offset)
    {
        for (var i = 0; i < Parts.Count; i++)
        {
            var leaf = offset + firstLeaves[i];
            if (Parts[i].Space is CompositeSpace inner)
            {
                inner.Sample(random, row, leaf);
            }
            else
            {
                Parts[i].Space.Sample(random, row[leaf]);
            }
        }
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is CompositeSpace composite && GetType() == other.GetType() && Parts.SequenceEqual(composite.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Aggregate(17, (hash, part) => HashCode.Combine(hash, part.Name, part.Space));
}

/// <summary>Several spaces by position; the leaves are named "0", "1" and so on.</summary>
public sealed class TupleSpace : CompositeSpace
{
    /// <summary>The spaces in order.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public TupleSpace(params Space[] spaces)
        : base(spaces is { Length: > 0 } ? [.. spaces.Select((space, i) => ($"{i}", space))] : throw new ArgumentException("A tuple needs at least one space.", nameof(spaces)))
    {
    }

    /// <summary>As Gymnasium prints it: <c>Tuple(Discrete(2), Box(…))</c>.</summary>
    public override string ToString() => $"Tuple({string.Join(", ", Parts.Select(part => part.Space))})";
}

/// <summary>Several spaces by name, in the order given.</summary>
public sealed class DictSpace : CompositeSpace
{
    /// <summary>The spaces by name.</summary>
    /// <exception cref="ArgumentException">There is none, a name is empty or has a dot, or a name comes twice.</exception>
    public DictSpace(params (string Name, Space Space)[] spaces)
        : base(Checked(spaces))
    {
    }

    /// <summary>As Gymnasium prints it: <c>Dict('camera': Box(…), 'speed': Box(…))</c>.</summary>
    public override string ToString() => $"Dict({string.Join(", ", Parts.Select(part => $"'{part.Name}': {part.Space}"))})";

    private static (string Name, Space Space)[] Checked((string Name, Space Space)[] spaces)
    {
        ArgumentNullException.ThrowIfNull(spaces);
        if (spaces.Length == 0 || spaces.Any(part => part.Name.Length == 0 || part.Name.Contains('.')) || spaces.DistinctBy(part => part.Name).Count() < spaces.Length)
        {
            throw new ArgumentException($"A dictionary needs names that differ, are not empty and have no dot, but was given [{string.Join(", ", spaces.Select(part => $"'{part.Name}'"))}].", nameof(spaces));
        }

        return [.. spaces];
    }
}
