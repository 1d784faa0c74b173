using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Bellman.Tests;

namespace Bellman.Cli.Tests;

/// <summary>Trains a team of three agents in a process of its own, this program started once more, by what the library offers to any program.</summary>
internal static class TeamTraining
{
    private const string Switch = "BELLMAN_TESTS_TEAM";

    public static ProcessStartInfo Start(string folder, long steps, int rolloutSteps, int checkpointEvery, bool resume)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TeamTraining).Assembly.Location]);
        start.Environment[Switch] = string.Create(CultureInfo.InvariantCulture, $"{steps}|{rolloutSteps}|{checkpointEvery}|{(resume ? 1 : 0)}|{folder}");
        return start;
    }

    [ModuleInitializer]
    internal static void TrainIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Switch)?.Split('|', 5) is { } asked)
        {
            var numbers = asked[..4].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            Train(asked[4], numbers[0], numbers[1], numbers[2], resume: numbers[3] != 0);
            Environment.Exit(0);
        }
    }

    private static void Train(string folder, long steps, int rolloutSteps, int checkpointEvery, bool resume)
    {
        using var ppo = new Ppo(VectorEnvironment.From([.. Enumerable.Range(0, 2).Select(_ => new TeamFixture())], seed: 5), new PpoSettings { Seed = 5, RolloutSteps = rolloutSteps, NormalizeObservations = true });
        var description = new RunDescription { Algorithm = "ppo", Environment = "team", Seed = 5, Settings = [], Sources = new Dictionary<string, string>() };
        var checkpoint = resume ? Checkpoint.Open(RunFolder.FindCheckpoint(folder)!) : null;
        using var run = resume ? RunFolder.Resume(folder, description, steps, checkpoint) : new RunFolder(folder, description, steps);
        if (checkpoint is not null)
        {
            ppo.LoadState(checkpoint);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Resumed at step {ppo.Progress.Steps:N0}, with the run's settings."));
        }

        Console.WriteLine($"Run folder: {folder}");
        run.CheckpointEvery = checkpointEvery;
        ppo.Episodes.Ended += episode => run.Add(episode, ppo.Episodes.MeanReturn);
        ppo.Learn(steps, new Report(progress =>
        {
            run.Add(progress);
            run.SaveIfDue(ppo);
        }));
        run.Finish(ppo);
        run.WriteSummary(new JsonObject
        {
            ["steps"] = ppo.Progress.Steps,
            ["episodes"] = ppo.Progress.Episodes,
            ["seconds"] = ppo.Progress.Elapsed.TotalSeconds,
            ["trainReturn"] = ppo.Progress.MeanReturn,
            ["weightsSha256"] = ppo.Policy.WeightsSha256,
        });
    }

    private sealed class Report(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        void IProgress<TrainingProgress>.Report(TrainingProgress value) => action(value);
    }
}
