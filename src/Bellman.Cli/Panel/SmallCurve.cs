namespace Bellman.Cli;

/// <summary>A curve in a few lines of text, as columns of eighths of a character.</summary>
internal static class SmallCurve
{
    private const string Eighths = " ▁▂▃▄▅▆▇█";

    /// <summary>Lines from the top: the least value is one eighth high, the greatest fills all; NaN is empty.</summary>
    /// <param name="values">A value for each column.</param>
    /// <param name="height">How many lines.</param>
    public static string[] Lines(ReadOnlySpan<double> values, int height)
    {
        var (low, high) = Range(values);
        var width = values.Length;
        var lines = Enumerable.Range(0, height).Select(_ => new char[width]).ToArray();
        for (var column = 0; column < width; column++)
        {
            var filled = double.IsFinite(values[column]) ? 1 + (int)Math.Round(((8 * height) - 1) * (high > low ? (values[column] - low) / (high - low) : 0)) : 0;
            for (var line = 0; line < height; line++)
            {
                lines[line][column] = Eighths[Math.Clamp(filled - (8 * (height - 1 - line)), 0, 8)];
            }
        }

        return [.. lines.Select(line => new string(line))];
    }

    /// <summary>The same curve in fewer columns, each the mean of those that it stands for.</summary>
    /// <param name="values">A value for each column.</param>
    /// <param name="width">How many columns are wanted.</param>
    public static double[] Narrow(ReadOnlySpan<double> values, int width)
    {
        var narrow = new double[Math.Min(width, values.Length)];
        for (var i = 0; i < narrow.Length; i++)
        {
            var (sum, count) = (0.0, 0);
            foreach (var value in values[(i * values.Length / narrow.Length)..((i + 1) * values.Length / narrow.Length)])
            {
                (sum, count) = double.IsFinite(value) ? (sum + value, count + 1) : (sum, count);
            }

            narrow[i] = count > 0 ? sum / count : double.NaN;
        }

        return narrow;
    }

    /// <summary>The least and the greatest value; NaN both if there is none.</summary>
    public static (double Low, double High) Range(ReadOnlySpan<double> values)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
        }

        return low <= high ? (low, high) : (double.NaN, double.NaN);
    }
}
