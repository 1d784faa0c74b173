namespace Bellman.Numerics;

/// <summary>Something along the two axes of an image: a kernel's size, a stride, a padding. A number stands for both axes, a pair for height and width.</summary>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size2d(int Height, int Width)
{
    /// <summary>The same along both axes.</summary>
    public static implicit operator Size2d(int size) => new(size, size);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2d((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>As <c>8×8</c>.</summary>
    public override string ToString() => $"{Height}×{Width}";
}
