using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Bellman;

/// <summary>
/// What training tells to .NET's own instruments, for dotnet-counters, OpenTelemetry and whoever else listens: a <see cref="Meter"/> with the metrics' names,
/// and an <see cref="ActivitySource"/> with the activities <c>train</c>, <c>collect</c>, <c>learn</c> and <c>evaluate</c>. Where nobody listens it costs nothing and allocates nothing.
/// </summary>
public static class Telemetry
{
    /// <summary>The name of meter and activity source.</summary>
    public const string Name = "Bellman";

    private static readonly string Version = typeof(Telemetry).Assembly.GetName().Version!.ToString(3);
    private static readonly Meter Meter = new(Name, Version);
    private static readonly ConcurrentDictionary<string, Gauge<double>> Gauges = new(StringComparer.Ordinal);
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("time/total_timesteps", "{step}", "Environment steps taken.");
    private static readonly Counter<long> Episodes = Meter.CreateCounter<long>("rollout/episodes", "{episode}", "Episodes that have ended.");
    private static readonly Histogram<double> CollectTime = Meter.CreateHistogram<double>("time/collect", "s", "Time of playing one rollout.");
    private static readonly Histogram<double> LearnTime = Meter.CreateHistogram<double>("time/learn", "s", "Time of learning from one rollout.");

    // Made here, so that who begins to listen before the first update finds them.
    private static readonly Gauge<double> MeanReturn = GaugeOf("rollout/ep_rew_mean"), MeanLength = GaugeOf("rollout/ep_len_mean"), Speed = GaugeOf("time/fps");

    internal static ActivitySource Activities { get; } = new(Name, Version);

    /// <summary>What tells the trainings of a process apart.</summary>
    internal static TagList Tags(VectorEnvironment environment) =>
        new() { { "environment", environment.Spec?.Id ?? "custom" }, { "seed", environment.Seed.ToString(CultureInfo.InvariantCulture) } };

    /// <summary>Tells of an update.</summary>
    /// <param name="progress">The figures.</param>
    /// <param name="steps">Environment steps since the last update.</param>
    /// <param name="episodes">Episodes since the last update.</param>
    /// <param name="collect">How long playing took.</param>
    /// <param name="learn">How long learning took.</param>
    /// <param name="tags">Whose figures they are.</param>
    internal static void Report(TrainingProgress progress, long steps, long episodes, TimeSpan collect, TimeSpan learn, in TagList tags)
    {
        Steps.Add(steps, tags);
        Episodes.Add(episodes, tags);
        CollectTime.Record(collect.TotalSeconds, tags);
        LearnTime.Record(learn.TotalSeconds, tags);
        Record(MeanReturn, progress.MeanReturn, tags);
        Record(MeanLength, progress.MeanLength, tags);
        Record(Speed, progress.StepsPerSecond, tags);
        for (var i = 0; i < progress.MetricNames.Count; i++)
        {
            Record(GaugeOf(progress.MetricNames[i]), progress.MetricValues[i], tags);
        }
    }

    private static void Record(Gauge<double> gauge, double value, in TagList tags)
    {
        // NaN means that there is no figure.
        if (gauge.Enabled && !double.IsNaN(value))
        {
            gauge.Record(value, tags);
        }
    }

    private static Gauge<double> GaugeOf(string name) => Gauges.GetOrAdd(name, static name => Meter.CreateGauge<double>(name));
}
