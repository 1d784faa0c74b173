using System.Globalization;

namespace Bellman;

/// <summary>A number that may change as training goes on.</summary>
public readonly record struct Schedule
{
    private Schedule(ScheduleKind kind, double initial) => (Kind, Initial) = (kind, initial);

    private enum ScheduleKind
    {
        Constant,
        Linear,
        Cosine,
    }

    /// <summary>The number at the start.</summary>
    public double Initial { get; }

    private ScheduleKind Kind { get; }

    /// <summary>Always the same number.</summary>
    public static implicit operator Schedule(double value) => new(ScheduleKind.Constant, value);

    /// <summary>Falls along a line to 0 at the end of training.</summary>
    public static Schedule Linear(double initial) => new(ScheduleKind.Linear, initial);

    /// <summary>Falls along half a cosine to 0 at the end of training.</summary>
    public static Schedule Cosine(double initial) => new(ScheduleKind.Cosine, initial);

    /// <summary>Reads <c>1e-3</c>, <c>linear:1e-3</c> or <c>cosine:1e-3</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? "constant" : text[..colon].Trim();

        // TryParse reads numbers and lists of names too.
        if (Enum.TryParse<ScheduleKind>(kind, ignoreCase: true, out var parsed) && kind.All(char.IsLetter)
            && double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            return new Schedule(parsed, value);
        }

        throw new FormatException($"'{text}' is no schedule; write a number as 1e-3, or linear:1e-3, or cosine:1e-3.");
    }

    /// <summary>The number while a share of training, from 1 at the start to 0 at the end, is still to come.</summary>
    public double At(double remaining)
    {
        remaining = Math.Clamp(remaining, 0, 1);
        return Kind switch
        {
            ScheduleKind.Linear => Initial * remaining,
            ScheduleKind.Cosine => Initial * 0.5 * (1 - Math.Cos(Math.PI * remaining)),
            _ => Initial,
        };
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString()
    {
        var number = Initial.ToString("R", CultureInfo.InvariantCulture);
        return Kind == ScheduleKind.Constant ? number : $"{Kind.ToString().ToLowerInvariant()}:{number}";
    }
}
