using System.Globalization;

namespace Bellman;

/// <summary>Wrappers by name, for options and the command line: <c>wrap=actionRepeat:4,grayResize:84:84,frameStack:4</c>, the innermost first.</summary>
internal static class WrapperList
{
    private static readonly Dictionary<string, Entry> Entries = new(StringComparer.OrdinalIgnoreCase)
    {
        ["actionDelay"] = new(1, 2, (environment, a, _) => new ActionDelay(environment, Whole(a[0]), Whole(a[^1]))),
        ["actionNoise"] = new(1, 1, (environment, a, _) => new ActionNoise(environment, a[0])),
        ["actionRepeat"] = new(1, 1, (environment, a, _) => new ActionRepeat(environment, Whole(a[0]))),
        ["clipAction"] = new(0, 0, (environment, _, _) => new ClipAction(environment)),
        ["clipReward"] = new(0, 2, (environment, a, _) => new ClipReward(environment, a.ElementAtOrDefault(0, -1), a.ElementAtOrDefault(1, 1))),
        ["discretizeAction"] = new(1, 1, (environment, a, _) => new DiscretizeAction(environment, Whole(a[0]))),
        ["episodeSignals"] = new(0, 0, (environment, _, _) => new EpisodeSignals(environment)),
        ["flatten"] = new(0, 0, (environment, _, _) => new FlattenObservation(environment)),
        ["frameStack"] = new(1, 1, (environment, a, _) => new FrameStack(environment, Whole(a[0]))),
        ["grayResize"] = new(0, 2, (environment, a, _) => new GrayResize(environment, Whole(a.ElementAtOrDefault(0, 84)), Whole(a.ElementAtOrDefault(1, 84)))),
        ["normalizeObservation"] = new(0, 0, (environment, _, _) => new NormalizeObservation(environment)),
        ["normalizeReward"] = new(0, 1, (environment, a, _) => new NormalizeReward(environment, a.ElementAtOrDefault(0, 0.99))),
        ["observationDelay"] = new(1, 2, (environment, a, _) => new ObservationDelay(environment, Whole(a[0]), Whole(a[^1]))),
        ["observationNoise"] = new(1, 1, (environment, a, _) => new ObservationNoise(environment, a[0])),
        ["oneHot"] = new(0, 0, (environment, _, _) => new OneHotObservation(environment)),
        ["rescaleAction"] = new(0, 2, (environment, a, _) => new RescaleAction(environment, (float)a.ElementAtOrDefault(0, -1), (float)a.ElementAtOrDefault(1, 1))),
        ["stickyActions"] = new(0, 1, (environment, a, _) => new StickyActions(environment, a.ElementAtOrDefault(0, 0.25))),
        ["timeAware"] = new(0, 1, (environment, a, limit) => new TimeAware(environment, Whole(a.ElementAtOrDefault(0, limit)))),
    };

    /// <summary>Wraps an environment as a text says.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="text">Names with numbers behind colons, separated by commas.</param>
    /// <param name="limit">The environment's time limit; 0 for none.</param>
    /// <exception cref="ArgumentException">A name is unknown, or has too few or too many numbers, or the wrapper does not fit.</exception>
    public static IEnvironment Apply(IEnvironment environment, string text, int limit)
    {
        foreach (var item in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = item.Split(':');
            var name = parts[0].Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
            if (!Entries.TryGetValue(name, out var entry))
            {
                throw new ArgumentException($"There is no wrapper '{parts[0]}'; there are {string.Join(", ", Entries.Keys)}.{DidYouMean.Hint(parts[0], Entries.Keys)}", nameof(text));
            }

            double[] numbers = [.. parts.Skip(1).Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ArgumentException($"The wrapper '{item}' has '{part}' where a number belongs.", nameof(text)))];
            if (numbers.Length < entry.Least || numbers.Length > entry.Most)
            {
                throw new ArgumentException($"The wrapper '{item}' has {numbers.Length} numbers; {parts[0]} takes {(entry.Least == entry.Most ? $"{entry.Least}" : $"{entry.Least} to {entry.Most}")}.", nameof(text));
            }

            environment = entry.Make(environment, numbers, limit);
            if (environment is ActionRepeat repeat)
            {
                // What lies outside sees fewer steps before the limit.
                limit = (limit + repeat.Times - 1) / repeat.Times;
            }
        }

        return environment;
    }

    private static double ElementAtOrDefault(this double[] numbers, int index, double otherwise) => index < numbers.Length ? numbers[index] : otherwise;

    private static int Whole(double number) => number == Math.Truncate(number) && Math.Abs(number) < int.MaxValue ? (int)number : throw new ArgumentException($"A wrapper has the number {number} where a whole one belongs.");

    private sealed record Entry(int Least, int Most, Func<IEnvironment, double[], int, IEnvironment> Make);
}
