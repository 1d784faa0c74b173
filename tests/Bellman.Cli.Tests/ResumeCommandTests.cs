using System.Diagnostics;
using System.Text.Json;

namespace Bellman.Cli.Tests;

/// <summary>Going on with a run: what may be said again, what may change, and what Ctrl+C leaves.</summary>
public sealed class ResumeCommandTests : IDisposable
{
    private static readonly string[] Train = ["train", "ppo", "CartPole-v1", "--eval-episodes", "0", "--quiet", "--json"];

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void FinishedRun_GoesOnToMoreSteps_AsIfThatHadBeenSaidAtOnce()
    {
        // Schedules follow the steps in all, so they are left out here.
        string[] train = [.. Train, "--set", "learningRate=1e-3", "--set", "clipRange=0.2"];
        var whole = Json(Run([.. train, "--steps", "6000", "--out", "whole"]).Output);
        Assert.Equal(JsonValueKind.Null, whole.GetProperty("resumedFromStep").ValueKind);
        Assert.Equal(0, Run([.. train, "--steps", "3000", "--out", "parts"]).Code);
        var (code, output, _) = Run([.. train, "--steps", "6000", "--resume", "parts"]);
        Assert.Equal(0, code);
        Assert.Equal(3072, Json(output).GetProperty("resumedFromStep").GetInt64());
        Assert.Equal(whole.GetProperty("weightsSha256").GetString(), Json(output).GetProperty("weightsSha256").GetString());
        Assert.Equal(6000, Json(File.ReadAllText(Path.Combine(folder, "parts", "settings.json"))).GetProperty("settings").GetProperty("steps").GetInt64());

        // Once more there is nothing left to do, and the result is the same.
        Assert.Equal(whole.GetProperty("weightsSha256").GetString(), Json(Run([.. Train, "--resume", "parts"]).Output).GetProperty("weightsSha256").GetString());
    }

