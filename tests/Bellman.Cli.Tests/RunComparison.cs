using System.Diagnostics;
using System.Text.Json;
using Bellman.Tests;

namespace Bellman.Cli.Tests;

/// <summary>Trains once without a break and once killed again and again, in processes of their own, and asserts that both end with the same bits and the same files.</summary>
/// <param name="start">How to start the program: into which folder, with how many steps between checkpoints, and whether it goes on.</param>
internal sealed class RunComparison(Func<string, int, bool, ProcessStartInfo> start) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    /// <summary>A comparison of what <c>bellman train</c> does.</summary>
    public static RunComparison OfCommand(params string[] arguments) => new((path, every, resume) =>
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll"), "train", .. arguments, "--checkpoint-every", $"{every}", resume ? "--resume" : "--out", path]));

    /// <summary>Kills at random moments and compares.</summary>
    /// <param name="kills">How often, about: a run may be over before its last moment has come.</param>
    /// <param name="different">From how many different steps it must have gone on at least.</param>
    /// <param name="seed">Of the moments.</param>
    /// <param name="within">In which share of the time that it took the other run: less than all of it where the machine is busy with other tests, now more and now less.</param>
    public void EndsTheSame(int kills, int different, int seed, double within = 1)
    {
        string whole = Path.Combine(folder, "whole"), killed = Path.Combine(folder, "killed");
        var left = KilledRun.Run(_ => start(whole, 50_000, false), whole, kills: 0, TimeSpan.Zero, seed);
        Assert.Equal(0, left.Kills);

        var run = KilledRun.Run(resume => start(killed, 1000, resume), killed, kills, within * TimeSpan.FromSeconds(Summary(whole).GetProperty("seconds").GetDouble()), seed);
        TestContext.Current.TestOutputHelper!.WriteLine($"{Summary(whole).GetProperty("seconds")} s alone; {run.Kills} kills; {string.Join("; ", run.Resumed.Select(line => line.Split(',', 2)[0] + "," + line.Split(',', 2)[1].Split(" with")[0]))}");
        foreach (var figure in (string[])["weightsSha256", "steps", "episodes", "trainReturn"])
        {
            Assert.Equal(Summary(whole).GetProperty(figure).GetRawText(), Summary(killed).GetProperty(figure).GetRawText());
        }

        Assert.Equal(KilledRun.Rows(whole), KilledRun.Rows(killed));
        Assert.Equal(KilledRun.EventSteps(whole), KilledRun.EventSteps(killed));
        Assert.Equal(KilledRun.Rows(killed).Skip(1).Select(row => row.Split(',')[0]), KilledRun.EventSteps(killed));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "curve.svg")), File.ReadAllText(Path.Combine(killed, "curve.svg")));
        Assert.Equal(["final.bellman"], Directory.GetFiles(Path.Combine(killed, "checkpoints")).Select(Path.GetFileName).Where(name => !name!.EndsWith(".partial", StringComparison.Ordinal)));
        Assert.InRange(run.Kills, Math.Max(1, kills - 2), kills);
        Assert.Equal(run.Kills, run.Resumed.Count);
        Assert.InRange(run.Resumed.Distinct().Count(), different, kills);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static JsonElement Summary(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "summary.json"))).RootElement;
}
