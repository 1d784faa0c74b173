namespace Bellman.Numerics;

/// <summary>
/// Weights that learn. A parameter belongs to a module, and to at most one optimizer, in whose flat memory it then lies; target copies belong to none.
/// Threads may read the same parameters at once while nobody changes them.
/// </summary>
public sealed unsafe class Parameter
{
    private FlatMemory values;
    private FlatMemory? gradients;
    private nint offset;

    /// <summary>Weights of zero.</summary>
    /// <param name="name">Where it stands in its network, as <c>policy.0.weight</c>; the key in files.</param>
    /// <param name="shape">The sizes of its axes; <c>[in, out]</c> for a linear layer's weight.</param>
    public Parameter(string name, Shape shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Shape = shape;
        values = new FlatMemory(shape.Count);
    }

    /// <summary>Where it stands in its network; the key in files.</summary>
    public string Name { get; }

    /// <summary>The sizes of its axes.</summary>
    public Shape Shape { get; }

    /// <summary>How many weights.</summary>
    public int Count => Shape.Count;

    /// <summary>The optimizer that owns it, if any.</summary>
    public Optimizer? Owner { get; private set; }

    /// <summary>The weights, to read.</summary>
    public ReadOnlySpan<float> Values => new(Value, Count);

    /// <summary>The gradient added up since the last <see cref="Optimizer.Apply"/>; empty without an owner.</summary>
    public ReadOnlySpan<float> Gradient => gradients is null ? [] : new(GradientMemory, Count);

    internal float* Value => values.Memory + offset;

    internal float* GradientMemory => gradients!.Memory + offset;

    /// <summary>Copies the weights out.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<float> destination) => Values.CopyTo(destination);

    /// <summary>Sets the weights.</summary>
    /// <exception cref="ArgumentException">There are not exactly as many.</exception>
    public void CopyFrom(ReadOnlySpan<float> source)
    {
        if (source.Length != Count)
        {
            throw new ArgumentException($"The parameter '{Name}' {Shape} has {Count} weights, but {source.Length} were given.", nameof(source));
        }

        source.CopyTo(new Span<float>(Value, Count));
    }

    /// <summary>The name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";

    internal void MoveTo(Optimizer owner, FlatMemory newValues, FlatMemory newGradients, nint newOffset)
    {
        MoveTo(newValues, newOffset);
        Owner = owner;
        gradients = newGradients;
    }

    internal void MoveTo(FlatMemory newValues, nint newOffset)
    {
        Values.CopyTo(new Span<float>(newValues.Memory + newOffset, Count));
        values = newValues;
        offset = newOffset;
    }
}
