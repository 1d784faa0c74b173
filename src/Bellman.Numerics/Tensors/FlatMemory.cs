namespace Bellman.Numerics;

/// <summary>Aligned native floats that live as long as somebody refers to them.</summary>
internal sealed unsafe class FlatMemory(nint floats)
{
    ~FlatMemory() => AlignedMemory.Free(Memory);

    public float* Memory { get; } = AlignedMemory.Allocate(floats);

    public nint Count { get; } = floats;

    public Span<float> Span => new(Memory, (int)Count);
}
