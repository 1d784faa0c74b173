using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Bellman.Environments;

/// <summary>A struct of MuJoCo's as spans. What it points at stays where it is for the struct's life.</summary>
/// <param name="address">Of the struct.</param>
internal readonly unsafe struct NativeMemoryView(nint address)
{
    public nint Address => address;

    /// <summary>A number in the struct itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Value<T>(int offset) where T : unmanaged => ref *(T*)(address + offset);

    /// <summary>The numbers that a pointer in the struct points at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Array<T>(int offset, int length) where T : unmanaged => new(*(void**)(address + offset), length);

    /// <summary>Numbers that lie in the struct itself.</summary>
    public Span<T> Inside<T>(int offset, int length) where T : unmanaged => MemoryMarshal.CreateSpan(ref Value<T>(offset), length);

    /// <summary>A text that begins somewhere in an array of characters and ends with a zero.</summary>
    public string Text(int offset, int start, int length)
    {
        var bytes = Array<byte>(offset, length)[start..];
        return Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }
}
