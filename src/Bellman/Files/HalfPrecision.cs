using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>Floats in 16 bits: F16 and BF16, widened as they are read and rounded as they are written.</summary>
internal static class HalfPrecision
{
    private const int Piece = 1 << 10;
    private const ushort QuietNaN = 0x0040;

    /// <summary>Reads 16 bits a float; each stands for a float exactly.</summary>
    public static void Read(Stream stream, SafetensorsType type, Span<float> floats)
    {
        Span<ushort> bits = stackalloc ushort[Piece];
        for (; floats.Length > 0; floats = floats[bits.Length..])
        {
            bits = bits[..Math.Min(Piece, floats.Length)];
            stream.ReadExactly(MemoryMarshal.AsBytes(bits));
            for (var i = 0; i < bits.Length; i++)
            {
                floats[i] = type == SafetensorsType.F16 ? (float)BitConverter.UInt16BitsToHalf(bits[i]) : BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
            }
        }
    }

    /// <summary>Writes the nearest value in 16 bits, the even one of two; infinity beyond the largest, NaN for NaN.</summary>
    public static void Write(Stream stream, SafetensorsType type, ReadOnlySpan<float> floats)
    {
        Span<ushort> bits = stackalloc ushort[Piece];
        for (; floats.Length > 0; floats = floats[bits.Length..])
        {
            bits = bits[..Math.Min(Piece, floats.Length)];
            for (var i = 0; i < bits.Length; i++)
            {
                bits[i] = type == SafetensorsType.F16 ? BitConverter.HalfToUInt16Bits((Half)floats[i]) : ToBFloat16(floats[i]);
            }

            stream.Write(MemoryMarshal.AsBytes(bits));
        }
    }

    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);

        // Rounding could carry a NaN over to zero, and cutting could leave it an infinity's bits.
        return float.IsNaN(value) ? (ushort)((bits >> 16) | QuietNaN) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
