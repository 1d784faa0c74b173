using Bellman.Numerics;

namespace Bellman;

/// <summary>A set of values: what observations or actions may be. Spaces are immutable and compare by what they contain.</summary>
public abstract class Space : IEquatable<Space>
{
    private protected Space(RowLayout layout) => Layout = layout;

    /// <summary>How a value lies in memory.</summary>
    public RowLayout Layout { get; }

    /// <summary>Whether a value belongs to the space. NaN never does.</summary>
    public abstract bool Contains(RowReader row);

    /// <summary>Draws a value: uniformly where the space is bounded, normally or exponentially where it is not.</summary>
    public abstract void Sample(RandomStream random, RowWriter row);

    /// <inheritdoc/>
    public abstract bool Equals(Space? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Space);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>The layout of a space with one leaf.</summary>
    private protected static RowLayout OneLeaf(ElementType type, params int[] shape) => new([new RowLeaf("", type, shape)]);
}
