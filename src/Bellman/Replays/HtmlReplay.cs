using System.Net;

namespace Bellman;

/// <summary>Replays as one page: the shapes as JSON, a canvas to draw them on, and everything to play, pause and scrub with.</summary>
internal static class HtmlReplay
{
    /// <summary>The page.</summary>
    public static string Write(Replay replay, double framesPerSecond)
    {
        using var stream = typeof(HtmlReplay).Assembly.GetManifestResourceStream("Bellman.Replays.replay.html")!;
        using var reader = new StreamReader(stream);

        // JSON is written with <, > and & escaped, so that no text of a scene can end the script element.
        return reader.ReadToEnd()
            .Replace("{{title}}", WebUtility.HtmlEncode(replay.Title), StringComparison.Ordinal)
            .Replace("{{replay}}", ReplayJson.Write(replay, framesPerSecond).ToJsonString(), StringComparison.Ordinal);
    }
}
