namespace Bellman;

/// <summary>Returns over environment steps, gathered in a fixed number of bins however long training is, and drawn as SVG.</summary>
/// <param name="totalSteps">Environment steps in all.</param>
public sealed class LearningCurve(long totalSteps)
{
    private const int Bins = 400;

    private readonly double[] minimum = [.. Enumerable.Repeat(double.PositiveInfinity, Bins)];
    private readonly double[] maximum = [.. Enumerable.Repeat(double.NegativeInfinity, Bins)];
    private readonly double[] rolling = [.. Enumerable.Repeat(double.NaN, Bins)];

    /// <summary>Takes in an episode, with the mean of the last hundred at its end.</summary>
    public void Add(Episode episode, double meanReturn)
    {
        var bin = (int)Math.Clamp(episode.Step * Bins / Math.Max(1, totalSteps), 0, Bins - 1);
        minimum[bin] = Math.Min(minimum[bin], episode.Return);
        maximum[bin] = Math.Max(maximum[bin], episode.Return);
        rolling[bin] = meanReturn;
    }

    /// <summary>The curve as SVG: each bin's range of returns, and the mean of the last hundred episodes.</summary>
    public string ToSvg(string title)
    {
        int[] filled = [.. Enumerable.Range(0, Bins).Where(bin => minimum[bin] <= maximum[bin])];
        var line = new ChartLine("return", [.. filled.Select(bin => (bin + 0.5) * totalSteps / Bins)], [.. filled.Select(bin => rolling[bin])])
        {
            Low = [.. filled.Select(bin => minimum[bin])],
            High = [.. filled.Select(bin => maximum[bin])],
            Apart = true,
        };
        return new LineChart { Title = title, XLabel = "environment steps", YLabel = "return of an episode", XMaximum = totalSteps, Legend = "line: mean of the last 100 · bars: single episodes" }.Add(line).ToSvg();
    }

    /// <summary>Writes what was taken in, so that a resumed run goes on drawing.</summary>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(totalSteps);
        for (var bin = 0; bin < Bins; bin++)
        {
            writer.Write(minimum[bin]);
            writer.Write(maximum[bin]);
            writer.Write(rolling[bin]);
        }
    }

    /// <summary>Takes back what <see cref="SaveState"/> wrote, of a curve over another number of steps too.</summary>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var steps = reader.ReadInt64();
        for (var i = 0; i < Bins; i++)
        {
            var bin = (int)Math.Clamp((i + 0.5) * steps / Math.Max(1, totalSteps), 0, Bins - 1);
            var (low, high, mean) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            minimum[bin] = Math.Min(minimum[bin], low);
            maximum[bin] = Math.Max(maximum[bin], high);
            rolling[bin] = double.IsNaN(mean) ? rolling[bin] : mean;
        }
    }
}
