namespace Bellman;

/// <summary>Keeps of training's figures what <see cref="TrainingRules"/> need, and tells what is wrong at the moment. It takes no measurable time and allocates only for warnings.</summary>
public sealed class TrainingMonitor
{
    private const int Window = 10, DivergenceWindow = 5;

    private readonly List<TrainingWarning> warnings = [];
    private readonly Recent divergences = new(DivergenceWindow), valueLosses = new(Window), explained = new(Window);
    private double firstEntropy = double.NaN, firstDeviation = double.NaN, firstValueLoss = double.NaN, bestValueLoss = double.PositiveInfinity;

    /// <summary>What is wrong as of the last update.</summary>
    public IReadOnlyList<TrainingWarning> Warnings => warnings;

    /// <summary>Takes in an update.</summary>
    public void Add(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        warnings.Clear();
        var remaining = 1 - (progress.Steps / (double)Math.Max(1, progress.TotalSteps));
        for (var i = 0; i < progress.MetricNames.Count; i++)
        {
            var (name, value) = (progress.MetricNames[i], progress.MetricValues[i]);
            Warn(TrainingRules.NotFinite(name, value));
            switch (name)
            {
                case "train/entropy_loss" when !progress.MetricNames.Contains("train/std"):
                    // A density's entropy may be negative: of continuous actions the deviation tells.
                    firstEntropy = double.IsNaN(firstEntropy) ? -value : firstEntropy;
                    Warn(TrainingRules.Entropy(firstEntropy, -value, remaining));
                    break;
                case "train/std":
                    firstDeviation = double.IsNaN(firstDeviation) ? value : firstDeviation;
                    Warn(TrainingRules.Deviation(firstDeviation, value, remaining));
                    break;
                case "train/approx_kl":
                    divergences.Add(value);
                    break;
                case "train/value_loss":
                    valueLosses.Add(value);
                    break;
                case "train/explained_variance":
                    explained.Add(double.IsNaN(value) ? 0 : value);
                    break;
            }
        }

        Warn(divergences.Full ? TrainingRules.Divergence(divergences.Values) : null);
        if (valueLosses.Full && explained.Full)
        {
            firstValueLoss = double.IsNaN(firstValueLoss) ? valueLosses.Mean : firstValueLoss;
            bestValueLoss = Math.Min(bestValueLoss, valueLosses.Mean);
            Warn(TrainingRules.ValueLoss(firstValueLoss, bestValueLoss, valueLosses.Mean, explained.Mean));
        }
    }

    private void Warn(TrainingWarning? warning)
    {
        if (warning is not null)
        {
            warnings.Add(warning);
        }
    }

    /// <summary>The last few numbers, in no order.</summary>
    private sealed class Recent(int count)
    {
        private readonly double[] values = new double[count];
        private long added;

        public bool Full => added >= count;

        public ReadOnlySpan<double> Values => values;

        public double Mean => values.Average();

        public void Add(double value) => values[added++ % count] = value;
    }
}
