namespace Bellman.Numerics;

/// <summary>Whole numbers on a tape that select elements: actions, tokens. Made by <see cref="Tape.Indices(ReadOnlySpan{int})"/>.</summary>
public readonly unsafe struct IndexTensor
{
    internal IndexTensor(Tape tape, int* memory, int count, int generation)
    {
        Tape = tape;
        Memory = memory;
        Count = count;
        Generation = generation;
    }

    /// <summary>The tape that holds the numbers.</summary>
    public Tape Tape { get; }

    /// <summary>How many numbers.</summary>
    public int Count { get; }

    /// <summary>The numbers. They may be read until the tape is reset.</summary>
    public ReadOnlySpan<int> Values
    {
        get
        {
            Tape.Check(this);
            return new ReadOnlySpan<int>(Memory, Count);
        }
    }

    internal int* Memory { get; }

    internal int Generation { get; }
}
