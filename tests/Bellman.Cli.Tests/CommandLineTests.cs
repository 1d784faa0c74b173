using System.Diagnostics;
using System.Text.Json;

namespace Bellman.Cli.Tests;

/// <summary>The command as a user runs it: processes, exit codes, what is printed and what is left on disk.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void Train_LeavesARun_ThatEvalFindsAgain()
    {
        var (code, output, _) = Run("train", "ppo", "CartPole-v1", "--steps", "5000", "--seed", "3", "--eval-episodes", "10", "--json");
        Assert.Equal(0, code);
        var result = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(
            ["algorithm", "environment", "seed", "steps", "resumedFromStep", "episodes", "seconds", "stepsPerSecond", "trainReturn", "evaluation", "run", "weightsSha256"],
            result.EnumerateObject().Select(property => property.Name));
        Assert.Equal(5120, result.GetProperty("steps").GetInt64());
        Assert.Equal(64, result.GetProperty("weightsSha256").GetString()!.Length);
        var run = Path.Combine(folder, result.GetProperty("run").GetString()!);
        foreach (var file in new[] { "settings.json", "progress.csv", "summary.json", "curve.svg", "events.out.tfevents.bellman", "checkpoints/final.bellman" })
        {
            Assert.True(File.Exists(Path.Combine(run, file)), file);
        }

        Assert.Equal(1 + (5120 / 256), File.ReadAllLines(Path.Combine(run, "progress.csv")).Length);
        var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "settings.json"))).RootElement;
        Assert.Equal("--steps", settings.GetProperty("sources").GetProperty("steps").GetString());
        Assert.Equal("tuned", settings.GetProperty("sources").GetProperty("gamma").GetString());

        // The evaluation at the end of training and eval on its run give the same figures.
        var (evalCode, evalOutput, _) = Run("eval", run, "--episodes", "10", "--json");
        Assert.Equal(0, evalCode);
        Assert.Equal(result.GetProperty("evaluation").GetRawText(), evalOutput.Trim());
    }

    [Fact]
    public void SameSeed_SameWeights_WhateverTheThreads()
    {
        string[] arguments = ["train", "ppo", "Pendulum-v1", "--steps", "4096", "--set", "hiddenSizes=256,256", "--set", "batchSize=256", "--set", "epochs=2", "--eval-episodes", "0", "--json", "--quiet"];
        var hashes = new[] { "1", "2", "1" }.Select(threads => JsonDocument.Parse(Run([.. arguments, "--threads", threads]).Output).RootElement.GetProperty("weightsSha256").GetString());
        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public void Solve_GivesTheOptimum_AndDrawsIt()
    {
        var (code, output, _) = Run("solve", "Gambler-v0", "--gamma", "1", "--env-set", "goal=10", "--json", "--out", "plan.svg");
        Assert.Equal(0, code);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["startValue", "values", "policy", "greedy", "sweeps", "backups", "residual", "seconds"], result.EnumerateObject().Select(property => property.Name));
        Assert.Equal(0.4, result.GetProperty("values")[5].GetDouble(), 1e-9);
        Assert.Equal(5, result.GetProperty("policy")[5].GetInt32());
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(folder, "plan.svg")), StringComparison.Ordinal);
        Assert.Contains("start value 0.41464,", Run("solve", "FrozenLake8x8-v1", "--method", "lrtdp").Output, StringComparison.Ordinal);
        var labelled = JsonDocument.Parse(Run("solve", "CliffWalking-v1", "--method", "lrtdp", "--json").Output).RootElement;
        Assert.Equal(Enumerable.Range(0, 48).Select(state => state <= 36), labelled.GetProperty("touched").EnumerateArray().Select(touched => touched.GetBoolean()));
        Assert.Contains("  -12.248        –", Run("solve", "CliffWalking-v1", "--method", "lrtdp").Output, StringComparison.Ordinal);
        Assert.Contains("start value 0.705308", Run("solve", "GridWorld-v0", "--gamma", "1", "--method", "policy-iteration").Output, StringComparison.Ordinal);

        // Jack's figure: values, then how many cars go over, from twenty at the first place in the last row.
        Assert.Contains(" +5 +5 +5 +5 +4 +4 +3 +3 +3 +3 +2 +2 +2 +2 +2 +1 +1 +1  0  0  0\nstart value 574.948", Run("solve", "CarRental-v0", "--gamma", "0.9").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Solve_DrawsAMapWithArrows()
    {
        var (code, output, _) = Run("solve", "FrozenLake-v1", "--out", "lake.png");
        Assert.Equal(0, code);
        Assert.Contains("← ↑ ↑ ↑", output.Split('\n')[0], StringComparison.Ordinal);
        Assert.Equal([0x89, .. "PNG"u8], File.ReadAllBytes(Path.Combine(folder, "lake.png"))[..4]);
    }

    [Theory]
    [InlineData("does not know its model", "solve", "CartPole-v1")]
    [InlineData("Did you mean 'lrtdp'?", "solve", "Gambler-v0", "--method", "lrtpd")]
    [InlineData("gamma is 2", "solve", "Gambler-v0", "--gamma", "2")]
    [InlineData("no bound is known", "solve", "CarRental-v0", "--gamma", "1", "--method", "rtdp")]
    [InlineData("--horizon is -5; it must be", "solve", "Gambler-v0", "--horizon", "-5")]
    [InlineData("--tolerance is -1; it must be", "solve", "Gambler-v0", "--tolerance", "-1")]
    [InlineData("--trials is 0; it must be", "solve", "Gambler-v0", "--method", "rtdp", "--trials", "0")]
    [InlineData("--threads is 0; it must be", "solve", "Gambler-v0", "--threads", "0")]
    [InlineData("ends in .svg or .png", "solve", "Gambler-v0", "--out", "plan.gif")]
    [InlineData("Did you mean 'train'?", "trian", "ppo", "CartPole-v1")]
    [InlineData("Did you mean 'ppo'?", "train", "pp", "CartPole-v1")]
    [InlineData("Did you mean 'CartPole-v1'?", "train", "ppo", "CartPol")]
    [InlineData("of CartPole there is CartPole-v1", "train", "ppo", "CartPole-v0")]
    [InlineData("Did you mean 'learningRate'?", "train", "ppo", "CartPole-v1", "--set", "lerningRate=1e-3")]
    [InlineData("write it as name=value", "train", "ppo", "CartPole-v1", "--set", "learningRate")]
    [InlineData("has no option 'gravity'", "train", "ppo", "CartPole-v1", "--env-set", "gravity=3")]
    [InlineData("names 'is_slippery' twice", "check", "FrozenLake-v1", "--env-set", "isSlippery=true", "--env-set", "is_slippery=false")]
    [InlineData("'maxEpisodeSteps' is '-5'", "check", "FrozenLake-v1", "--env-set", "maxEpisodeSteps=-5")]
    [InlineData("act in Discrete(4), but with these options it is Box", "play", "LunarLander-v3", "--policy", "heuristic", "--env-set", "continuous=true", "--out", "lander.html")]
    [InlineData("The rules for 'CartPole-v1' see", "play", "CartPole-v1", "--policy", "heuristic", "--env-set", "wrap=frameStack:2", "--out", "pole.html")]
    [InlineData("must be at least 1", "train", "ppo", "CartPole-v1", "--threads", "0")]
    [InlineData("does not exist", "train", "ppo", "CartPole-v1", "--settings", "nothing.json")]
    [InlineData("There is no checkpoint", "eval", "nothing.bellman")]
    [InlineData("--eval-every is 0", "train", "ppo", "CartPole-v1", "--eval-every", "0")]
    [InlineData("say with --eval-every", "train", "ppo", "CartPole-v1", "--stop-at", "400")]
    [InlineData("There is no folder", "runs", "nothing")]
    [InlineData("There is no run in", "plot", "nothing")]
    [InlineData("must be steps or seconds", "plot", "nothing", "--x", "days")]
    [InlineData("No metric's name contains", "bench", "--filter", "nothing")]
    public void WrongUsage_IsOneSentence_AndExitCode2(string expected, params string[] arguments)
    {
        var (code, output, error) = Run(arguments);
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Empty(output);
    }

    [Fact]
    public void ExistingRun_IsNotOverwritten()
    {
        string[] arguments = ["train", "ppo", "CartPole-v1", "--steps", "256", "--eval-episodes", "0", "--quiet", "--out", "here"];
        Assert.Equal(0, Run(arguments).Code);
        var (code, _, error) = Run(arguments);
        Assert.Equal(1, code);
        Assert.Contains("holds a run already", error);
    }

    [Fact]
    public void EvaluationsOnTheWay_KeepTheBest_ChangeNothing_AndMayStopIt()
    {
        string[] arguments = ["train", "ppo", "CartPole-v1", "--steps", "20000", "--eval-episodes", "0", "--json", "--quiet"];
        var plain = JsonDocument.Parse(Run(arguments).Output).RootElement;
        var watched = JsonDocument.Parse(Run([.. arguments, "--eval-every", "4000", "--out", "watched"]).Output).RootElement;
        Assert.Equal(plain.GetProperty("weightsSha256").GetString(), watched.GetProperty("weightsSha256").GetString());
        var rows = File.ReadAllLines(Path.Combine(folder, "watched", "progress.csv")).Select(line => line.Split(',')).ToList();
        var means = rows.Skip(1).Select(row => row[Array.IndexOf(rows[0], "eval/mean_reward")]).Where(cell => cell.Length > 0).Select(cell => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(5, means.Count);
        var best = JsonDocument.Parse(Run("eval", "watched/checkpoints/best.bellman", "--episodes", "20", "--json").Output).RootElement;
        Assert.Equal(means.Max(), best.GetProperty("mean").GetDouble());

        var stopped = JsonDocument.Parse(Run([.. arguments, "--eval-every", "4000", "--stop-at", "30", "--out", "stopped"]).Output).RootElement;
        Assert.Equal(4096, stopped.GetProperty("steps").GetInt64());
    }

    [Fact]
    public void RunsAndPlot_ShowWhatWasTrained()
    {
        foreach (var seed in new[] { "1", "2" })
        {
            Assert.Equal(0, Run("train", "ppo", "CartPole-v1", "--steps", "2000", "--seed", seed, "--eval-episodes", "2", "--quiet").Code);
        }

        var (code, output, _) = Run("runs");
        Assert.Equal(0, code);
        Assert.Equal(3, output.TrimEnd().Split('\n').Length);
        Assert.Contains("ppo-2-1", output);
        Assert.Contains("finished", output);
        var runs = JsonDocument.Parse(Run("runs", "--json").Output).RootElement.EnumerateArray().ToList();
        Assert.Equal([(1, 2048), (2, 2048)], runs.Select(run => (run.GetProperty("seed").GetInt32(), run.GetProperty("steps").GetInt32())));
        Assert.Equal(2, runs[0].GetProperty("evaluation").GetProperty("episodes").GetInt32());
        Assert.Equal("finished", runs[0].GetProperty("state").GetString());

        var plot = Run("plot", "runs", "--x", "seconds", "--out", "both.svg");
        Assert.Equal((0, "Drew 2 runs into both.svg", ""), (plot.Code, plot.Output.Trim(), plot.Error));
        Assert.Contains("ppo (2 seeds)", File.ReadAllText(Path.Combine(folder, "both.svg")));

        // A run whose result says nothing, one that has not begun to write, and a place that is not there yet.
        File.WriteAllText(Path.Combine(folder, "runs", "CartPole-v1", "ppo-2-1", "summary.json"), """{"evaluation": {"mean": "none"}}""");
        File.Delete(Path.Combine(folder, "runs", "CartPole-v1", "ppo-2-1", "progress.csv"));
        (code, output, _) = Run("runs");
        Assert.Equal((0, 3), (code, output.TrimEnd().Split('\n').Length));
        plot = Run("plot", "runs", "--out", "new/one.svg");
        Assert.Equal((0, $"Drew 1 run into new/one.svg", $"Left out: '{Path.Combine("runs", "CartPole-v1", "ppo-2-1")}' has no rollout/ep_rew_mean."), (plot.Code, plot.Output.Trim(), plot.Error.Trim()));
        Assert.Contains("--out is 'new', which is a folder", Run("plot", "runs", "--out", "new").Error);

        Directory.Delete(Path.Combine(folder, "runs"), recursive: true);
        Assert.Equal("No runs in '.'.", Run("runs", ".").Output.Trim());
    }

    [Fact]
    public void List_NamesWhatThereIs()
    {
        Assert.Contains("ppo", Run("list", "algorithms").Output);
        var environments = JsonDocument.Parse(Run("list", "environments", "--json").Output).RootElement;
        var ids = environments.EnumerateArray().Select(environment => environment.GetProperty("id").GetString()!).ToList();
        Assert.Empty(new[] { "Acrobot-v1", "CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1" }.Except(ids));
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);

        // In a pipe each has a line of its own, without codes for colours, so that grep finds what belongs together.
        var text = Run("list", "environments").Output;
        Assert.Matches(@"(?m)^  Taxi-v3 +Discrete\(6\) +200 +8 +Drive to a passenger, take it in, and set it down where it wants to go\. *\r?$", text);
        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public void Bench_PrintsTheMetricsAskedFor_AndRoundsAllocateNothing()
    {
        var (code, output, _) = Run("bench", "--quick", "--filter", "allocated", "--json");
        Assert.Equal(0, code);
        var metrics = JsonDocument.Parse(output).RootElement.GetProperty("metrics");
        Assert.Equal(0, metrics.GetProperty("train.ppo_round_allocated_bytes").GetDouble());
    }

    [Theory]
    [InlineData("CartPole-v1", "--rollout-steps", "32")]
    [InlineData("Pendulum-v1", "--rollout-steps", "32", "--normalize")]
    public void RoundsOfCollectingAndUpdating_AllocateNothing(params string[] arguments)
    {
        // Profile-guided recompilation goes on for long, and what it allocates is not the rounds'.
        var (code, bytes, error) = Run(["measure-allocations", .. arguments], ("DOTNET_TieredPGO", "0"));
        Assert.Equal((0, "0", ""), (code, bytes, error));
    }

    [Fact]
    public void Help_NamesEveryOption()
    {
        var (code, output, _) = Run("train", "--help");
        Assert.Equal(0, code);
        foreach (var option in new[] { "--steps", "--seed", "--seeds", "--envs", "--threads", "--settings", "--set", "--env-set", "--defaults", "--out", "--resume", "--from", "--checkpoint-every", "--eval-episodes", "--eval-every", "--stop-at", "--quiet", "--json" })
        {
            Assert.Contains(option, output);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private (int Code, string Output, string Error) Run(params string[] arguments) => Run(arguments, variable: null);

    private (int Code, string Output, string Error) Run(string[] arguments, (string Name, string Value)? variable)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [host, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (variable is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
