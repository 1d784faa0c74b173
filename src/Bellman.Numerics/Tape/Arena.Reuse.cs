namespace Bellman.Numerics;

// Blocks that are given back one by one and serve again: the gradients of a backward pass, which live from the first consumer of a value to its maker.
internal sealed unsafe partial class Arena
{
    // Free blocks by address, neighbours merged; few at any time, so that they are searched one after another.
    private (nint Start, nint Floats)[] free = new (nint, nint)[16];
    private int freeCount;

    // What an operation took for itself, to be given back when it is done.
    private (nint Start, nint Floats)[] log = new (nint, nint)[16];

    private bool reusing;
    private Position began;
    private float* heldNext;
    private float* heldEnd;

    /// <summary>How many blocks were handed out by <see cref="Allocate"/> and not given back since reuse began.</summary>
    public int LogCount { get; private set; }

    private float* Top => reusing ? heldNext : next;

    /// <summary>From here on blocks may be given back. The fast path of <see cref="Allocate"/> finds no room, so that only this mode pays for it.</summary>
    public void BeginReuse()
    {
        began = Mark();
        reusing = true;
        heldNext = next;
        heldEnd = end;
        next = end = null;
    }

    /// <summary>Takes back everything handed out since reuse began.</summary>
    public void EndReuse()
    {
        highWaterMark = HighWaterMark;
        next = heldNext;
        end = heldEnd;
        reusing = false;
        freeCount = 0;
        LogCount = 0;
        Rewind(began);
    }

    /// <summary>As <see cref="Allocate"/>, but the caller gives the block back with <see cref="Free"/>.</summary>
    public float* AllocateOwned(nint floats) => AllocateReused(AlignedMemory.Pad(floats));

    /// <summary>Gives one block back. It is merged with free neighbours; at the top of the arena the pointer moves back instead.</summary>
    public void Free(float* memory, nint floats)
    {
        var padded = AlignedMemory.Pad(floats);
        if (Poison)
        {
            Fill(memory, padded);
        }

        Insert((nint)memory, padded);
    }

    /// <summary>Gives back what was handed out since the log had this length.</summary>
    public void FreeLogged(int count)
    {
        while (LogCount > count)
        {
            var (start, floats) = log[--LogCount];
            Free((float*)start, floats);
        }
    }

    private void Log(float* memory, nint padded)
    {
        if (LogCount == log.Length)
        {
            Array.Resize(ref log, 2 * LogCount);
        }

        log[LogCount++] = ((nint)memory, padded);
    }

    // The smallest free block that is large enough, or new memory.
    private float* AllocateReused(nint padded)
    {
        var best = -1;
        for (var i = 0; i < freeCount; i++)
        {
            var floats = free[i].Floats;
            if (floats >= padded && (best < 0 || floats < free[best].Floats))
            {
                best = i;
                if (floats == padded)
                {
                    break;
                }
            }
        }

        if (best >= 0)
        {
            var (start, floats) = free[best];
            if (floats == padded)
            {
                RemoveAt(best);
            }
            else
            {
                free[best] = (start + (padded * sizeof(float)), floats - padded);
            }

            return (float*)start;
        }

        if (heldEnd - heldNext < padded)
        {
            next = heldNext;
            var memory = AllocateFromNextChunk(padded);
            heldNext = next;
            heldEnd = end;
            next = end = null;
            return memory;
        }

        heldNext += padded;
        return heldNext - padded;
    }

    private void Insert(nint start, nint floats)
    {
        var index = freeCount;
        while (index > 0 && free[index - 1].Start > start)
        {
            index--;
        }

        if (index < freeCount && free[index].Start == start + (floats * sizeof(float)))
        {
            floats += free[index].Floats;
            RemoveAt(index);
        }

        if (index > 0 && free[index - 1].Start + (free[index - 1].Floats * sizeof(float)) == start)
        {
            index--;
            start = free[index].Start;
            floats += free[index].Floats;
            RemoveAt(index);
        }

        if ((float*)start + floats == heldNext)
        {
            highWaterMark = HighWaterMark;
            heldNext = (float*)start;
            return;
        }

        if (freeCount == free.Length)
        {
            Array.Resize(ref free, 2 * freeCount);
        }

        // Mostly the last of a few: a loop is shorter than the call of a copy.
        for (var i = freeCount++; i > index; i--)
        {
            free[i] = free[i - 1];
        }

        free[index] = (start, floats);
    }

    private void RemoveAt(int index)
    {
        freeCount--;
        for (var i = index; i < freeCount; i++)
        {
            free[i] = free[i + 1];
        }
    }
}
