using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Bellman.Tests;

/// <summary>What is told to .NET's instruments. Other tests train at the same time: the seed tells these apart.</summary>
public sealed class TelemetryTests
{
    private const ulong Seed = 424_242;

    [Fact]
    public void Meter_TellsEveryMetric_UnderItsName()
    {
        var (told, steps, episodes) = (new ConcurrentDictionary<string, double>(), 0L, 0L);
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => Listen(instrument, listener) };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (IsOurs(tags))
            {
                told[instrument.Name] = value;
            }
        });
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (IsOurs(tags))
            {
                _ = instrument.Name == "time/total_timesteps" ? steps += value : episodes += value;
            }
        });
        listener.Start();
        using var ppo = Agent();
        ppo.Learn(512, callbacks: [new EvaluationCallback("CartPole-v1", every: 512) { Episodes = 1 }]);

        Assert.Equal((512, ppo.Episodes.Count), (steps, episodes));
        Assert.Equal(ppo.Progress.MeanReturn, told["rollout/ep_rew_mean"]);
        Assert.Equal(ppo.Progress.MeanLength, told["rollout/ep_len_mean"]);
        foreach (var (name, value) in PpoHarness.Metrics(ppo.Progress))
        {
            Assert.Equal(value, told[name]);
        }

        Assert.Contains("eval/mean_reward", told.Keys);
        Assert.True(told["time/fps"] > 0 && told["time/collect"] > 0 && told["time/learn"] > 0);

        static void Listen(Instrument instrument, MeterListener listener)
        {
            if (instrument.Meter.Name == Telemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        }
    }

    [Fact]
    public void Activities_AreNested_AsTrainingIs()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Bellman",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var ppo = Agent();
        ppo.Learn(256, callbacks: [new EvaluationCallback("CartPole-v1", every: 256) { Episodes = 1 }]);

        var train = ended.Single(activity => activity.OperationName == "train" && Equals(activity.GetTagItem("seed"), $"{Seed}"));
        Assert.Equal("CartPole-v1", train.GetTagItem("environment"));
        Assert.Equal(["collect", "learn", "collect", "learn", "evaluate"], ended.Where(activity => activity.ParentSpanId == train.SpanId && activity.TraceId == train.TraceId).Select(activity => activity.OperationName));
    }

    [Fact]
    public void WhereNobodyListens_NothingIsAllocated()
    {
        using var ppo = Agent();
        ppo.Learn(256);
        var tags = Telemetry.Tags(VectorEnvironment.Make("CartPole-v1"));
        Report();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Report();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Report() => Telemetry.Report(ppo.Progress, 1, 1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), tags);
    }

    private static Ppo Agent() => new(VectorEnvironment.Make("CartPole-v1", 4, Seed), new PpoSettings { Seed = 1, RolloutSteps = 32, Epochs = 1 });

    private static bool IsOurs(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "seed" && Equals(value, $"{Seed}"))
            {
                return true;
            }
        }

        return false;
    }
}
