using System.Globalization;

namespace Bellman.Tests;

/// <summary>What a run leaves on disk.</summary>
public sealed class RunFolderTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public void EventFile_HasTheRowsOfTheTable_UnderTheSameNames()
    {
        using (var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", 4, seed: 1), new PpoSettings { Seed = 1, RolloutSteps = 32, Epochs = 1 }))
        using (var run = Begin())
        {
            ppo.Learn(1024, new Told(run.Add), [new EvaluationCallback("CartPole-v1", every: 500) { Episodes = 2 }]);
        }

        var rows = File.ReadAllLines(Path.Combine(folder, "progress.csv")).Select(line => line.Split(',')).ToList();
        var events = EventReader.Read(Path.Combine(folder, EventFile.FileName)).ToList();
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal((9, 9), (rows.Count, events.Count));
        Assert.Contains("eval/mean_reward", rows[0]);
        for (var i = 1; i < rows.Count; i++)
        {
            var expected = rows[0].Zip(rows[i]).Where(pair => pair.Second.Length > 0).ToDictionary(pair => pair.First, pair => double.Parse(pair.Second, CultureInfo.InvariantCulture));
            Assert.Equal(expected["time/total_timesteps"], events[i].Step);
            Assert.Equal(
                expected.Keys.Except(["time/total_timesteps", "time/iterations", "time/time_elapsed"]).Order(),
                events[i].Values.Select(value => value.Name).Order());
            foreach (var (name, value) in events[i].Values.Where(value => value.Name != "time/fps"))
            {
                Assert.Equal((float)expected[name], value);
            }
        }

        // Evaluated at the first updates at or after 500 and 1000 steps, and nowhere else.
        Assert.Equal([512, 1024], events.Where(row => row.Values.Any(value => value.Name == "eval/mean_reward")).Select(row => row.Step));
    }

    [Fact]
    public void State_IsRunning_Interrupted_OrFinished()
    {
        RunState State() => RunRecord.Read(folder).State;
        using (var run = Begin())
        {
            Assert.Equal(RunState.Running, State());
            Assert.Contains("Another process is at the run", Assert.Throws<IOException>(() => RunFolder.Resume(folder, RunDescription.Read(folder), 1024, checkpoint: null)).Message);
        }

        // As after a kill: the mark is there, and nobody holds it.
        File.WriteAllText(Path.Combine(folder, ".lock"), "");
        Assert.Equal(RunState.Interrupted, State());
        using (var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", 4, seed: 1), new PpoSettings { Seed = 1, RolloutSteps = 32, Epochs = 1 }))
        using (var run = RunFolder.Resume(folder, RunDescription.Read(folder), 1024, checkpoint: null))
        {
            run.WriteSummary([]);
            Assert.Equal(RunState.Running, State());
            ppo.Learn(128, new Told(run.Add));
            Assert.False(File.Exists(Path.Combine(folder, "summary.json")));
        }

        Assert.Equal(RunState.Interrupted, State());
        File.WriteAllText(Path.Combine(folder, "summary.json"), "{}");
        Assert.Equal(RunState.Finished, State());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private RunFolder Begin() => new(folder, new RunDescription { Algorithm = "ppo", Environment = "CartPole-v1", Seed = 1, Settings = [], Sources = new Dictionary<string, string>() }, 1024);

    private sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
