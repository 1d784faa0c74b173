namespace Bellman;

/// <summary>Where training stands. The same object is reported again and again: read it, do not keep it.</summary>
public sealed class TrainingProgress
{
    private readonly List<string> names = [];
    private readonly List<double> values = [];

    /// <summary>Environment steps taken.</summary>
    public long Steps { get; internal set; }

    /// <summary>Environment steps to be taken in all.</summary>
    public long TotalSteps { get; internal set; }

    /// <summary>Rollouts collected.</summary>
    public int Iterations { get; internal set; }

    /// <summary>Episodes that have ended.</summary>
    public long Episodes { get; internal set; }

    /// <summary>The mean return of the last hundred episodes; NaN before the first.</summary>
    public double MeanReturn { get; internal set; }

    /// <summary>The mean length of the last hundred episodes; NaN before the first.</summary>
    public double MeanLength { get; internal set; }

    /// <summary>Time spent playing.</summary>
    public TimeSpan CollectTime { get; internal set; }

    /// <summary>Time spent learning.</summary>
    public TimeSpan LearnTime { get; internal set; }

    /// <summary>Whether each step is learned from as it is played, as by tables: <see cref="CollectTime"/> then is the time of both, and <see cref="LearnTime"/> next to nothing.</summary>
    public bool LearnsWhilePlaying { get; internal set; }

    /// <summary>Time spent evaluating between updates.</summary>
    public TimeSpan EvaluateTime { get; internal set; }

    /// <summary>Time since training began.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>Environment steps a second since training began.</summary>
    public double StepsPerSecond => Elapsed > TimeSpan.Zero ? Steps / Elapsed.TotalSeconds : 0;

    /// <summary>Why a callback stopped training before its steps were taken; null if none did.</summary>
    public string? StopReason { get; internal set; }

    /// <summary>The names of the learner's metrics, as <c>train/approx_kl</c>.</summary>
    public IReadOnlyList<string> MetricNames => names;

    /// <summary>The metrics of the last update, in the order of their names.</summary>
    public IReadOnlyList<double> MetricValues => values;

    /// <summary>Saves or loads the counters and the clocks; metrics come with the next update.</summary>
    internal void Exchange(StateArchive state)
    {
        Span<long> values = [Steps, Iterations, Episodes, CollectTime.Ticks, LearnTime.Ticks, Elapsed.Ticks];
        state.Exchange("counters", values);
        foreach (var value in values)
        {
            state.Require(value >= 0, $"a counter is {value}");
        }

        state.Require(values[1] <= int.MaxValue, $"there were {values[1]} rollouts");
        (Steps, Iterations, Episodes) = (values[0], (int)values[1], values[2]);
        (CollectTime, LearnTime, Elapsed) = (new TimeSpan(values[3]), new TimeSpan(values[4]), new TimeSpan(values[5]));

        // Older checkpoints do not have it.
        if (!state.Loading || state.Has("evaluation"))
        {
            var evaluation = EvaluateTime.Ticks;
            state.Exchange("evaluation", ref evaluation);
            state.Require(evaluation >= 0, $"evaluations took {evaluation}");
            EvaluateTime = new TimeSpan(evaluation);
        }
    }

    /// <summary>Sets a metric of the learner's.</summary>
    public void Set(string name, double value)
    {
        var index = names.IndexOf(name);
        if (index < 0)
        {
            names.Add(name);
            values.Add(value);
        }
        else
        {
            values[index] = value;
        }
    }
}
