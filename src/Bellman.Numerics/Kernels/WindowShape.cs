namespace Bellman.Numerics;

/// <summary>Windows that move over images <c>[images, height, width, channels]</c>: the sizes of a convolution or a pooling.</summary>
internal readonly struct WindowShape
{
    /// <summary>Checks that the sizes fit.</summary>
    /// <exception cref="ArgumentException">The input is no batch of images, or a size is out of range.</exception>
    public WindowShape(Shape input, Size2d size, Size2d stride, Size2d padding)
    {
        if (input.Rank != 4 || input[3] < 1)
        {
            throw new ArgumentException($"Windows move over images [batch, height, width, channels], but the input is {input}; use Reshape to say where its axes are.", nameof(input));
        }

        if (size.Height < 1 || size.Width < 1 || stride.Height < 1 || stride.Width < 1 || padding.Height < 0 || padding.Width < 0)
        {
            throw new ArgumentException($"A window and its stride are at least 1×1 and padding is not negative, but the window {size}, the stride {stride} and the padding {padding} were given.", nameof(size));
        }

        (Images, Height, Width, Channels) = (input[0], input[1], input[2], input[3]);
        (Size, Stride, Padding) = (size, stride, padding);
        if (size.Height > PaddedHeight || size.Width > PaddedWidth)
        {
            throw new ArgumentException($"The window {size} is larger than the image {Height}×{Width} padded by {padding}; use a smaller window or more padding.", nameof(size));
        }
    }

    public int Images { get; }

    public int Height { get; }

    public int Width { get; }

    public int Channels { get; }

    public Size2d Size { get; }

    public Size2d Stride { get; }

    public Size2d Padding { get; }

    public int PaddedHeight => Height + (2 * Padding.Height);

    public int PaddedWidth => Width + (2 * Padding.Width);

    public bool IsPadded => Padding != default;

    /// <summary>Rows of windows.</summary>
    public int OutputHeight => ((PaddedHeight - Size.Height) / Stride.Height) + 1;

    /// <summary>Windows in a row.</summary>
    public int OutputWidth => ((PaddedWidth - Size.Width) / Stride.Width) + 1;

    /// <summary>Floats of an image.</summary>
    public nint ImageFloats => (nint)Height * Width * Channels;

    /// <summary>Floats of an image with its padding.</summary>
    public nint PaddedFloats => (nint)PaddedHeight * PaddedWidth * Channels;

    /// <summary>Floats of a row with its padding.</summary>
    public nint PaddedRow => (nint)PaddedWidth * Channels;

    /// <summary>Floats of a row of a window, which lie side by side.</summary>
    public nint WindowRow => (nint)Size.Width * Channels;
}
