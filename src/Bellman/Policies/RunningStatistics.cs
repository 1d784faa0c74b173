using System.Numerics;

namespace Bellman;

/// <summary>Mean and population variance of vectors that keep coming, by Chan's parallel update; as Stable-Baselines3's RunningMeanStd.</summary>
/// <param name="length">How long a vector is.</param>
public sealed class RunningStatistics(int length)
{
    // A tiny start instead of 0, so that the first batch nearly replaces it.
    private const double InitialCount = 1e-4;

    private readonly double[] mean = new double[length];
    private readonly double[] variance = [.. Enumerable.Repeat(1.0, length)];

    /// <summary>How many vectors were seen, plus 1e-4.</summary>
    public double Count { get; private set; } = InitialCount;

    /// <summary>The mean of each element.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>The population variance of each element.</summary>
    public ReadOnlySpan<double> Variance => variance;

    /// <summary>Takes in a batch.</summary>
    /// <param name="values"><c>[count, length]</c>.</param>
    /// <param name="valid">0 passes a row over; empty takes all.</param>
    public void Update<T>(ReadOnlySpan<T> values, ReadOnlySpan<byte> valid = default) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = 0;
        for (var row = 0; row < values.Length / length; row++)
        {
            rows += valid.IsEmpty || valid[row] != 0 ? 1 : 0;
        }

        if (rows == 0)
        {
            return;
        }

        var total = Count + rows;
        for (var i = 0; i < length; i++)
        {
            var sum = 0.0;
            for (var row = 0; row < values.Length / length; row++)
            {
                sum += valid.IsEmpty || valid[row] != 0 ? double.CreateTruncating(values[(row * length) + i]) : 0;
            }

            var (batchMean, squares) = (sum / rows, 0.0);
            for (var row = 0; row < values.Length / length; row++)
            {
                if (valid.IsEmpty || valid[row] != 0)
                {
                    var difference = double.CreateTruncating(values[(row * length) + i]) - batchMean;
                    squares += difference * difference;
                }
            }

            var delta = batchMean - mean[i];
            mean[i] += delta * rows / total;
            variance[i] = ((variance[i] * Count) + squares + (delta * delta * Count * rows / total)) / total;
        }

        Count = total;
    }

    /// <summary>Begins from known statistics.</summary>
    internal void Restore(double count, Func<int, double> meanOf, Func<int, double> varianceOf)
    {
        Count = Math.Max(count, InitialCount);
        for (var i = 0; i < length; i++)
        {
            (mean[i], variance[i]) = (meanOf(i), varianceOf(i));
        }
    }

    /// <summary>Saves or loads what was seen.</summary>
    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var count = Count;
        state.Exchange("count", ref count);
        state.Exchange("mean", mean.AsSpan());
        state.Exchange("variance", variance.AsSpan());
        state.Require(count > 0, $"the statistics are of {count} vectors");
        Count = count;
    }
}
