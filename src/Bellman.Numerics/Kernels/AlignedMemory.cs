using System.Runtime.InteropServices;

namespace Bellman.Numerics;

/// <summary>Native memory that starts on a cache line and is padded to whole registers, so that kernels need no tails.</summary>
internal static unsafe class AlignedMemory
{
    /// <summary>Floats beyond the end of an allocation that kernels may read (never write), so that they need no tails.</summary>
    public const int Slack = 16;

    /// <summary>Bytes of alignment: a cache line, and the widest register.</summary>
    public const int Alignment = 64;

    /// <summary>Rounds a number of floats up to whole 16-float registers.</summary>
    public static nint Pad(nint floats) => (floats + 15) & ~(nint)15;

    /// <summary>Zeroed floats, <see cref="Pad"/>ded. Give them back with <see cref="Free"/>.</summary>
    public static float* Allocate(nint floats)
    {
        var bytes = (nuint)(Pad(floats) + Slack) * sizeof(float);
        var memory = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(memory, bytes);
        return (float*)memory;
    }

    /// <summary>Frees what <see cref="Allocate"/> gave; null is allowed.</summary>
    public static void Free(float* memory) => NativeMemory.AlignedFree(memory);
}
