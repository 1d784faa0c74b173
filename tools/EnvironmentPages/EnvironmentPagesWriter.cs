using Bellman.Cli;

namespace Bellman.Tools;

/// <summary>Writes docs/environments: a page and a picture for each task, and the index of them.</summary>
internal static class EnvironmentPagesWriter
{
    private const string IndexBegins = "<!-- Written by tools/EnvironmentPages from here -->\n";
    private const string IndexEnds = "<!-- to here -->\n";
    private const int PictureWidth = 480;
    private const int RandomSteps = 60;
    private const int RuleSteps = 240;

    /// <summary>All that have notes, those of a page together, in the order of their ids.</summary>
    public static IEnumerable<IGrouping<string, EnvironmentSpec>> Pages => EnvironmentRegistry.Default.Specs.Where(spec => spec.Notes is not null).GroupBy(spec => spec.Notes!.Page);

    /// <summary>A page's text.</summary>
    public static string Page(IEnumerable<EnvironmentSpec> specs) => EnvironmentPage.Write([.. specs.Select(EnvironmentSheet.Of)]);

    /// <summary>A page's picture: the middle of some steps of rules, or of random actions.</summary>
    public static string Picture(EnvironmentSpec spec)
    {
        var options = new Dictionary<string, string> { ["maxEpisodeSteps"] = $"{(spec.Heuristic is null ? RandomSteps : RuleSteps)}" };
        var replay = spec.Heuristic is { } rules ? Replay.Record(rules(), spec.Id, seed: 1, options: options) : Replay.RecordRandom(spec.Id, seed: 1, options: options);
        var frames = replay.Episodes[0].Frames;
        return SvgDrawing.Write(frames[frames.Count / 2].Scene, PictureWidth) + "\n";
    }

    /// <summary>The text of docs/environments.md with a new index in it.</summary>
    public static string Index(string text, IEnumerable<IEnumerable<EnvironmentSpec>> pages)
    {
        var from = text.IndexOf(IndexBegins, StringComparison.Ordinal) + IndexBegins.Length;
        var to = text.IndexOf(IndexEnds, StringComparison.Ordinal);
        var rows = pages.Select(specs => EnvironmentPage.IndexRow([.. specs.Select(EnvironmentSheet.Of)]) + "\n");
        return $"{text[..from]}\n| | | observation | action |\n| --- | --- | --- | --- |\n{string.Concat(rows)}\n{text[to..]}";
    }
}
