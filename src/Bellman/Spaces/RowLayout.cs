namespace Bellman;

/// <summary>What a column of rows holds.</summary>
public enum ElementType
{
    /// <summary>32-bit floats.</summary>
    Float32,

    /// <summary>32-bit whole numbers: discrete values, as start + index.</summary>
    Int32,

    /// <summary>Bytes: images and bits.</summary>
    Byte,
}

/// <summary>One typed part of a row: the whole of a simple space, or one entry of a tuple or dictionary.</summary>
/// <param name="Name">Empty for a simple space; the path of keys or positions, joined by dots, for a nested one.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">The sizes of its axes, outermost first.</param>
public sealed record RowLeaf(string Name, ElementType Type, IReadOnlyList<int> Shape)
{
    /// <summary>How many elements a row of it has.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, size) => checked(product * size));

    /// <inheritdoc/>
    public bool Equals(RowLeaf? other) => other is not null && Name == other.Name && Type == other.Type && Shape.SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Length);
}

/// <summary>How a value of a space lies in memory: one typed column for each leaf.</summary>
/// <param name="leaves">The leaves, in the space's order.</param>
public sealed class RowLayout(IReadOnlyList<RowLeaf> leaves)
{
    /// <summary>The leaves, in the space's order.</summary>
    public IReadOnlyList<RowLeaf> Leaves { get; } = leaves;

    /// <summary>The position of a leaf.</summary>
    /// <exception cref="ArgumentException">No leaf has that name.</exception>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Leaves.Count; i++)
        {
            if (Leaves[i].Name == name)
            {
                return i;
            }
        }

        throw new ArgumentException($"The row has no entry '{name}'; it has {string.Join(", ", Leaves.Select(leaf => $"'{leaf.Name}'"))}.", nameof(name));
    }
}
