namespace Bellman;

/// <summary>How a safetensors file stores the elements of a tensor. Larger elements have larger values: files are laid out from the largest, so that all are aligned.</summary>
public enum SafetensorsType
{
    /// <summary>Bytes from 0 to 255; read into <see cref="byte"/>.</summary>
    U8,

    /// <summary>IEEE 754 half precision; read into <see cref="Half"/>, or into <see cref="float"/> without loss.</summary>
    F16,

    /// <summary>The upper 16 bits of a float (bfloat16); read into <see cref="ushort"/> as those bits, or into <see cref="float"/> without loss.</summary>
    BF16,

    /// <summary>Whole numbers of 32 bits; read into <see cref="int"/>.</summary>
    I32,

    /// <summary>IEEE 754 single precision; read into <see cref="float"/>.</summary>
    F32,

    /// <summary>Whole numbers of 64 bits; read into <see cref="long"/>.</summary>
    I64,
}

/// <summary>A tensor of a safetensors file as its header describes it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Shape">The sizes of its axes, outermost first; none for a scalar.</param>
/// <param name="Count">The number of its elements: the product of the sizes, 1 for a scalar.</param>
/// <param name="Start">Where its first byte lies, counted from the first byte after the header.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Count, long Start)
{
    /// <summary>The bytes that it takes.</summary>
    public long Bytes => Count * Type.Size();

    /// <summary>Where the byte after its last one lies, counted from the first byte after the header.</summary>
    public long End => Start + Bytes;
}

internal static class SafetensorsTypes
{
    /// <summary>How many elements are copied at once: the bytes of a large span of elements are more than a span can hold.</summary>
    public const int Piece = 1 << 20;

    /// <summary>The bytes of an element.</summary>
    public static int Size(this SafetensorsType type) => type switch
    {
        SafetensorsType.U8 => sizeof(byte),
        SafetensorsType.F16 or SafetensorsType.BF16 => sizeof(ushort),
        SafetensorsType.I32 or SafetensorsType.F32 => sizeof(float),
        _ => sizeof(long),
    };

    /// <summary>The C# type with the same bits.</summary>
    public static Type Element(this SafetensorsType type) => type switch
    {
        SafetensorsType.U8 => typeof(byte),
        SafetensorsType.F16 => typeof(Half),
        SafetensorsType.BF16 => typeof(ushort),
        SafetensorsType.I32 => typeof(int),
        SafetensorsType.F32 => typeof(float),
        _ => typeof(long),
    };

    /// <summary>The product of the sizes and the bytes of that many elements, or null where they exceed 64 bits.</summary>
    public static (long Count, long Bytes)? Measure(this SafetensorsType type, ReadOnlySpan<long> shape)
    {
        try
        {
            long count = 1;
            foreach (var size in shape)
            {
                count = checked(count * size);
            }

            return (count, checked(count * type.Size()));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>A shape for a message; one with many axes is shortened.</summary>
    public static string Print(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape.Take(8))}{(shape.Count > 8 ? ", …" : "")}]";
}
