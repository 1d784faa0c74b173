namespace Bellman;

/// <summary>Mean and variance of vectors that come one by one, by Chan's update with Gymnasium's tiny start.</summary>
internal sealed class RunningMoments(int length)
{
    private readonly double[] mean = new double[length];
    private readonly double[] variance = [.. Enumerable.Repeat(1.0, length)];
    private double count = 1e-4;

    public double Mean(int i) => mean[i];

    public double Deviation(int i) => Math.Sqrt(variance[i] + 1e-8);

    public void Add(int i, double value)
    {
        var delta = value - mean[i];
        mean[i] += delta / (count + 1);
        variance[i] = ((variance[i] * count) + (delta * delta * count / (count + 1))) / (count + 1);
    }

    /// <summary>Counts a vector whose elements were added.</summary>
    public void Count() => count++;

    public void Save(BinaryWriter writer)
    {
        writer.Write(count);
        for (var i = 0; i < mean.Length; i++)
        {
            writer.Write(mean[i]);
            writer.Write(variance[i]);
        }
    }

    public void Load(BinaryReader reader)
    {
        count = reader.ReadDouble();
        for (var i = 0; i < mean.Length; i++)
        {
            (mean[i], variance[i]) = (reader.ReadDouble(), reader.ReadDouble());
        }
    }
}
