using System.Text.Json;

namespace Bellman.Tests;

/// <summary>Running means and variances, and what is normalised by them, against float64 references.</summary>
public sealed class RunningStatisticsTests
{
    [Fact]
    public void Update_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("running_mean_std"))
        {
            var statistics = new RunningStatistics(Width(input));
            foreach (var (batch, after) in input.GetProperty("batches").EnumerateArray().Zip(output.GetProperty("after_each_batch").EnumerateArray()))
            {
                statistics.Update<double>(Reference.Doubles(batch));
                Reference.Close(after.Doubles("mean"), statistics.Mean, 1e-9);
                Reference.Close(after.Doubles("var"), statistics.Variance, 1e-9);
                Reference.Close(after.Number("count"), statistics.Count, 1e-9);
            }
        }
    }

    [Fact]
    public void Normalizer_EqualsReference()
    {
        foreach (var (input, output) in Reference.Cases("running_mean_std"))
        {
            var width = Width(input);
            var normalizer = new ObservationNormalizer(width);
            foreach (var batch in input.GetProperty("batches").EnumerateArray())
            {
                normalizer.Update([.. Reference.Doubles(batch).Select(x => (float)x)]);
            }

            var rows = input.Floats("x");
            for (var row = 0; row < rows.Length; row += width)
            {
                normalizer.Apply(rows.AsSpan(row, width));
            }

            Reference.Close(output.Doubles("normalized"), rows, 1e-5);
        }
    }

    [Fact]
    public void InvalidRows_ArePassedOver()
    {
        RunningStatistics all = new(2), some = new(2);
        all.Update<float>([1, 2, 5, 6]);
        some.Update<float>([1, 2, 99, 99, 5, 6], [1, 0, 1]);
        some.Update<float>([99, 99], [0]);
        Assert.Equal(all.Mean, some.Mean);
        Assert.Equal(all.Variance, some.Variance);
        Assert.Equal(2.0001, some.Count, 1e-12);
    }

    private static int Width(JsonElement input) => input.GetProperty("initial").GetProperty("mean").GetArrayLength();
}
