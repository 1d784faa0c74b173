namespace Bellman.Cli;

/// <summary>What the panel shows: a copy of training's figures, so that drawing never meets a number that is being written.</summary>
internal sealed class PanelState
{
    /// <summary>How many columns the curve has.</summary>
    public const int Columns = 60;

    private readonly Dictionary<string, double> metrics = new(StringComparer.Ordinal);
    private readonly double[] curve = [.. Enumerable.Repeat(double.NaN, Columns)];
    private readonly List<TrainingWarning> warnings = [];
    private int column = -1;

    public long Steps { get; private set; }

    public long TotalSteps { get; private set; } = 1;

    public long Episodes { get; private set; }

    public double StepsPerSecond { get; private set; }

    public double MeanReturn { get; private set; } = double.NaN;

    public double MeanLength { get; private set; } = double.NaN;

    public TimeSpan Elapsed { get; private set; }

    public TimeSpan Collect { get; private set; }

    public TimeSpan Learn { get; private set; }

    public TimeSpan Evaluate { get; private set; }

    /// <summary>Whether playing and learning are one, so that neither has a time of its own.</summary>
    public bool LearnsWhilePlaying { get; private set; }

    /// <summary>The mean return over the share of training done.</summary>
    public ReadOnlySpan<double> Curve => curve;

    /// <summary>The learner's figures by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics => metrics;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<TrainingWarning> Warnings => warnings;

    /// <summary>The time that is left if all goes on as it went.</summary>
    public TimeSpan Left => Steps > 0 ? Elapsed * (Math.Max(0, TotalSteps - Steps) / (double)Steps) : TimeSpan.Zero;

    /// <summary>Takes in an update; called by the thread that trains, under the panel's lock.</summary>
    public void Take(TrainingProgress progress, IReadOnlyList<TrainingWarning> found)
    {
        (Steps, TotalSteps, Episodes) = (progress.Steps, Math.Max(1, progress.TotalSteps), progress.Episodes);
        (StepsPerSecond, MeanReturn, MeanLength) = (progress.StepsPerSecond, progress.MeanReturn, progress.MeanLength);
        (Elapsed, Collect, Learn, Evaluate) = (progress.Elapsed, progress.CollectTime, progress.LearnTime, progress.EvaluateTime);
        LearnsWhilePlaying = progress.LearnsWhilePlaying;
        Draw((int)Math.Clamp((Steps * Columns / TotalSteps) - (Steps == TotalSteps ? 1 : 0), 0, Columns - 1));
        for (var i = 0; i < progress.MetricNames.Count; i++)
        {
            // An evaluation's figure stands until the next one.
            if (!double.IsNaN(progress.MetricValues[i]) || !metrics.ContainsKey(progress.MetricNames[i]))
            {
                metrics[progress.MetricNames[i]] = progress.MetricValues[i];
            }
        }

        warnings.Clear();
        warnings.AddRange(found);
    }

    // Where updates are far apart, columns between two of them stand as high as the later.
    private void Draw(int reached)
    {
        for (var i = column < 0 || column >= reached ? reached : column + 1; i <= reached; i++)
        {
            curve[i] = MeanReturn;
        }

        column = reached;
    }
}
