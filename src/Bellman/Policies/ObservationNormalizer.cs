namespace Bellman;

/// <summary>
/// Brings observations' floats to mean 0 and variance 1, clipped to ±10. What acts and learns uses frozen numbers;
/// they change only when <see cref="Update"/> is called, between rollouts.
/// </summary>
public sealed class ObservationNormalizer
{
    internal const float ClipRange = 10;

    // Added to the variance, as Stable-Baselines3 does.
    private const double Epsilon = 1e-8;

    private readonly RunningStatistics statistics;
    private readonly float[] mean;
    private readonly float[] scale;

    /// <summary>A normaliser that changes nothing yet but clips.</summary>
    /// <param name="length">How many floats an observation has.</param>
    public ObservationNormalizer(int length)
    {
        statistics = new RunningStatistics(length);
        mean = new float[length];
        scale = new float[length];
        Freeze();
    }

    /// <summary>What is subtracted.</summary>
    public ReadOnlySpan<float> Mean => mean;

    /// <summary>What is multiplied by afterwards: 1 / √(variance + 1e-8).</summary>
    public ReadOnlySpan<float> Scale => scale;

    /// <summary>How many observations the numbers come from.</summary>
    internal double Count => statistics.Count;

    /// <summary>clip((x − mean)·scale, ±10), in place.</summary>
    /// <param name="values">Some of an observation's floats.</param>
    /// <param name="start">Where in the observation they begin.</param>
    public void Apply(Span<float> values, int start = 0)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp((values[i] - mean[start + i]) * scale[start + i], -ClipRange, ClipRange);
        }
    }

    /// <summary>Takes in raw observations; their numbers hold from now on.</summary>
    /// <param name="observations"><c>[count, length]</c>.</param>
    /// <param name="valid">0 passes a row over; empty takes all.</param>
    public void Update(ReadOnlySpan<float> observations, ReadOnlySpan<byte> valid = default)
    {
        statistics.Update(observations, valid);
        Freeze();
    }

    /// <summary>Saves or loads what the numbers come from.</summary>
    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        statistics.Exchange(state);
        if (state.Loading)
        {
            Freeze();
        }
    }

    /// <summary>Takes the numbers of a saved normaliser: to act, the same bits; to learn on, statistics in single precision.</summary>
    /// <param name="savedMean">Its <see cref="Mean"/>.</param>
    /// <param name="savedScale">Its <see cref="Scale"/>.</param>
    /// <param name="count">Its <see cref="Count"/>; 0 where it is not known, so that what comes next replaces it.</param>
    internal void Load(ReadOnlySpan<float> savedMean, ReadOnlySpan<float> savedScale, double count)
    {
        savedMean.CopyTo(mean);
        savedScale.CopyTo(scale);
        statistics.Restore(count, i => mean[i], i => Math.Max(0, (1.0 / ((double)scale[i] * scale[i])) - Epsilon));
    }

    private void Freeze()
    {
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = (float)statistics.Mean[i];
            scale[i] = (float)(1 / Math.Sqrt(statistics.Variance[i] + Epsilon));
        }
    }
}