    [Fact]
    public async Task ControlC_SavesAndSaysHowToGoOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Signals are sent by kill.");
        string[] train = ["train", "ppo", "CartPole-v1", "--eval-episodes", "0", "--steps", "300000"];
        using var process = Process.Start(Start([.. train, "--out", "a run", "--checkpoint-every", "70000"]))!;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("Run folder", StringComparison.Ordinal))
        {
        }

        Assert.Equal("running", State());
        Process.Start("kill", [InterruptsAreIgnored() ? "-TERM" : "-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])!.WaitForExit();
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("go on with: bellman train ppo CartPole-v1 --resume 'a run' --checkpoint-every 70000 --eval-episodes 0", error);
        Assert.Equal("interrupted", State());

        var resumed = Json(Run([.. train, "--resume", "a run", "--json", "--quiet"]).Output);
        Assert.Equal(Json(Run([.. train, "--out", "whole", "--json", "--quiet"]).Output).GetProperty("weightsSha256").GetString(), resumed.GetProperty("weightsSha256").GetString());
        Assert.Equal("finished", State());

        string? State() => Json(Run("runs", ".", "--json").Output)[0].GetProperty("state").GetString();
    }

    // A shell starts its background jobs so, and what they start inherits it; the command takes both signals for the same.
    private static bool InterruptsAreIgnored()
    {
        const string line = "SigIgn:";
        var ignored = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(line, StringComparison.Ordinal)) : null;
        return ignored is not null && (Convert.ToUInt64(ignored[line.Length..].Trim(), 16) & 2) != 0;
    }

    [Fact]
    public void KilledBeforeTheFirstCheckpoint_BeginsAgain()
    {
        var whole = Json(Run([.. Train, "--steps", "3000", "--out", "run"]).Output);
        File.Delete(Path.Combine(folder, "run", "checkpoints", "final.bellman"));
        var (code, _, error) = Run([.. Train, "--resume", "run"]);
        Assert.Equal(1, code);
        Assert.Contains("came to its end, but its checkpoint is gone", error);
        File.Delete(Path.Combine(folder, "run", "summary.json"));
        var again = Json(Run([.. Train, "--resume", "run"]).Output);
        Assert.Equal(0, again.GetProperty("resumedFromStep").GetInt64());
        Assert.Equal(whole.GetProperty("weightsSha256").GetString(), again.GetProperty("weightsSha256").GetString());
        Assert.Equal(1 + (3072 / 256), File.ReadAllLines(Path.Combine(folder, "run", "progress.csv")).Length);
    }

    [Fact]
    public void OldWeights_BeginANewRun_WithTheirNetworksAndNormaliser()
    {
        string[] train = ["train", "ppo", "Pendulum-v1", "--eval-episodes", "0", "--quiet", "--json", "--steps", "2000", "--envs", "4", "--set", "rolloutSteps=256"];
        var first = Json(Run([.. train, "--set", "hiddenSizes=24,8", "--set", "normalizeObservations=true", "--out", "first"]).Output);
        var (code, output, error) = Run([.. train, "--from", "first", "--out", "second", "--set", "learningRate=1e-12"]);
        Assert.Equal((0, ""), (code, error));
        Assert.NotEqual(first.GetProperty("weightsSha256").GetString(), Json(output).GetProperty("weightsSha256").GetString());

        // So small a step changes nothing that one sees: the new run plays as the old one did at its end.
        var settings = Json(File.ReadAllText(Path.Combine(folder, "second", "settings.json")));
        Assert.Equal("--from", settings.GetProperty("sources").GetProperty("hiddenSizes").GetString());
        var returns = new[] { "first", "second" }.Select(run => Json(Run(["eval", run, "--episodes", "3", "--json"]).Output).GetProperty("mean").GetDouble()).ToArray();
        Assert.InRange(returns[1], returns[0] - 150, returns[0] + 150);
        Assert.Contains("another build", Run([.. train, "--from", "first", "--out", "third", "--set", "hiddenSizes=64"]).Error);
    }

    [Fact]
    public void Seeds_RunSideBySide_EachAsItWouldAlone_AndGoOnTogether()
    {
        string[] train = [.. Train, "--steps", "2000"];
        var (code, output, error) = Run([.. train, "--seed", "4", "--seeds", "3", "--threads", "2", "--out", "all"]);
        Assert.Equal((0, ""), (code, error));
        var runs = Json(output).GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal([4, 5, 6], runs.Select(run => run.GetProperty("seed").GetInt32()));
        Assert.Equal(["all/seed-4", "all/seed-5", "all/seed-6"], runs.Select(run => run.GetProperty("run").GetString()!.Replace('\\', '/')));
        Assert.Equal(Json(Run([.. train, "--seed", "5", "--out", "alone"]).Output).GetProperty("weightsSha256").GetString(), runs[1].GetProperty("weightsSha256").GetString());
        var summary = Json(output).GetProperty("summary");
        var returns = runs.Select(run => run.GetProperty("trainReturn").GetDouble()).Order().ToList();
        Assert.Equal(3, summary.GetProperty("count").GetInt32());
        Assert.Equal((returns[0], returns[1], returns[2]), (Spread("min"), Spread("median"), Spread("max")));

        // As if it had been interrupted before the last began.
        Directory.Delete(Path.Combine(folder, "all", "seed-6"), recursive: true);
        var resumed = Json(Run([.. train, "--seed", "4", "--seeds", "3", "--resume", "all"]).Output).GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(runs.Select(run => run.GetProperty("weightsSha256").GetString()), resumed.Select(run => run.GetProperty("weightsSha256").GetString()));
        Assert.Equal(["2048", "2048", ""], resumed.Select(run => run.GetProperty("resumedFromStep").ToString()));

        double Spread(string name) => summary.GetProperty("trainReturn").GetProperty(name).GetDouble();
    }

    [Fact]
    public void DisagreementWithTheFolder_IsRefused()
    {
        Assert.Equal(0, Run([.. Train, "--steps", "500", "--out", "run"]).Code);
        File.WriteAllText(Path.Combine(folder, "other.json"), """{"GAMMA": 0.5}""");
        Refuses("The environment of the run in 'run' is CartPole-v1, not Acrobot-v1", "train", "ppo", "Acrobot-v1", "--resume", "run");
        Refuses("The seed of the run in 'run' is 1, not 2", [.. Train, "--resume", "run", "--seed", "2"]);
        Refuses("The setting gamma of the run in 'run' is 0.98, not 0.9;", [.. Train, "--resume", "run", "--set", "gamma=0.9"]);
        Refuses("The setting gamma of the run in 'run' is 0.98, not 0.5;", [.. Train, "--resume", "run", "--settings", "other.json"]);
        Refuses("The setting environments of the run", [.. Train, "--resume", "run", "--envs", "3"]);
        Refuses("The environment's option suttonBartoReward of the run in 'run' is unset, not true", [.. Train, "--resume", "run", "--env-set", "suttonBartoReward=true"]);
        Refuses("--defaults was given", [.. Train, "--resume", "run", "--defaults"]);
        Refuses("leave --out out", [.. Train, "--resume", "run", "--out", "other"]);
        Refuses("leave --from out", [.. Train, "--resume", "run", "--from", "run"]);
        Refuses("'nothing' holds no run", [.. Train, "--resume", "nothing"]);
        Refuses("--checkpoint-every is 0", [.. Train, "--checkpoint-every", "0"]);
        Refuses("There is no checkpoint 'nothing'", [.. Train, "--from", "nothing"]);

        // The same said again is no disagreement.
        Assert.Equal(0, Run([.. Train, "--resume", "run", "--seed", "1", "--set", "gamma=0.98", "--envs", "8", "--threads", "2"]).Code);

        void Refuses(string expected, params string[] arguments)
        {
            var (code, output, error) = Run(arguments);
            Assert.Equal((2, ""), (code, output));
            Assert.Contains(expected, error);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public void DamagedRun_IsRefusedWithOneSentence()
    {
        Assert.Equal(0, Run([.. Train, "--steps", "500", "--out", "run"]).Code);
        var rows = Path.Combine(folder, "run", "progress.csv");
        var whole = File.ReadAllBytes(rows);
        File.WriteAllBytes(rows, whole[..^10]);
        Refuses(1, "bytes where");
        File.WriteAllBytes(rows, whole);
        var checkpoint = Path.Combine(folder, "run", "checkpoints", "final.bellman");
        File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..^200]);
        Refuses(1, "is no readable zip file");
        File.WriteAllText(Path.Combine(folder, "run", "settings.json"), "{\"algorithm\": 3}");
        Refuses(2, "settings.json' cannot be read");

        void Refuses(int expectedCode, string expected)
        {
            var (code, output, error) = Run([.. Train, "--resume", "run"]);
            Assert.Equal((expectedCode, ""), (code, output));
            Assert.Contains(expected, error);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public void WhatWasChangedByHandInTheFolder_IsRefused()
    {
        Assert.Equal(0, Run([.. Train, "--steps", "500", "--out", "run", "--env-set", "maxEpisodeSteps=100"]).Code);
        var run = Path.Combine(folder, "run");
        Refuses("settings.json", text => text.Replace("\"gamma\": 0.98", "\"gamma\": 0.5", StringComparison.Ordinal), "The setting gamma is 0.5 in the settings.json of 'run', but 0.98 in its checkpoint");
        Refuses("settings.json", text => text.Replace("\"maxEpisodeSteps\": \"100\"", "\"maxEpisodeSteps\": \"200\"", StringComparison.Ordinal), "The environment's option maxEpisodeSteps is \"200\" in the settings.json");
        Refuses("settings.json", text => text.Replace("\"sources\"", "\"source\"", StringComparison.Ordinal), "(it has no 'sources')", expectedCode: 2);
        Refuses("progress.csv", text => text.Replace("time/total_timesteps", "steps", StringComparison.Ordinal), "does not begin with the names of its columns");
        Refuses("progress.csv", _ => null, "is missing; put it back");
        Refuses(EventFile.FileName, _ => null, "is missing; put it back");
        var (code, _, error) = Run([.. Train, "--resume", "run", "--steps", "400"]);
        Assert.Equal((2, "The run in 'run' has taken 512 steps, and --steps, the number in all, is 400; give a larger one, or leave it out."), (code, error.Trim()));
        Assert.Equal(0, Run([.. Train, "--resume", "run", "--steps", "500"]).Code);

        void Refuses(string file, Func<string, string?> change, string expected, int expectedCode = 1)
        {
            var path = Path.Combine(run, file);
            var before = File.ReadAllBytes(path);
            File.Delete(path);
            if (change(System.Text.Encoding.UTF8.GetString(before)) is { } changed)
            {
                Assert.NotEqual(System.Text.Encoding.UTF8.GetString(before), changed);
                File.WriteAllText(path, changed);
            }

            var (code, output, error) = Run([.. Train, "--resume", "run", "--steps", "600"]);
            Assert.Equal((expectedCode, ""), (code, output));
            Assert.Contains(expected, error);
            Assert.Single(error.TrimEnd().Split('\n'));
            File.WriteAllBytes(path, before);
        }
    }

    [Fact]
    public void SeedsThatHadNotBegun_BeginAsTheOthersDid()
    {
        string[] seeds = [.. Train, "--seeds", "2"];
        var runs = Runs(Run([.. seeds, "--steps", "500", "--set", "gamma=0.9", "--set", "seed=3", "--out", "all"]).Output);
        Assert.Equal([3, 4], runs.Select(run => run.GetProperty("seed").GetInt32()));
        Directory.Delete(Path.Combine(folder, "all", "seed-4"), recursive: true);
        var resumed = Runs(Run([.. seeds, "--seed", "3", "--resume", "all"]).Output);
        Assert.Equal(runs.Select(run => run.GetProperty("weightsSha256").GetString()), resumed.Select(run => run.GetProperty("weightsSha256").GetString()));

        var (code, output, error) = Run([.. seeds, "--resume", "all"]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("'all' holds none of the runs seed-1 to seed-2", error);
        Assert.Contains("there are not as many seeds", Run([.. seeds, "--seed", "18446744073709551615"]).Error);

        static List<JsonElement> Runs(string output) => [.. Json(output).GetProperty("runs").EnumerateArray()];
    }

    [Theory]
    [InlineData("--set", "seed=7", 7)]
    [InlineData("--settings", "seed.json", 9)]
    public void SeedIsTakenFromSettings_UnlessTheFlagSaysAnother(string option, string value, int expected)
    {
        File.WriteAllText(Path.Combine(folder, "seed.json"), """{"Seed": 9}""");
        string[] train = [.. Train, "--steps", "300", option, value];
        Assert.Equal(expected, Json(Run([.. train, "--out", "taken"]).Output).GetProperty("seed").GetInt32());
        Assert.Equal(2, Json(Run([.. train, "--seed", "2", "--out", "said"]).Output).GetProperty("seed").GetInt32());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private ProcessStartInfo Start(string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll"), .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

    private (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
