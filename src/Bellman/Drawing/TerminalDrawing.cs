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
        var (pixels, signs) = Draw(scene, height, width);
        var text = new StringBuilder();
        for (var line = 0; line < height; line++)
        {
            var upper = pixels.AsSpan(6 * line * width, 3 * width);
            var lower = pixels.AsSpan(((6 * line) + 3) * width, 3 * width);
            if (colors)
            {
                HalfBlocks(text, upper, lower, signs.AsSpan(line * width, width));
            }
            else
            {
                Characters(text, upper, lower, signs.AsSpan(line * width, width), scene.Background);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    // Letters of two or three pixels cannot be read, so a scene's texts are the terminal's own, where no later shape covers them.
    private static (byte[] Pixels, (char Sign, SceneColor Color)[] Signs) Draw(Scene scene, int height, int width)
    {
        var canvas = new RasterDrawing.Canvas(2 * height, width);
        canvas.Show(scene);
        canvas.Clear();
        var signs = new (char Sign, SceneColor Color)[height * width];
        var below = new int[height * width];
        foreach (var shape in scene.Shapes)
        {
            if (shape is not SceneText text)
            {
                canvas.Add(shape);
                continue;
            }

            if (!double.IsFinite(text.Center.X) || !double.IsFinite(text.Center.Y))
            {
                continue;
            }

            var line = (int)Math.Floor((scene.Top - text.Center.Y) / scene.Height * height);
            var first = (int)Math.Round(((text.Center.X - scene.Left) / scene.Width * width) - (text.Text.Length / 2.0));
            for (var i = 0; i < text.Text.Length; i++)
            {
                if ((uint)line < (uint)height && (uint)(first + i) < (uint)width)
                {
                    var at = (line * width) + first + i;
                    (signs[at], below[at]) = ((text.Text[i], text.Color), Below(canvas.Pixels, at));
                }
            }
        }

        for (var at = 0; at < signs.Length; at++)
        {
            signs[at] = signs[at].Sign > ' ' && below[at] == Below(canvas.Pixels, at) ? signs[at] : default;
        }

        return (canvas.Pixels, signs);

        int Below(byte[] pixels, int at)
        {
            var upper = 3 * ((at / width * 2 * width) + (at % width));
            var lower = upper + (3 * width);
            return HashCode.Combine(pixels[upper], pixels[upper + 1], pixels[upper + 2], pixels[lower], pixels[lower + 1], pixels[lower + 2]);
        }
    }

    private static void HalfBlocks(StringBuilder text, ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, ReadOnlySpan<(char Sign, SceneColor Color)> signs)
    {
        // Colours are named where they change, and a line leaves none behind.
        var (last, lastBelow) = (-1, -1);
        for (var i = 0; i < upper.Length; i += 3)
        {
            var (above, below) = ((upper[i] << 16) | (upper[i + 1] << 8) | upper[i + 2], (lower[i] << 16) | (lower[i + 1] << 8) | lower[i + 2]);
            var (sign, color) = signs[i / 3];
            if (sign != 0)
            {
                above = (color.Red << 16) | (color.Green << 8) | color.Blue;
            }

            if (above != last)
            {
                text.Append(CultureInfo.InvariantCulture, $"\e[38;2;{above >> 16};{(above >> 8) & 255};{above & 255}m");
            }

            if (below != lastBelow)
            {
                text.Append(CultureInfo.InvariantCulture, $"\e[48;2;{lower[i]};{lower[i + 1]};{lower[i + 2]}m");
            }

            (last, lastBelow) = (above, below);
            text.Append(sign == 0 ? '▀' : sign);
        }

        text.Append("\e[0m");
    }

    private static void Characters(StringBuilder text, ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, ReadOnlySpan<(char Sign, SceneColor Color)> signs, SceneColor background)
    {
        for (var i = 0; i < upper.Length; i += 3)
        {
            if (signs[i / 3].Sign != 0)
            {
                text.Append(signs[i / 3].Sign);
                continue;
            }

            var difference = Difference(upper.Slice(i, 3), background) + Difference(lower.Slice(i, 3), background);

            // Anything that can be seen at all gets a sign.
            text.Append(difference < 8 ? Ramp[0] : Ramp[1 + (int)(difference * (Ramp.Length - 2) / (2 * 255))]);
        }
    }

    private static double Difference(ReadOnlySpan<byte> pixel, SceneColor background) =>
        (Math.Abs(pixel[0] - background.Red) * 0.3) + (Math.Abs(pixel[1] - background.Green) * 0.59) + (Math.Abs(pixel[2] - background.Blue) * 0.11);
}
