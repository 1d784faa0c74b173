using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bellman.Numerics;

/// <summary>
/// Memory handed out by moving a pointer and taken back all at once. It grows by chunks that are kept for the next round,
/// so that after the first rounds nothing is asked of the system.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    private const nint ChunkFloats = 16 << 20;

    private readonly List<(nint Memory, nint Floats)> chunks = [];
    private int chunk = -1;
    private float* next;
    private float* end;
    private nint usedBefore;

    ~Arena() => Release();

    /// <summary>Bytes in use now.</summary>
    public nint UsedBytes => (usedBefore + (chunk < 0 ? 0 : (nint)(next - (float*)chunks[chunk].Memory))) * sizeof(float);

    /// <summary>The most bytes that were in use at once.</summary>
    public nint HighWaterMark { get; private set; }

    /// <summary>Floats on a cache line, padded to whole registers; their contents are arbitrary.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Allocate(nint floats)
    {
        var padded = AlignedMemory.Pad(floats);
        var start = next;
        if (end - start < padded)
        {
            return AllocateFromNextChunk(padded);
        }

        next = start + padded;
        return start;
    }

    /// <summary>Takes everything back. Pointers given before must not be used any more.</summary>
    public void Reset()
    {
        HighWaterMark = Math.Max(HighWaterMark, UsedBytes);
        if (chunk >= 0)
        {
            Enter(0);
        }

        usedBefore = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
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

    private void Enter(int index)
    {
        chunk = index;
        next = (float*)chunks[index].Memory;
        end = next + chunks[index].Floats;
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
    }
}
