namespace Bellman.Numerics;

/// <summary>
/// A value on a <see cref="Numerics.Tape"/>: float32 elements, contiguous, the last axis fastest. It lives until the tape is reset and is refused after that.
/// Two tensors combine elementwise if their shapes are equal, if one has a single element, or if one's axes are the other's last ones;
/// nothing else is broadcast: <c>[64]</c> with <c>[64, 1]</c> is an error.
/// </summary>
public readonly unsafe partial struct Tensor
{
    internal Tensor(Tape tape, int index, int generation)
    {
        Tape = tape;
        Index = index;
        Generation = generation;
    }

    /// <summary>The tape that holds the value.</summary>
    public Tape Tape { get; }

    /// <summary>The sizes of the axes.</summary>
    public Shape Shape => Tape.Node(this).Shape;

    /// <summary>How many elements.</summary>
    public int Count => (int)Tape.Node(this).Count;

    /// <summary>The elements. They may be read until the tape is reset.</summary>
    public ReadOnlySpan<float> Values
    {
        get
        {
            ref var node = ref Tape.Node(this);
            return new ReadOnlySpan<float>(node.Value, (int)node.Count);
        }
    }

    /// <summary>The element of a tensor that has one.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one element.</exception>
    public float Item
    {
        get
        {
            ref var node = ref Tape.Node(this);
            return node.Count == 1
                ? *node.Value
                : throw new InvalidOperationException($"Item needs one element, but the shape is {node.Shape}.");
        }
    }

    internal int Index { get; }

    internal int Generation { get; }

    /// <summary>Copies the elements out, to be kept beyond the tape's reset.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<float> destination) => Values.CopyTo(destination);

    /// <summary>A copy in memory of its own, to be kept beyond the tape's reset until it is disposed.</summary>
    public StoredTensor Clone() => new(Shape, Values);

    /// <summary>The shape and the first elements.</summary>
    public override string ToString() => Tape is null
        ? "no tensor"
        : $"{Shape} {string.Join(", ", Values[..Math.Min(8, Count)].ToArray())}{(Count > 8 ? ", …" : "")}";
}
