namespace Bellman.Numerics;

/// <summary>A value kept beyond its tape's reset, in memory of its own, until it is disposed. Made by <see cref="Tensor.Clone"/>.</summary>
public sealed unsafe class StoredTensor : IDisposable
{
    private float* memory;

    internal StoredTensor(Shape shape, ReadOnlySpan<float> values)
    {
        Shape = shape;
        memory = AlignedMemory.Allocate(values.Length);
        values.CopyTo(new Span<float>(memory, values.Length));
    }

    /// <summary>Frees the memory of a value that nobody disposed.</summary>
    ~StoredTensor() => AlignedMemory.Free(memory);

    /// <summary>The sizes of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>The elements, to read and to write.</summary>
    /// <exception cref="ObjectDisposedException">The value was disposed.</exception>
    public Span<float> Values
    {
        get
        {
            ObjectDisposedException.ThrowIf(memory == null, this);
            return new Span<float>(memory, Shape.Count);
        }
    }

    /// <summary>A copy on a tape, without gradient.</summary>
    /// <exception cref="ObjectDisposedException">The value was disposed.</exception>
    public Tensor OnTape(Tape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.Input(Values, Shape);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AlignedMemory.Free(memory);
        memory = null;
        GC.SuppressFinalize(this);
    }
}
