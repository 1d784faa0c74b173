using System.Globalization;
using System.Text.Json.Nodes;

namespace Bellman;

/// <summary>What a band around the mean of several seeds shows.</summary>
public enum ChartBand
{
    /// <summary>From the worst seed to the best.</summary>
    Range,

    /// <summary>One population standard deviation to either side.</summary>
    Deviation,
}

/// <summary>Overlays runs: those that differ in their seed alone become one line, their mean, with a band.</summary>
public static class RunChart
{
    private const int Points = 300;

    /// <summary>Draws a metric of runs.</summary>
    /// <param name="runs">The runs; at least one.</param>
    /// <param name="metric">A column of <c>progress.csv</c>.</param>
    /// <param name="seconds">Whether it is drawn over time instead of environment steps.</param>
    /// <param name="band">What the bands show.</param>
    /// <param name="each">Whether every run has a line of its own.</param>
    /// <exception cref="ArgumentException">There is no run, or one has no such column; the message says which there are.</exception>
    public static string ToSvg(IReadOnlyList<RunRecord> runs, string metric = "rollout/ep_rew_mean", bool seconds = false, ChartBand band = ChartBand.Range, bool each = false)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            throw new ArgumentException("There is no run to draw; name at least one.", nameof(runs));
        }

        var environments = runs.Select(run => run.Environment).Distinct().ToList();
        var chart = new LineChart
        {
            Title = environments.Count == 1 ? environments[0] : "Runs",
            XLabel = seconds ? "seconds" : "environment steps",
            YLabel = metric == "rollout/ep_rew_mean" ? "mean return of the last 100 episodes" : metric,
        };
        foreach (var (name, members) in Groups(runs, each))
        {
            chart.Add(Line(name, [.. members.Select(run => Curve(run, metric, seconds))], band));
        }

        return chart.ToSvg();
    }

    /// <summary>Runs that differ in their seed alone, each group with a name that tells it from the others.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="each">Whether every run is a group.</param>
    internal static IReadOnlyList<(string Name, IReadOnlyList<RunRecord> Runs)> Groups(IReadOnlyList<RunRecord> runs, bool each)
    {
        var groups = runs.GroupBy(run => each ? run.Path : Identity(run)).Select(group => group.ToList()).ToList();
        var environments = runs.Select(run => run.Environment).Distinct().Count();
        var names = groups.Select(group => group[0].Algorithm + (environments > 1 ? " · " + group[0].Environment : "")).ToList();

        // Where algorithm and environment are the same, what sets the groups apart is said.
        string[] full = [.. names.Select((name, i) =>
        {
            var alike = groups.Where((_, j) => j != i && names[j] == name).Select(group => group[0]).ToList();
            return name + string.Concat(Differences(groups[i][0], alike).Select(difference => " · " + difference)) + Seeds(groups[i]);
        })];
        return [.. groups.Select((group, i) => (full.Count(name => name == full[i]) > 1 ? $"{full[i]} · {Path.GetFileName(Path.TrimEndingDirectorySeparator(group[0].Path))}" : full[i], (IReadOnlyList<RunRecord>)group))];

        static string Seeds(List<RunRecord> group) => group.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({group.Count} seeds)") : $" · seed {group[0].Seed}";
    }

    /// <summary>A line of one run, or the mean of several where all of them have come.</summary>
    internal static ChartLine Line(string name, IReadOnlyList<(double[] X, double[] Y)> curves, ChartBand band)
    {
        var full = curves.Where(curve => curve.X.Length > 0).ToList();
        if (full.Count < 2)
        {
            var (x, y) = full.Count == 0 ? ([], []) : Thin(full[0]);
            return new ChartLine(name, x, y);
        }

        // Between the last of the beginnings and the first of the ends, so that the mean never jumps because a run joins or leaves.
        var (from, to) = (full.Max(curve => curve.X[0]), full.Min(curve => curve.X[^1]));
        double[] grid = to > from ? [.. Enumerable.Range(0, Points + 1).Select(i => from + ((to - from) * i / Points))] : [to];
        var values = full.Select(curve => grid.Select(x => At(curve, x)).ToArray()).ToList();
        var mean = grid.Select((_, i) => values.Average(curve => curve[i])).ToArray();
        var deviation = grid.Select((_, i) => Math.Sqrt(values.Average(curve => Math.Pow(curve[i] - mean[i], 2)))).ToArray();
        return new ChartLine(name, grid, mean)
        {
            Low = [.. grid.Select((_, i) => band == ChartBand.Range ? values.Min(curve => curve[i]) : mean[i] - deviation[i])],
            High = [.. grid.Select((_, i) => band == ChartBand.Range ? values.Max(curve => curve[i]) : mean[i] + deviation[i])],
        };
    }

    private static (double[] X, double[] Y) Curve(RunRecord run, string metric, bool seconds)
    {
        var x = run.Column(seconds ? "time/time_elapsed" : "time/total_timesteps") ?? [];
        if (run.Column(metric) is not { } y)
        {
            throw new ArgumentException(run.Columns.Count == 0
                ? $"The run '{run.Path}' has no rows in its progress.csv yet."
                : $"The run '{run.Path}' has no metric '{metric}'.{DidYouMean.Hint(metric, run.Columns)} It has {string.Join(", ", run.Columns)}.", nameof(run));
        }

        int[] rows = [.. Enumerable.Range(0, Math.Min(x.Count, y.Count)).Where(i => double.IsFinite(x[i]) && double.IsFinite(y[i]))];
        return ([.. rows.Select(i => x[i])], [.. rows.Select(i => y[i])]);
    }

    private static double At((double[] X, double[] Y) curve, double x)
    {
        var place = Array.BinarySearch(curve.X, x);
        if (place >= 0)
        {
            return curve.Y[place];
        }

        var right = Math.Clamp(~place, 1, curve.X.Length - 1);
        if (curve.X.Length == 1)
        {
            return curve.Y[0];
        }

        var share = (x - curve.X[right - 1]) / (curve.X[right] - curve.X[right - 1]);
        return curve.Y[right - 1] + (Math.Clamp(share, 0, 1) * (curve.Y[right] - curve.Y[right - 1]));
    }

    // No more points than a picture shows; each is a row as it was, not a mean.
    private static (double[] X, double[] Y) Thin((double[] X, double[] Y) curve)
    {
        var stride = Math.Max(1, curve.X.Length / (2 * Points));
        int[] rows = [.. Enumerable.Range(0, curve.X.Length).Where(i => i % stride == 0 || i == curve.X.Length - 1)];
        return ([.. rows.Select(i => curve.X[i])], [.. rows.Select(i => curve.Y[i])]);
    }

    private static string Identity(RunRecord run) => string.Join('|', run.Algorithm, run.Environment, run.Settings["environmentOptions"]?.ToJsonString(), string.Join(',', Values(run).Select(pair => $"{pair.Key}={pair.Value}")));

    private static SortedDictionary<string, string> Values(RunRecord run)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in new[] { run.Settings["settings"], run.Settings["environmentOptions"] }.OfType<JsonObject>())
        {
            foreach (var (name, value) in part.Where(pair => pair.Key != "seed"))
            {
                values[name] = value?.ToString() ?? "null";
            }
        }

        return values;
    }

    private static IEnumerable<string> Differences(RunRecord run, IEnumerable<RunRecord> others)
    {
        var all = others.Select(Values).ToList();
        return Values(run).Where(pair => all.Exists(other => other.GetValueOrDefault(pair.Key) != pair.Value)).Select(pair => $"{pair.Key} {pair.Value.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal)}").Take(3);
    }
}
