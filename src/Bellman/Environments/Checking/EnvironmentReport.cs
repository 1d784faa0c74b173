using System.Globalization;
using System.Text;

namespace Bellman;

/// <summary>How thoroughly <see cref="EnvironmentChecker"/> looks.</summary>
public sealed record EnvironmentCheckSettings
{
    /// <summary>The first seed; the checker takes this one and those after it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps of each comparison: determinism, saved states, the batch form.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Episodes that the random policy plays.</summary>
    public int Episodes { get; init; } = 100;

    /// <summary>An episode longer than this counts as one that never ends.</summary>
    public int LongestEpisode { get; init; } = 100_000;
}

/// <summary>What a random policy earned: the figure that any training must beat. Returns are raw.</summary>
/// <param name="Episodes">How many episodes ended.</param>
/// <param name="MeanReturn">The mean of their returns.</param>
/// <param name="StandardDeviation">The population standard deviation of their returns.</param>
/// <param name="MinimumReturn">The least return.</param>
/// <param name="MaximumReturn">The greatest return.</param>
/// <param name="MeanLength">The mean length in steps.</param>
/// <param name="ShortestLength">The shortest length in steps.</param>
/// <param name="LongestLength">The longest length in steps.</param>
/// <param name="TerminatedShare">The share that ended by termination; the rest was truncated.</param>
public sealed record RandomPlay(
    int Episodes, double MeanReturn, double StandardDeviation, double MinimumReturn, double MaximumReturn, double MeanLength, int ShortestLength, int LongestLength, double TerminatedShare);

/// <summary>What <see cref="EnvironmentChecker"/> found of an environment.</summary>
public sealed record EnvironmentReport
{
    /// <summary>The id, file or type that was checked.</summary>
    public required string Environment { get; init; }

    /// <summary>The observation space; null if none could be made.</summary>
    public Space? ObservationSpace { get; init; }

    /// <summary>The action space; null if none could be made.</summary>
    public Space? ActionSpace { get; init; }

    /// <summary>The capabilities it has, as <c>IStateful</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>What was found, the gravest first.</summary>
    public required IReadOnlyList<CheckFinding> Findings { get; init; }

    /// <summary>What a random policy earned; null if no episode ended, or play was not possible.</summary>
    public RandomPlay? RandomPlay { get; init; }

    /// <summary>Managed memory allocated by a step on average, in bytes.</summary>
    public double AllocatedBytesPerStep { get; init; }

    /// <summary>Steps a second of the single form under random actions.</summary>
    public double StepsPerSecond { get; init; }

    /// <summary>Whether there is an error.</summary>
    public bool Failed => Findings.Any(finding => finding.Severity == CheckSeverity.Error);

    /// <summary>The report as people read it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Environment}: {Count(CheckSeverity.Error, "error")}, {Count(CheckSeverity.Warning, "warning")}, {Count(CheckSeverity.Note, "note")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  observations {ObservationSpace}, actions {ActionSpace}{(Capabilities.Count > 0 ? ", " : "")}{string.Join(", ", Capabilities)}");
        if (RandomPlay is { } play)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  random policy: {play.MeanReturn:0.0##} ± {play.StandardDeviation:0.0##} over {play.Episodes} episodes (from {play.MinimumReturn:0.0##} to {play.MaximumReturn:0.0##}), lengths {play.ShortestLength} to {play.LongestLength}, mean {play.MeanLength:0.0}; {play.TerminatedShare:P0} terminated");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {StepsPerSecond:N0} steps/s, {AllocatedBytesPerStep:0.#} bytes allocated a step");
        }

        foreach (var finding in Findings)
        {
            text.AppendLine().AppendLine(finding.ToString());
        }

        return text.ToString();
    }

    private string Count(CheckSeverity severity, string name)
    {
        var count = Findings.Count(finding => finding.Severity == severity);
        return $"{count} {name}{(count == 1 ? "" : "s")}";
    }
}
