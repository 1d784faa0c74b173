using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bellman.Numerics;

/// <summary>
/// Memory handed out by moving a pointer and taken back all at once. It grows by chunks that are kept for the next round,
/// so that after the first rounds nothing is asked of the system. While it reuses, single blocks can be given back and serve again.
/// </summary>
internal sealed unsafe partial class Arena : IDisposable
{
    /// <summary>64 MiB; the system gives pages as they are first written, so that a small tape does not cost as much.</summary>
    private const nint ChunkFloats = 16 << 20;

    /// <summary>Whether freed memory is filled with NaN, so that reading it shows: the environment variable BELLMAN_POISON is 1.</summary>
    private static readonly bool Poison = Environment.GetEnvironmentVariable("BELLMAN_POISON") == "1";

    private readonly List<(nint Memory, nint Floats)> chunks = [];
    private int chunk = -1;
    private float* next;
    private float* end;
    private nint usedBefore;
    private nint highWaterMark;

    ~Arena() => Release();

    /// <summary>Bytes in use now, blocks that wait to be reused included.</summary>
    public nint UsedBytes => (usedBefore + (chunk < 0 ? 0 : (nint)(Top - (float*)chunks[chunk].Memory))) * sizeof(float);

    /// <summary>The most bytes that were in use at once.</summary>
    public nint HighWaterMark => Math.Max(highWaterMark, UsedBytes);

    /// <summary>Floats on a cache line, padded to whole registers; their contents are arbitrary.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Allocate(nint floats)
    {
        var padded = AlignedMemory.Pad(floats);
        var start = next;
        if (end - start < padded)
        {
            return AllocateElsewhere(padded);
        }

        next = start + padded;
        return start;
    }

    /// <summary>A position to which <see cref="Rewind"/> can go back.</summary>
    public Position Mark() => new(chunk, (nint)next, usedBefore, LogCount);

    /// <summary>Takes back everything handed out since the position was marked.</summary>
    public void Rewind(Position position)
    {
        if (reusing)
        {
            FreeLogged(position.Logged);
            return;
        }

        highWaterMark = HighWaterMark;
        if (Poison)
        {
            FillFreed(position);
        }

        MoveTo(position);
    }

    /// <summary>As <see cref="Rewind"/>, but keeps one block, which comes to lie at the position.</summary>
    /// <returns>Where it lies now.</returns>
    public float* RewindKeeping(Position position, float* memory, nint floats)
    {
        var bytes = floats * sizeof(float);
        if (reusing)
        {
            var kept = AllocateOwned(floats);
            Buffer.MemoryCopy(memory, kept, bytes, bytes);
            FreeLogged(position.Logged);
            Log(kept, AlignedMemory.Pad(floats));
            return kept;
        }

        highWaterMark = HighWaterMark;
        var top = Mark();
        MoveTo(position);
        var block = Allocate(floats);
        Buffer.MemoryCopy(memory, block, bytes, bytes);
        if (Poison)
        {
            var below = Mark();
            MoveTo(top);
            FillFreed(below);
            MoveTo(below);
        }

        return block;
    }

    /// <summary>Takes everything back. Pointers given before must not be used any more.</summary>
    public void Reset() => Rewind(new Position(-1, 0, 0, 0));

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private float* AllocateElsewhere(nint padded)
    {
        if (!reusing)
        {
            return AllocateFromNextChunk(padded);
        }

        var memory = AllocateReused(padded);
        Log(memory, padded);
        return memory;
    }

    private float* AllocateFromNextChunk(nint padded)
    {
        if (chunk >= 0)
        {
            usedBefore += (nint)(next - (float*)chunks[chunk].Memory);
        }

        // A chunk too small for the request is passed over; it serves again after the reset.
        var candidate = chunk + 1;
        while (candidate < chunks.Count && chunks[candidate].Floats < padded)
        {
            candidate++;
        }

        if (candidate == chunks.Count)
        {
            var floats = Math.Max(ChunkFloats, padded);
            chunks.Add(((nint)NativeMemory.AlignedAlloc((nuint)(floats + AlignedMemory.Slack) * sizeof(float), AlignedMemory.Alignment), floats));
        }

        Enter(candidate);
        next += padded;
        return next - padded;
    }

    private void MoveTo(Position position)
    {
        if (position.Chunk >= 0)
        {
            Enter(position.Chunk);
            next = (float*)position.Next;
        }
        else if (chunk >= 0)
        {
            Enter(0);
        }

        usedBefore = position.UsedBefore;
    }

    private void Enter(int index)
    {
        chunk = index;
        next = (float*)chunks[index].Memory;
        end = next + chunks[index].Floats;
    }

    private void FillFreed(Position position)
    {
        for (var i = Math.Max(0, position.Chunk); i <= chunk; i++)
        {
            var from = i == position.Chunk ? (float*)position.Next : (float*)chunks[i].Memory;
            var to = i == chunk ? next : (float*)chunks[i].Memory + chunks[i].Floats;
            Fill(from, (nint)(to - from));
        }
    }

    private static void Fill(float* memory, nint floats)
    {
        for (; floats > 0; memory += 1 << 30, floats -= 1 << 30)
        {
            new Span<float>(memory, (int)Math.Min(floats, 1 << 30)).Fill(float.NaN);
        }
    }

    private void Release()
    {
        foreach (var (memory, _) in chunks)
        {
            NativeMemory.AlignedFree((void*)memory);
        }

        chunks.Clear();
        chunk = -1;
        next = end = null;
        usedBefore = 0;
    }

    /// <summary>How far the arena was filled.</summary>
    internal readonly record struct Position(int Chunk, nint Next, nint UsedBefore, int Logged);
}
