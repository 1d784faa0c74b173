using System.Globalization;

namespace Bellman;

/// <summary>Round numbers along an axis, and how they are written.</summary>
internal static class ChartScale
{
    /// <summary>Four to eight round numbers, the first at or below <paramref name="low"/>, the last within half a step of <paramref name="high"/> or beyond.</summary>
    public static IReadOnlyList<double> Ticks(double low, double high)
    {
        if (!(high > low))
        {
            (low, high) = (low - 1, low + 1);
        }

        var rough = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        var ticks = new List<double>();
        for (var k = Math.Floor(low / step); k * step <= high + (step / 2) && ticks.Count < 20; k++)
        {
            // Multiplied, not added up, and rounded to the step's own digits: 0.30000000000000004 is no tick.
            ticks.Add(Math.Round(k * step, Math.Clamp(2 - (int)Math.Floor(Math.Log10(step)), 0, 15)));
        }

        return ticks;
    }

    /// <summary>A number as on an axis: 1.5M, 20k, 0.25, 2e-05.</summary>
    /// <param name="value">The number.</param>
    /// <param name="largest">The largest number of the axis: all are written in its unit.</param>
    public static string Label(double value, double largest) => (Math.Abs(value), Math.Abs(largest)) switch
    {
        (0, _) => "0",
        (_, >= 1_000_000_000) or ( < 0.001, _) => value.ToString("0.##e+0", CultureInfo.InvariantCulture),
        (_, >= 1_000_000) => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:0.##}M"),
        (_, >= 10_000) => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000:0.##}k"),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };
}
