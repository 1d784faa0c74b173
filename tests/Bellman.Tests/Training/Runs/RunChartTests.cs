using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Bellman.Tests;

/// <summary>Runs read back, grouped and drawn.</summary>
public sealed class RunChartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Theory]
    [InlineData(0, 100_000, "0 20k 40k 60k 80k 100k")]
    [InlineData(0, 2_500_000, "0 0.5M 1M 1.5M 2M 2.5M")]
    [InlineData(-1615, -390, "-1800 -1600 -1400 -1200 -1000 -800 -600 -400")]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(0, 3e-5, "0 5e-6 1e-5 1.5e-5 2e-5 2.5e-5 3e-5")]
    [InlineData(7, 7, "6 6.5 7 7.5 8")]
    public void Ticks_AreRound_AndWrittenInOneUnit(double low, double high, string expected)
    {
        var ticks = ChartScale.Ticks(low, high);
        Assert.Equal(expected, string.Join(' ', ticks.Select(tick => ChartScale.Label(tick, Math.Max(Math.Abs(ticks[0]), Math.Abs(ticks[^1]))))));
    }

    [Fact]
    public void Seeds_BecomeTheirMean_WithABand_WhereAllOfThemHaveCome()
    {
        // Of y = x and y = 3x the mean is 2x; one begins at 1, the other ends at 4.
        (double[] X, double[] Y)[] curves = [([0, 2, 4], [0, 2, 4]), ([1, 3, 5], [3, 9, 15])];
        var line = RunChart.Line("both", curves, ChartBand.Range);
        Assert.Equal((1.0, 4.0), (line.X[0], line.X[^1]));
        for (var i = 0; i < line.X.Count; i++)
        {
            Assert.Equal((2 * line.X[i], line.X[i], 3 * line.X[i]), (line.Y[i], line.Low![i], line.High![i]), (a, b) => Near(a.Item1, b.Item1) && Near(a.Item2, b.Item2) && Near(a.Item3, b.Item3));
        }

        // Of two numbers the population deviation is half their distance.
        var deviation = RunChart.Line("both", curves, ChartBand.Deviation);
        Assert.Equal(line.Low!.Zip(line.High!, (low, high) => high - low), deviation.Low!.Zip(deviation.High!, (low, high) => high - low), Near);

        static bool Near(double a, double b) => Math.Abs(a - b) < 1e-9;
    }

    [Fact]
    public void Groups_AreRunsThatDifferInTheirSeedAlone_AndSayWhatSetsThemApart()
    {
        var runs = new[] { Write("a", 1, 1e-3), Write("b", 2, 1e-3), Write("c", 1, 3e-4), Write("d", 1, 3e-4, "Pendulum-v1") };
        Assert.Equal(
            ["ppo · CartPole-v1 · learningRate 0.001 (2 seeds)", "ppo · CartPole-v1 · learningRate 0.0003 · seed 1", "ppo · Pendulum-v1 · seed 1"],
            RunChart.Groups(runs, each: false).Select(group => group.Name));
        Assert.Equal(["ppo (2 seeds)"], RunChart.Groups(runs[..2], each: false).Select(group => group.Name));
        Assert.Equal(["ppo · seed 1", "ppo · seed 2"], RunChart.Groups(runs[..2], each: true).Select(group => group.Name));
        Assert.Equal(["ppo · seed 1 · a", "ppo · seed 1 · e"], RunChart.Groups([runs[0], Write("e", 1, 1e-3)], each: true).Select(group => group.Name));
    }

    [Fact]
    public void Chart_IsWellFormed_AndDrawsEachGroupOnce()
    {
        var svg = XDocument.Parse(RunChart.ToSvg([Write("a", 1, 1e-3), Write("b", 2, 1e-3), Write("c", 1, 3e-4)]));
        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Equal((2, 1), (svg.Descendants(ns + "polyline").Count(), svg.Descendants(ns + "polygon").Count()));
        var texts = svg.Descendants(ns + "text").Select(text => text.Value).ToList();
        Assert.Contains("CartPole-v1", texts);
        Assert.Contains("ppo · learningRate 0.001 (2 seeds)", texts);
        Assert.Contains("Did you mean 'rollout/ep_rew_mean'?", Assert.Throws<ArgumentException>(() => RunChart.ToSvg([Write("d", 1, 1e-3)], "rollout/ep_rew_mea")).Message);
    }

    [Fact]
    public void WhatHasOnePointAlone_IsSeenAsADot()
    {
        // A line of one point is none, and an episode by itself has no range; both would be invisible.
        Assert.Single(Dots(RunChart.ToSvg([Write("only", 1, 1e-3)])));
        var curve = new LearningCurve(1000);
        curve.Add(new Episode(100, 0, 5, 10), 5);
        curve.Add(new Episode(501, 0, 7, 10), 6);
        curve.Add(new Episode(502, 0, 9, 10), 7);
        Assert.Single(Dots(curve.ToSvg("t")));

        static IEnumerable<XElement> Dots(string svg) => XDocument.Parse(svg).Descendants(XName.Get("circle", "http://www.w3.org/2000/svg"));
    }

    [Fact]
    public void DamagedRuns_AreToldOf_AndTheOthersRead()
    {
        Write("whole", 1, 1e-3);
        Write("broken", 2, 1e-3);
        Directory.CreateDirectory(Path.Combine(folder, "broken", "checkpoints"));
        File.WriteAllText(Path.Combine(folder, "broken", "summary.json"), "[]");
        Directory.CreateDirectory(Path.Combine(folder, "other"));
        File.WriteAllText(Path.Combine(folder, "other", "settings.json"), "of another program");
        Assert.EndsWith("whole", Assert.Single(RunRecord.FindAll(folder, out var damaged)).Path);
        Assert.Contains("summary.json' is no JSON object", Assert.Single(damaged));
    }

    [Fact]
    public void Record_ReadsWhatIsThere_WhileItIsWritten()
    {
        Write("a/b", 1, 1e-3);

        // A row without its end is being written; another program's settings are no run.
        File.AppendAllText(Path.Combine(folder, "a/b/progress.csv"), "3000,3");
        Directory.CreateDirectory(Path.Combine(folder, "other"));
        File.WriteAllText(Path.Combine(folder, "other/settings.json"), "{}");
        var run = Assert.Single(RunRecord.FindAll(folder));
        Assert.Equal(("ppo", "CartPole-v1", "1", RunState.Interrupted), (run.Algorithm, run.Environment, run.Seed, run.State));
        Assert.Equal([double.NaN, 20], run.Column("rollout/ep_rew_mean")!);
        Assert.Equal((2000.0, null, null), (run.Last("time/total_timesteps"), run.Last("train/none"), run.Column("nothing")));
        Assert.Contains("is no run", Assert.Throws<IOException>(() => RunRecord.Read(Path.Combine(folder, "other"))).Message);
        Assert.Empty(RunRecord.FindAll(Path.Combine(folder, "missing")));
    }

    [Fact]
    public void Curve_GoesOnFromASavedState()
    {
        LearningCurve whole = new(1000), second = new(1000);
        for (var i = 1; i <= 100; i++)
        {
            whole.Add(new Episode(10 * i, 0, i % 7, 10), i);
            if (i == 50)
            {
                var bytes = new MemoryStream();
                whole.SaveState(new BinaryWriter(bytes));
                bytes.Position = 0;
                second.LoadState(new BinaryReader(bytes));
            }
            else if (i > 50)
            {
                second.Add(new Episode(10 * i, 0, i % 7, 10), i);
            }
        }

        Assert.Equal(whole.ToSvg("t"), second.ToSvg("t"));
        Assert.Contains("polyline", whole.ToSvg("t"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private RunRecord Write(string name, int seed, double rate, string environment = "CartPole-v1")
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "settings.json"), new JsonObject
        {
            ["algorithm"] = "ppo",
            ["environment"] = environment,
            ["seed"] = seed,
            ["settings"] = new JsonObject { ["seed"] = seed, ["learningRate"] = rate, ["gamma"] = 0.9 },
        }.ToJsonString());
        File.WriteAllText(
            Path.Combine(path, "progress.csv"),
            string.Create(CultureInfo.InvariantCulture, $"time/total_timesteps,time/iterations,time/time_elapsed,time/fps,rollout/ep_rew_mean,rollout/ep_len_mean,train/none\n1000,1,0.5,2000,,,\n2000,2,1,2000,{20 * seed},10,\n"));
        return RunRecord.Read(path);
    }
}
