namespace Bellman.Tests;

/// <summary>A metric that first comes in the middle of a run has a column from there on, whether the run was resumed or not.</summary>
public sealed class LateMetricTests : IDisposable
{
    private const int Steps = 320;
    private static readonly PpoSettings Settings = new() { Seed = 1, RolloutSteps = 16, Epochs = 1, HiddenSizes = [8] };

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void LateMetric_HasAColumn_EmptyBefore()
    {
        Train("whole", stop: Steps);
        var run = RunRecord.Read(Path.Combine(folder, "whole"));
        Assert.Equal(["watch/late", "watch/later"], run.Columns.TakeLast(2));
        Assert.Equal([double.NaN, double.NaN, double.NaN, 64, 80], run.Column("watch/late")!.Take(5));
        Assert.Equal(Enumerable.Repeat(double.NaN, 9).Concat([160 * 0.5]), run.Column("watch/later")!.Take(10));
        Assert.Equal(20, run.Column("time/total_timesteps")!.Count);
    }

    // Saved before the first late metric came, between the two, and after both; killed before any, and after the next.
    [Theory]
    [InlineData(32, 48)]
    [InlineData(32, 64)]
    [InlineData(48, 160)]
    [InlineData(96, 112)]
    [InlineData(96, 208)]
    [InlineData(176, 208)]
    public void ResumedRun_HasTheRowsOfOneLeftAlone(int saved, int killed)
    {
        Train("whole", stop: Steps);
        Train("killed", stop: killed, save: saved);
        Train("killed", stop: Steps, resume: true);
        Assert.Equal(KilledRun.Rows(Path.Combine(folder, "whole")), KilledRun.Rows(Path.Combine(folder, "killed")));
        Assert.Equal(KilledRun.EventSteps(Path.Combine(folder, "whole")), KilledRun.EventSteps(Path.Combine(folder, "killed")));
    }

    [Fact]
    public void RowCutShortByAKill_IsGoneAfterTheResume()
    {
        Train("whole", stop: Steps);
        Train("killed", stop: 176, save: 48);
        File.AppendAllText(Path.Combine(folder, "killed", "progress.csv"), "192,12,0.0");
        Train("killed", stop: Steps, resume: true);
        Assert.Equal(KilledRun.Rows(Path.Combine(folder, "whole")), KilledRun.Rows(Path.Combine(folder, "killed")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Train(string name, int stop, int save = 0, bool resume = false)
    {
        var path = Path.Combine(folder, name);
        var description = new RunDescription { Algorithm = "ppo", Environment = "CartPole-v1", Seed = 1, Settings = [], Sources = new Dictionary<string, string>() };
        using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", 1, seed: 1), Settings);
        var checkpoint = resume ? Checkpoint.Open(RunFolder.FindCheckpoint(path)!) : null;
        using var run = resume ? RunFolder.Resume(path, description, Steps, checkpoint) : new RunFolder(path, description, Steps);
        if (checkpoint is not null)
        {
            ppo.LoadState(checkpoint);
        }

        ppo.Learn(stop, new Told(progress =>
        {
            run.Add(progress);
            if (progress.Steps == save)
            {
                run.Save(ppo);
            }
        }), [new LateMetrics()]);
    }

    private sealed class LateMetrics : TrainingCallback
    {
        public override void OnUpdate(TrainingContext training)
        {
            if (training.Progress.Steps >= 64)
            {
                training.Progress.Set("watch/late", training.Progress.Steps);
            }

            if (training.Progress.Steps >= 160)
            {
                training.Progress.Set("watch/later", training.Progress.Steps * 0.5);
            }
        }
    }

    private sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
