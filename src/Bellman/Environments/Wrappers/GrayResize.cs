using Bellman.Numerics;

namespace Bellman;

/// <summary>Makes images grey and another size: bytes <c>[height, width, 1]</c>, each the mean of the area that it covers, with the usual weights of red, green and blue (ITU-R BT.601).</summary>
public sealed class GrayResize : StatefulWrapper
{
    private readonly BoxSpace source;
    private readonly Rows raw;
    private readonly double[] gray;
    private readonly int height;
    private readonly int width;

    /// <summary>Makes images grey.</summary>
    /// <param name="inner">The environment inside; its observations are images of bytes, <c>[height, width, 1 or 3]</c>.</param>
    /// <param name="height">The height to give them.</param>
    /// <param name="width">The width to give them.</param>
    /// <exception cref="ArgumentException">The observations are something else.</exception>
    public GrayResize(IEnvironment inner, int height = 84, int width = 84)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        source = Inner.ObservationSpace is BoxSpace { Type: ElementType.Byte, Shape: [_, _, 1 or 3] } box
            ? box
            : throw new ArgumentException($"GrayResize needs images of bytes with one or three channels, but has {Inner.ObservationSpace}.", nameof(inner));
        (this.height, this.width) = (height, width);
        raw = new Rows(source.Layout, 1);
        gray = new double[source.Shape[0] * source.Shape[1]];
        ObservationSpace = BoxSpace.Bytes(height, width, 1);
    }

    /// <inheritdoc/>
    public override Space ObservationSpace { get; }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        Inner.Reset(random, raw.Writer(0));
        Show(observation.Bytes);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, raw.Writer(0));
        Show(observation.Bytes);
        return result;
    }

    private void Show(Span<byte> pixels)
    {
        var bytes = raw.Bytes();
        for (var i = 0; i < gray.Length; i++)
        {
            gray[i] = source.Shape[2] == 1 ? bytes[i] : (0.299 * bytes[3 * i]) + (0.587 * bytes[(3 * i) + 1]) + (0.114 * bytes[(3 * i) + 2]);
        }

        var (rows, columns) = ((double)source.Shape[0] / height, (double)source.Shape[1] / width);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                pixels[(y * width) + x] = (byte)Math.Round(Mean(y * rows, (y + 1) * rows, x * columns, (x + 1) * columns));
            }
        }
    }

    // The mean over an area; pixels that it cuts count by their share.
    private double Mean(double top, double bottom, double left, double right)
    {
        var sum = 0.0;
        for (var y = (int)top; y < bottom && y < source.Shape[0]; y++)
        {
            var share = Math.Min(bottom, y + 1) - Math.Max(top, y);
            for (var x = (int)left; x < right && x < source.Shape[1]; x++)
            {
                sum += share * (Math.Min(right, x + 1) - Math.Max(left, x)) * gray[(y * source.Shape[1]) + x];
            }
        }

        return sum / ((bottom - top) * (right - left));
    }
}
