using System.Globalization;

namespace Bellman.Numerics;

/// <summary>
/// A number that may change as training goes on: a learning rate, a clip range, an exploration rate. It is a function of the share of training that is still to come,
/// and so needs no state in checkpoints.
/// </summary>
/// <example><c>optimizer.LearningRate = schedule.At(1 - (double)step / steps)</c></example>
public readonly record struct Schedule
{
    private const string WarmingUp = "warmup";
    private const string Forms = "write a number as 1e-3, or linear:1e-3, or cosine:1e-3; linear:1e-3:1e-4 falls to 1e-4 and warmup:0.1:linear:1e-3 rises for the first tenth";

    private Schedule(ScheduleKind kind, double initial, double final, double warmUp = 0) => (Kind, Initial, Final, WarmUp) = (kind, initial, final, warmUp);

    private enum ScheduleKind
    {
        Constant,
        Linear,
        Cosine,
    }

    /// <summary>The number at the start, or after the warm-up if there is one.</summary>
    public double Initial { get; }

    /// <summary>The number at the end of training.</summary>
    public double Final { get; }

    /// <summary>The share of training, in [0, 1), in which the number first rises from 0 along a line; 0 for none.</summary>
    public double WarmUp { get; }

    private ScheduleKind Kind { get; }

    /// <summary>Always the same number.</summary>
    public static implicit operator Schedule(double value) => new(ScheduleKind.Constant, value, value);

    /// <summary>Falls, or rises, along a line to its end at the end of training.</summary>
    public static Schedule Linear(double initial, double final = 0) => new(ScheduleKind.Linear, initial, final);

    /// <summary>Falls, or rises, along half a cosine to its end at the end of training (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts).</summary>
    public static Schedule Cosine(double initial, double final = 0) => new(ScheduleKind.Cosine, initial, final);

    /// <summary>Reads <c>1e-3</c>, <c>linear:1e-3</c> or <c>cosine:1e-3</c>, the latter two with an end as in <c>linear:1e-3:1e-4</c>, all with a warm-up as in <c>warmup:0.1:cosine:1e-3</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':', StringSplitOptions.TrimEntries).AsSpan();
        var warmUp = 0.0;
        if (parts.Length > 2 && parts[0].Equals(WarmingUp, StringComparison.OrdinalIgnoreCase))
        {
            warmUp = Number(parts[1], text);
            parts = parts[2..];
        }

        // TryParse reads numbers and lists of names too.
        var kind = ScheduleKind.Constant;
        if (parts.Length > 1)
        {
            kind = Enum.TryParse(parts[0], ignoreCase: true, out ScheduleKind named) && parts[0].All(char.IsLetter) ? named : throw None(text);
            parts = parts[1..];
        }

        if (parts.Length > (kind == ScheduleKind.Constant ? 1 : 2) || warmUp is not (>= 0 and < 1))
        {
            throw None(text);
        }

        var initial = Number(parts[0], text);
        var final = parts.Length > 1 ? Number(parts[1], text) : kind == ScheduleKind.Constant ? initial : 0;
        return new Schedule(kind, initial, final, warmUp);
    }

    /// <summary>The same after a rise from 0 along a line; what follows is squeezed into the rest of training.</summary>
    /// <param name="share">The share of training that the rise takes, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The share lies outside [0, 1).</exception>
    public Schedule WithWarmUp(double share) => share is >= 0 and < 1
        ? new Schedule(Kind, Initial, Final, share)
        : throw new ArgumentOutOfRangeException(nameof(share), $"The warm-up takes the share {share} of training; give a number from 0 to below 1, as 0.05.");

    /// <summary>The number while a share of training, from 1 at the start to 0 at the end, is still to come; what lies outside counts as the nearer of the two.</summary>
    public double At(double remaining)
    {
        remaining = Math.Clamp(remaining, 0, 1);
        if (1 - remaining < WarmUp)
        {
            return Initial * ((1 - remaining) / WarmUp);
        }

        remaining = Math.Min(1, remaining / (1 - WarmUp));
        return Kind switch
        {
            ScheduleKind.Linear => Final + ((Initial - Final) * remaining),
            ScheduleKind.Cosine => Final + ((Initial - Final) * 0.5 * (1 - Math.Cos(Math.PI * remaining))),
            _ => Initial,
        };
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString()
    {
        var text = Kind switch
        {
            ScheduleKind.Constant => Print(Initial),
            _ when Final == 0 => $"{Kind.ToString().ToLowerInvariant()}:{Print(Initial)}",
            _ => $"{Kind.ToString().ToLowerInvariant()}:{Print(Initial)}:{Print(Final)}",
        };
        return WarmUp == 0 ? text : $"{WarmingUp}:{Print(WarmUp)}:{text}";
    }

    private static string Print(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static double Number(string part, string text) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw None(text);

    private static FormatException None(string text) => new($"'{text}' is no schedule; {Forms}.");
}
