using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bellman.Tests;

namespace Bellman.Cli.Tests;

/// <summary>A process that is killed at any moment and goes on from its last checkpoint ends with the same bits and the same files as one that was left alone.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly string[] Pendulum = ["Pendulum-v1", "--set", "normalizeObservations=true", "--set", "normalizeRewards=true", "--set", "learningRate=linear:1e-3", "--set", "clipRange=linear:0.3"];

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void CartPole_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(240_000, kills: 3, different: 1, seed: 1, "CartPole-v1");

    [Fact]
    public void PendulumWithNormaliserAndSchedules_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(240_000, kills: 3, different: 1, seed: 2, [.. Pendulum, "--envs", "4"]);

    /// <summary>The long form, of runs that last at least five seconds: <c>Bellman.Cli.Tests -explicit only -class "*KillTests"</c>.</summary>
    [Fact(Explicit = true)]
    public void LongCartPole_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(1_200_000, kills: 12, different: 5, seed: 3, "CartPole-v1");

    /// <inheritdoc cref="LongCartPole_KilledAndResumed_EndsWithTheSameBits"/>
    [Fact(Explicit = true)]
    public void LongPendulum_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(1_400_000, kills: 12, different: 5, seed: 4, Pendulum);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void EndsTheSame(long steps, int kills, int different, int seed, params string[] arguments)
    {
        string[] train = ["train", "ppo", .. arguments, "--seed", "5", "--eval-episodes", "0", "--steps", steps.ToString(CultureInfo.InvariantCulture)];
        string whole = Path.Combine(folder, "whole"), killed = Path.Combine(folder, "killed");
        var left = KilledRun.Run(_ => Start([.. train, "--out", whole, "--checkpoint-every", "50000"]), whole, kills: 0, TimeSpan.Zero, seed);
        Assert.Equal(0, left.Kills);

        var run = KilledRun.Run(
            resume => Start([.. train, "--checkpoint-every", "1000", resume ? "--resume" : "--out", killed]),
            killed,
            kills,
            TimeSpan.FromSeconds(Summary(whole).GetProperty("seconds").GetDouble()),
            seed);
        TestContext.Current.TestOutputHelper!.WriteLine($"{Summary(whole).GetProperty("seconds")} s alone; {run.Kills} kills; {string.Join("; ", run.Resumed.Select(line => line.Split(',', 2)[0] + "," + line.Split(',', 2)[1].Split(" with")[0]))}");
        Assert.Equal(Summary(whole).GetProperty("weightsSha256").GetString(), Summary(killed).GetProperty("weightsSha256").GetString());
        Assert.Equal(Summary(whole).GetProperty("steps").GetInt64(), Summary(killed).GetProperty("steps").GetInt64());
        Assert.Equal(Summary(whole).GetProperty("trainReturn").GetDouble(), Summary(killed).GetProperty("trainReturn").GetDouble());
        Assert.Equal(KilledRun.Rows(whole), KilledRun.Rows(killed));
        Assert.Equal(KilledRun.EventSteps(whole), KilledRun.EventSteps(killed));
        Assert.Equal(KilledRun.Rows(killed).Skip(1).Select(row => row.Split(',')[0]), KilledRun.EventSteps(killed));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "curve.svg")), File.ReadAllText(Path.Combine(killed, "curve.svg")));
        Assert.Equal(["final.bellman"], Directory.GetFiles(Path.Combine(killed, "checkpoints")).Select(Path.GetFileName).Where(name => !name!.EndsWith(".partial", StringComparison.Ordinal)));
        Assert.InRange(run.Kills, Math.Max(1, kills - 2), kills);
        Assert.Equal(run.Kills, run.Resumed.Count);
        Assert.InRange(run.Resumed.Distinct().Count(), different, kills);
    }

    private static ProcessStartInfo Start(string[] arguments) => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll"), .. arguments]);

    private static JsonElement Summary(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "summary.json"))).RootElement;
}
