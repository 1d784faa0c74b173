using System.Text.Json;

namespace Bellman.Cli.Tests;

/// <summary>Tabular and linear algorithms through the command: the same runs, figures and replays as deep agents.</summary>
public sealed class TabularCommandTests : IDisposable
{
    private readonly CommandProcess command = new();

    [Fact]
    public void QLearning_OnTheLake_LeavesARunThatIsEvaluatedExactlyAndPlayed()
    {
        var (code, output, error) = command.Run("train", "q-learning", "FrozenLake-v1", "--json", "--quiet", "--out", "lake");
        Assert.Equal((0, ""), (code, error));
        var summary = JsonDocument.Parse(output).RootElement;
        Assert.Equal(1_000_000, summary.GetProperty("steps").GetInt64());
        Assert.InRange(summary.GetProperty("evaluation").GetProperty("exactValue").GetDouble(), 0.72, 0.7402);
        Assert.Equal(0, summary.GetProperty("evaluation").GetProperty("brokenOff").GetInt32());

        var run = Path.Combine(command.Folder, "lake");
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(run, "curve.svg")), StringComparison.Ordinal);
        Assert.EndsWith("train/td_error,train/learning_rate,train/epsilon", File.ReadLines(Path.Combine(run, "progress.csv")).First(), StringComparison.Ordinal);
        var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "settings.json"))).RootElement.GetProperty("settings");
        Assert.Equal(0.999, settings.GetProperty("gamma").GetDouble());
        Assert.False(settings.TryGetProperty("lambda", out _));

        Assert.Equal(JsonDocument.Parse(command.Run("eval", "lake", "--json").Output).RootElement.GetRawText(), summary.GetProperty("evaluation").GetRawText());
        Assert.Contains("exactly 0.74", command.Run("eval", "lake").Output, StringComparison.Ordinal);
        Assert.Equal(0, command.Run("play", "lake", "--episodes", "2").Code);
        Assert.Contains("\"seed\":", File.ReadAllText(Path.Combine(run, "replay.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void TilesOnMountainCar_LeaveARunThatIsEvaluated_Played_AndBegunFrom()
    {
        var (code, output, error) = command.Run("train", "semi-gradient-sarsa", "MountainCar-v0", "--json", "--quiet", "--out", "car");
        Assert.Equal((0, ""), (code, error));
        var summary = JsonDocument.Parse(output).RootElement;
        Assert.InRange(summary.GetProperty("evaluation").GetProperty("mean").GetDouble(), -115, -95);
        Assert.Equal(JsonDocument.Parse(command.Run("eval", "car", "--json").Output).RootElement.GetRawText(), summary.GetProperty("evaluation").GetRawText());
        Assert.Equal(0, command.Run("play", "car", "--episodes", "2").Code);
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(command.Folder, "car", "curve.svg")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(command.Folder, "car", "replay.html")));

        // Its features come along, without being said again.
        output = command.Run("train", "linear-q-learning", "MountainCar-v0", "--defaults", "--from", "car", "--steps", "1000", "--json", "--quiet", "--out", "second").Output;
        Assert.InRange(JsonDocument.Parse(output).RootElement.GetProperty("evaluation").GetProperty("mean").GetDouble(), -130, -95);
        Assert.Contains("which another kind of algorithm learned", command.Run("train", "ppo", "MountainCar-v0", "--from", "car").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a learning rate of 1 is too large for these features", "linear-q-learning", "--set", "learningRate=1")]
    [InlineData("do not determine the 64 weights; give a ridge above 0", "lspi", "--set", "ridge=0", "--set", "low=100", "--set", "high=101", "--set", "features=tiles", "--set", "tiles=1", "--set", "tilings=2")]
    public void WhatDiverges_OrHasNoSolution_IsOneSentence(string expected, string algorithm, params string[] arguments)
    {
        foreach (var several in new string[][] { [], ["--seeds", "2"] })
        {
            var (code, output, error) = command.Run(["train", algorithm, "CartPole-v1", "--steps", "50000", "--json", "--quiet", .. arguments, .. several]);
            Assert.Equal((1, ""), (code, output));
            Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ManySeedsOfLeastSquares_AreToldTogether()
    {
        var output = command.Run("train", "lspi", "CartPole-v1", "--seeds", "2", "--steps", "10000", "--json", "--quiet", "--out", "cart").Output;
        var summary = JsonDocument.Parse(output).RootElement.GetProperty("summary");
        Assert.Equal((2, 20_000), (summary.GetProperty("count").GetInt32(), summary.GetProperty("steps").GetInt32()));
        Assert.EndsWith("train/policies,train/converged,train/epsilon", File.ReadLines(Path.Combine(command.Folder, "cart", "seed-1", "progress.csv")).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_HoweverMany_DoNotChangeTheBits()
    {
        string Sha(params string[] arguments) => JsonDocument.Parse(command.Run(["train", "sarsa-lambda", "Taxi-v3", "--steps", "60000", "--json", "--quiet", "--eval-episodes", "0", .. arguments]).Output).RootElement.GetProperty("weightsSha256").GetString()!;
        Assert.Equal(Sha(), Sha("--checkpoint-every", "1000", "--eval-every", "7000"));
    }

    [Fact]
    public void AFinishedRun_GoesOnWithMoreSteps()
    {
        Assert.Equal(0, command.Run("train", "q-learning", "CliffWalking-v1", "--quiet", "--out", "cliff", "--steps", "20000").Code);
        var output = command.Run("train", "q-learning", "CliffWalking-v1", "--json", "--quiet", "--resume", "cliff", "--steps", "40000").Output;
        var summary = JsonDocument.Parse(output).RootElement;
        Assert.Equal((20_000, 40_000), (summary.GetProperty("resumedFromStep").GetInt64(), summary.GetProperty("steps").GetInt64()));
    }

    [Fact]
    public void APolicyThatGoesRoundInCircles_IsBrokenOff_AndHasNoExactValue()
    {
        var output = command.Run("train", "q-learning", "CliffWalking-v1", "--json", "--quiet", "--steps", "10", "--eval-episodes", "1").Output;
        var evaluation = JsonDocument.Parse(output).RootElement.GetProperty("evaluation");
        Assert.Equal(1, evaluation.GetProperty("brokenOff").GetInt32());
        Assert.Equal(JsonValueKind.Null, evaluation.GetProperty("exactValue").ValueKind);
    }

    [Theory]
    [InlineData("finitely many states", "CartPole-v1")]
    [InlineData("The setting Environments is 2", "Taxi-v3", "--envs", "2")]
    [InlineData("The setting 'lambda' means nothing to q-learning", "Taxi-v3", "--set", "lambda=0.5")]
    [InlineData("There is no setting 'gama'. Did you mean 'gamma'?", "Taxi-v3", "--set", "gama=0.5")]
    public void WrongUsage_IsOneSentence(string expected, params string[] arguments)
    {
        var (code, output, error) = command.Run(["train", "q-learning", .. arguments]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => command.Dispose();
}
