using System.Text.Json;
using Bellman.Testing;
using Bellman.Tests;

namespace Bellman.Environments.Tests;

/// <summary>What every registered environment does, the core's too: it keeps the contract, draws itself, and can be played to files.</summary>
public sealed class EveryEnvironmentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    public static TheoryData<string> Ids => [.. EnvironmentRegistry.Default.Specs.Select(spec => spec.Id)];

    public static TheoryData<string> IdsWithRules => [.. EnvironmentRegistry.Default.Specs.Where(spec => spec.Heuristic is not null).Select(spec => spec.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Check_IsClean_AndAStateSavedInMidEpisodeGoesOn(string id)
    {
        SkipIfItCannotBeMade(id);
        var report = EnvironmentAssert.IsSound(id, settings: new EnvironmentCheckSettings { Steps = 300, Episodes = 3 });
        Assert.Contains("IStateful", report.Capabilities);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void RandomPlay_CanBeLookedAt(string id)
    {
        SkipIfItCannotBeMade(id);
        using (var environment = EnvironmentRegistry.Default.Make(id))
        {
            Assert.True(environment.As<IDrawable>() is not null, $"{id} does not draw itself.");
        }

        LookAt(Replay.RecordRandom(id, seed: 1, options: new Dictionary<string, string> { ["maxEpisodeSteps"] = "40" }));
    }

    [Theory]
    [MemberData(nameof(IdsWithRules))]
    public void RulesOfAPerson_CanBeLookedAt(string id) =>
        LookAt(Replay.Record(EnvironmentRegistry.Default.Get(id).Heuristic!(), id, seed: 1, options: new Dictionary<string, string> { ["maxEpisodeSteps"] = "60" }));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void SkipIfItCannotBeMade(string id)
    {
        if (MujocoReference.Ids.Contains(id))
        {
            MujocoReference.SkipWithoutLibrary();
        }
    }

    private void LookAt(Replay replay)
    {
        replay.SaveGif(Path.Combine(folder, "replay.gif"), width: 160);
        var frames = GifDecoder.Read(File.ReadAllBytes(Path.Combine(folder, "replay.gif")), out var rows, out var columns).Select(frame => frame.Pixels).ToList();
        Assert.Equal((160, 3 * rows * columns), (columns, frames[0].Length));

        // The caption below always changes; the picture above it must too.
        var pictures = frames.Select(frame => frame[..^(3 * columns * 22)]).ToList();
        Assert.All(pictures, picture => Assert.InRange(Colors(picture), 2, 256));
        Assert.True(pictures.Select(Convert.ToHexString).Distinct().Count() > 1, "Nothing ever changes in the picture.");

        replay.SaveHtml(Path.Combine(folder, "replay.html"));
        var page = File.ReadAllText(Path.Combine(folder, "replay.html"));
        const string begin = "<script type=\"application/json\" id=\"replay\">";
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        using var json = JsonDocument.Parse(page[from..page.IndexOf("</script>", from, StringComparison.Ordinal)]);
        var shapes = json.RootElement.GetProperty("shapes").GetArrayLength();
        var shown = json.RootElement.GetProperty("episodes")[0].GetProperty("frames").EnumerateArray().ToList();
        Assert.Equal(replay.Episodes[0].Steps + 1, shown.Count);
        Assert.All(shown, frame => Assert.NotEqual(0, frame.GetArrayLength()));
        Assert.All(shown.SelectMany(frame => frame.EnumerateArray()), place => Assert.InRange(place.GetInt32(), 0, shapes - 1));
        Assert.DoesNotContain("NaN", json.RootElement.GetProperty("shapes").GetRawText(), StringComparison.Ordinal);
        Assert.True(shown.Select(frame => frame.GetRawText()).Distinct().Count() > 1, "Nothing ever changes on the page.");
    }

    private static int Colors(byte[] pixels)
    {
        var colors = new HashSet<int>();
        for (var i = 0; i < pixels.Length; i += 3)
        {
            colors.Add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
        }

        return colors.Count;
    }
}
