namespace Bellman.Environments;

/// <summary>Draws on grey images, rows from the top.</summary>
internal static class Raster
{
    /// <summary>Fills the pixels whose centres lie in a rectangle; what lies outside the image is left out.</summary>
    public static void Fill(Span<byte> pixels, int width, double left, double top, double right, double bottom, byte value)
    {
        var height = pixels.Length / width;
        var (first, last) = (Math.Max(0, Pixel(left)), Math.Min(width, Pixel(right)));
        for (var row = Math.Max(0, Pixel(top)); row < Math.Min(height, Pixel(bottom)) && first < last; row++)
        {
            pixels.Slice((row * width) + first, last - first).Fill(value);
        }

        static int Pixel(double edge) => (int)Math.Floor(edge + 0.5);
    }
}
