namespace Bellman.Tests;

/// <summary>Agents that go on from checkpoints.</summary>
internal static class Resumption
{
    /// <summary>Learns for 5,000 steps in rounds of 500, and again from the first, the middle and the last but one of its checkpoints.</summary>
    /// <param name="make">Makes the agent.</param>
    /// <param name="values">What it has learned.</param>
    /// <param name="folder">Where checkpoints may lie.</param>
    public static void EndsWithTheSameBits<TAgent>(Func<TAgent> make, Func<TAgent, double[]> values, string folder) where TAgent : IAgent
    {
        var checkpoints = new List<string>();
        using var whole = make();
        whole.Learn(5000, new Report(progress =>
        {
            var checkpoint = new Checkpoint();
            whole.SaveState(checkpoint);
            checkpoints.Add(Path.Combine(folder, $"{progress.Steps}"));
            checkpoint.Save(checkpoints[^1]);
        }));
        Assert.Equal(10, checkpoints.Count);
        foreach (var path in new[] { checkpoints[0], checkpoints[4], checkpoints[8] })
        {
            using var resumed = make();
            resumed.LoadState(Checkpoint.Open(path));
            resumed.Learn(5000);
            Assert.Equal(5000, resumed.Progress.Steps);
            Assert.Equal(values(whole), values(resumed));
            Assert.Equal(whole.Policy.WeightsSha256, resumed.Policy.WeightsSha256);
            Assert.Equal((whole.Episodes.Count, whole.Episodes.MeanReturn), (resumed.Episodes.Count, resumed.Episodes.MeanReturn));
            Assert.Equal(whole.Progress.MetricValues, resumed.Progress.MetricValues);
        }
    }

    private sealed class Report(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        void IProgress<TrainingProgress>.Report(TrainingProgress value) => action(value);
    }
}
