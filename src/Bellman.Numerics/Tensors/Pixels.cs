using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Bellman.Numerics;

/// <summary>Images as bytes, which is how environments and buffers keep them, and as the floats in [0, 1] that networks take.</summary>
public static unsafe class Pixels
{
    /// <summary>floats = bytes / 255, as a product with the rounded reciprocal.</summary>
    /// <param name="bytes">Any number of bytes.</param>
    /// <param name="floats">Receives as many floats, in [0, 1].</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void ToUnitFloats(ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        if (bytes.Length != floats.Length)
        {
            throw new ArgumentException($"There are {bytes.Length} bytes but room for {floats.Length} floats; give one float a byte.", nameof(floats));
        }

        fixed (byte* source = bytes)
        fixed (float* destination = floats)
        {
            Convert(source, bytes.Length, destination);
        }
    }

    // Widening in 128-bit registers is bound by the stores already.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert(byte* source, nint count, float* destination)
    {
        const float scale = 1f / 255;
        nint i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 16 <= count; i += 16)
            {
                var (low, high) = Vector128.Widen(Vector128.Load(source + i));
                var (first, second) = Vector128.Widen(low);
                var (third, fourth) = Vector128.Widen(high);
                (Vector128.ConvertToSingle(first.AsInt32()) * scale).Store(destination + i);
                (Vector128.ConvertToSingle(second.AsInt32()) * scale).Store(destination + i + 4);
                (Vector128.ConvertToSingle(third.AsInt32()) * scale).Store(destination + i + 8);
                (Vector128.ConvertToSingle(fourth.AsInt32()) * scale).Store(destination + i + 12);
            }
        }

        for (; i < count; i++)
        {
            destination[i] = source[i] * scale;
        }
    }
}
