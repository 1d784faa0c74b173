using System.Text.Json;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Recorded episodes and their files.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void Recording_GivesTheEpisodesOfTheSeeds()
    {
        using var environment = EnvironmentRegistry.Default.Make("CartPole-v1");
        var policy = new Policy(environment.ObservationSpace, environment.ActionSpace, new PolicySettings(), new SplittableRandom(1));
        var replay = Replay.Record(policy, "CartPole-v1", episodes: 3, seed: 5);
        var result = Evaluation.Run(policy, "CartPole-v1", 3, 5);
        Assert.Equal([5UL, 6UL, 7UL], replay.Episodes.Select(episode => episode.Seed));
        Assert.Equal(EvaluationResult.Of([.. replay.Episodes.Select(episode => episode.Return)]) with { MeanLength = replay.Episodes.Average(episode => episode.Steps) }, result);
        Assert.All(replay.Episodes, episode => Assert.Equal(episode.Steps, episode.Return));
        Assert.All(replay.Episodes, episode => Assert.True(episode.Terminated));
        Assert.Equal(50, replay.FramesPerSecond);
    }

    [Fact]
    public void ScenesDrawnElsewhere_MakeAReplay_UnlessThereIsNothingToSee()
    {
        var scenes = new[] { 0.0, 0.5, 1 }.Select(value => new ReplayFrame(new Scene(), 0.5, value, "sweep"));
        var replay = new Replay("sweeps", 4, [new ReplayEpisode(0, [.. scenes], Terminated: true)]);
        replay.SaveGif(Path.Combine(folder, "sweeps.gif"), width: 50);
        Assert.Equal((1.0, 2), (replay.Episodes[0].Return, replay.Episodes[0].Steps));
        Assert.Contains("'sweeps'", Assert.Throws<ArgumentException>(() => new Replay("sweeps", 4, [new ReplayEpisode(0, [], true)])).Message);
        Assert.Throws<ArgumentException>(() => new Replay("sweeps", 4, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Replay("sweeps", 0, replay.Episodes));
    }

    [Theory]
    [InlineData("CartPole-v1", 500)]
    [InlineData("MountainCar-v0", -130)]
    [InlineData("MountainCarContinuous-v0", 88)]
    [InlineData("Pendulum-v1", -200)]
    [InlineData("Acrobot-v1", -110)]
    public void Rules_ActWell(string id, double atLeast)
    {
        var replay = Replay.Record(EnvironmentRegistry.Default.Get(id).Heuristic!(), id, episodes: 20, seed: 0);
        Assert.InRange(replay.Episodes.Average(episode => episode.Return), atLeast, 500);
    }

    [Fact]
    public void Html_HoldsTheEpisodesAsJson_AndAsksForNothingElse()
    {
        var path = Path.Combine(folder, "deep", "replay.html");
        var replay = Replay.RecordRandom("Pendulum-v1", episodes: 2, seed: 3);
        replay.Save(path, framesPerSecond: 12);
        var page = File.ReadAllText(path);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        var json = Json(page);
        Assert.Equal(12, json.GetProperty("fps").GetDouble());
        Assert.Equal(2, json.GetProperty("episodes").GetArrayLength());
        var episode = json.GetProperty("episodes")[0];
        Assert.Equal(201, episode.GetProperty("frames").GetArrayLength());
        Assert.Equal(replay.Episodes[0].Return, episode.GetProperty("rewards").EnumerateArray().Sum(reward => reward.GetDouble()), 1e-3);

        // Every place leads to a shape, and the axis, which never moves, is stored once.
        var shapes = json.GetProperty("shapes");
        Assert.All(episode.GetProperty("frames").EnumerateArray().SelectMany(frame => frame.EnumerateArray()), place => Assert.InRange(place.GetInt32(), 0, shapes.GetArrayLength() - 1));
        Assert.Single(shapes.EnumerateArray(), shape => shape.GetRawText() == "[\"c\",\"#1b1f24\",0,0,0.06]");
        Assert.Equal(1, json.GetProperty("windows").GetArrayLength());
    }

    [Fact]
    public void Texts_CannotBreakOutOfThePage()
    {
        var scene = new Scene();
        scene.Text(SceneColors.Black, 0, double.NaN, 0.1, "</script><script>alert('&')");
        var replay = new Replay("<b>", 30, [new ReplayEpisode(1, [new ReplayFrame(scene, 0, 0, ""), new ReplayFrame(scene, double.NaN, double.NaN, "")], true)]);
        var page = HtmlReplay.Write(replay, 30);
        Assert.Equal(2, page.Split("</script>").Length - 1);
        Assert.Contains("<h1>&lt;b&gt;</h1>", page, StringComparison.Ordinal);
        Assert.Equal("</script><script>alert('&')", Json(page).GetProperty("shapes")[0][5].GetString());
    }

    [Fact]
    public void Gif_HasAFrameForEachStep_AtTheTasksPace()
    {
        var path = Path.Combine(folder, "replay.gif");
        Replay.RecordRandom("Pendulum-v1", options: new Dictionary<string, string> { ["maxEpisodeSteps"] = "20" }).SaveGif(path, width: 100);
        var frames = GifDecoder.Read(File.ReadAllBytes(path), out var rows, out var columns);
        Assert.Equal((122, 100, 21), (rows, columns, frames.Count));
        Assert.All(frames.SkipLast(1), frame => Assert.Equal(5, frame.Delay));
        Assert.Equal(100, frames[^1].Delay);
    }

    [Fact]
    public void SinglePictures_AndOtherNames()
    {
        var replay = Replay.RecordRandom("Acrobot-v1", options: new Dictionary<string, string> { ["maxEpisodeSteps"] = "3" });
        replay.Save(Path.Combine(folder, "one.png"));
        replay.Save(Path.Combine(folder, "one.svg"));
        Assert.Equal([0x89, (byte)'P'], File.ReadAllBytes(Path.Combine(folder, "one.png"))[..2]);
        Assert.StartsWith("<svg", File.ReadAllText(Path.Combine(folder, "one.svg")), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => replay.Save(Path.Combine(folder, "one.mp4")));
    }

    [Fact]
    public void EnvironmentsThatDoNotDraw_AreShownByWhatTheAgentSees()
    {
        using var counter = new TimeLimit(new Counter(9) { Endless = true }, 4);
        var replay = Replay.Record(new RandomController(counter.ActionSpace), counter, "Counter");
        Assert.All(replay.Episodes[0].Frames, frame => Assert.NotEmpty(frame.Scene.Shapes));
    }

    [Fact]
    public void AnEpisodeThatNothingEnds_IsBrokenOff_AndSaysSo()
    {
        using var counter = new Counter(9) { Endless = true };
        var replay = Replay.Record(new RandomController(counter.ActionSpace), counter, "Counter");
        Assert.Equal((Replay.MostSteps, true, "broken off"), (replay.Episodes[0].Steps, replay.Episodes[0].BrokenOff, replay.Episodes[0].End));
        Assert.Equal("broken off", Json(HtmlReplay.Write(replay, 30)).GetProperty("episodes")[0].GetProperty("end").GetString());
    }

    [Fact]
    public void RandomController_TakesAllowedActionsAlone()
    {
        var controller = new RandomController(new DiscreteSpace(4, start: 2));
        controller.Begin(1);
        var action = new int[1];
        var seen = new HashSet<int>();
        for (var i = 0; i < 100; i++)
        {
            controller.Act(default, [0, 1, 0, 1], new RowWriter(action));
            seen.Add(action[0]);
        }

        Assert.Equal([3, 5], seen.Order());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static JsonElement Json(string page)
    {
        const string begin = "<script type=\"application/json\" id=\"replay\">";
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return JsonDocument.Parse(page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)]).RootElement;
    }
}
