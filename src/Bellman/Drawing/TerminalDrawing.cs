using System.Globalization;
using System.Text;

namespace Bellman;

/// <summary>Draws scenes as text: two pixels a character in 24-bit colours, or plain characters where there are no colours.</summary>
public static class TerminalDrawing
{
    // From what looks like the background to what differs most from it.
    private const string Ramp = " .:-=+*#%@";

    /// <summary>The scene as lines of text, each ended by a line feed, as large as fits.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="columns">The most characters of a line.</param>
    /// <param name="lines">The most lines.</param>
    /// <param name="colors">Whether escape sequences for 24-bit colours are understood.</param>
    public static string Write(Scene scene, int columns, int lines, bool colors)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(lines, 1);

        // A character is about twice as high as wide.
        var width = (int)Math.Clamp(Math.Floor(2 * lines * scene.Width / scene.Height), 1, columns);
        var height = (int)Math.Clamp(Math.Round(width * scene.Height / scene.Width / 2), 1, lines);
        var picture = RasterDrawing.Draw(scene, 2 * height, width);
        var text = new StringBuilder();
        for (var line = 0; line < height; line++)
        {
            var upper = picture.Pixels.Span.Slice(6 * line * width, 3 * width);
            var lower = picture.Pixels.Span.Slice(((6 * line) + 3) * width, 3 * width);
            if (colors)
            {
                HalfBlocks(text, upper, lower);
            }
            else
            {
                Characters(text, upper, lower, scene.Background);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static void HalfBlocks(StringBuilder text, ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower)
    {
        // Colours are named where they change, and a line leaves none behind.
        var (last, lastBelow) = (-1, -1);
        for (var i = 0; i < upper.Length; i += 3)
        {
            var (above, below) = ((upper[i] << 16) | (upper[i + 1] << 8) | upper[i + 2], (lower[i] << 16) | (lower[i + 1] << 8) | lower[i + 2]);
            if (above != last)
            {
                text.Append(CultureInfo.InvariantCulture, $"\e[38;2;{upper[i]};{upper[i + 1]};{upper[i + 2]}m");
            }

            if (below != lastBelow)
            {
                text.Append(CultureInfo.InvariantCulture, $"\e[48;2;{lower[i]};{lower[i + 1]};{lower[i + 2]}m");
            }

            (last, lastBelow) = (above, below);
            text.Append('▀');
        }

        text.Append("\e[0m");
    }

    private static void Characters(StringBuilder text, ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, SceneColor background)
    {
        for (var i = 0; i < upper.Length; i += 3)
        {
            var difference = Difference(upper.Slice(i, 3), background) + Difference(lower.Slice(i, 3), background);

            // Anything that can be seen at all gets a sign.
            text.Append(difference < 8 ? Ramp[0] : Ramp[1 + (int)(difference * (Ramp.Length - 2) / (2 * 255))]);
        }
    }

    private static double Difference(ReadOnlySpan<byte> pixel, SceneColor background) =>
        (Math.Abs(pixel[0] - background.Red) * 0.3) + (Math.Abs(pixel[1] - background.Green) * 0.59) + (Math.Abs(pixel[2] - background.Blue) * 0.11);
}
