using System.Globalization;

namespace Bellman.Environments;

/// <summary>The numbers between two bounds.</summary>
/// <param name="Low">The lower bound; −∞ for none.</param>
/// <param name="High">The upper bound; ∞ for none.</param>
public readonly record struct ValueRange(double Low, double High)
{
    /// <summary>Whether a number lies between the bounds and is neither.</summary>
    public bool Surrounds(double value) => value > Low && value < High;

    /// <summary>Whether a number lies between the bounds or is one of them.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>A range of an environment's options: <c>0.7,inf</c>, in parentheses or not.</summary>
    /// <exception cref="ArgumentException">The text is no range.</exception>
    internal static ValueRange Read(EnvironmentOptions options, string name, ValueRange otherwise)
    {
        var text = options.Text(name, $"{Text(otherwise.Low)},{Text(otherwise.High)}");
        var parts = text.Trim('(', ')', '[', ']', ' ').Split(',');
        return parts.Length == 2 && Number(parts[0]) is { } low && Number(parts[1]) is { } high && low <= high
            ? new ValueRange(low, high)
            : throw new ArgumentException($"The option '{name}' is '{text}'; it must be two numbers, the lower first, as '0.7,inf'.");
    }

    private static string Text(double bound) => double.IsInfinity(bound) ? (bound < 0 ? "-inf" : "inf") : bound.ToString(CultureInfo.InvariantCulture);

    private static double? Number(string text) => text.Trim() switch
    {
        "inf" or "infinity" or "Infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" or "-Infinity" => double.NegativeInfinity,
        var number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !double.IsNaN(value) ? value : null,
    };
}
