using System.Globalization;

namespace Bellman;

/// <summary>Replays as files.</summary>
public static class ReplayFiles
{
    private const int CaptionHeight = 22;

    // GIF has no shorter delay that browsers obey than two hundredths.
    private const double MostGifFrames = 50;

    /// <summary>Saves the replay under a name that says how: <c>.html</c>, <c>.gif</c>, or <c>.png</c> and <c>.svg</c> for a single picture from the middle of the first episode.</summary>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    public static void Save(this Replay replay, string path, double? framesPerSecond = null)
    {
        ArgumentNullException.ThrowIfNull(replay);
        ArgumentNullException.ThrowIfNull(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".html":
                replay.SaveHtml(path, framesPerSecond);
                break;
            case ".gif":
                replay.SaveGif(path, framesPerSecond: framesPerSecond);
                break;
            case ".png":
                replay.SavePng(path);
                break;
            case ".svg":
                replay.SaveSvg(path);
                break;
            default:
                throw new ArgumentException($"'{path}' ends in none of .html, .gif, .png, .svg.", nameof(path));
        }
    }

    /// <summary>Saves one page that plays the episodes in any browser, without a network.</summary>
    /// <param name="replay">The replay.</param>
    /// <param name="path">The file.</param>
    /// <param name="framesPerSecond">Steps a second; by default the environment's own pace.</param>
    public static void SaveHtml(this Replay replay, string path, double? framesPerSecond = null)
    {
        ArgumentNullException.ThrowIfNull(replay);
        Write(path, stream =>
        {
            using var writer = new StreamWriter(stream);
            writer.Write(HtmlReplay.Write(replay, framesPerSecond ?? replay.FramesPerSecond));
        });
    }

    /// <summary>Saves an animation that repeats for ever, with step and return below the picture.</summary>
    /// <param name="replay">The replay.</param>
    /// <param name="path">The file.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="framesPerSecond">Steps a second; by default the environment's own pace. Above 50, steps are left out.</param>
    public static void SaveGif(this Replay replay, string path, int width = 400, double? framesPerSecond = null)
    {
        ArgumentNullException.ThrowIfNull(replay);
        Write(path, stream => GifEncoder.Write(stream, Frames(replay, width, framesPerSecond ?? replay.FramesPerSecond)));
    }

    /// <summary>Saves one picture.</summary>
    /// <param name="replay">The replay.</param>
    /// <param name="path">The file.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="step">Of the first episode; by default the middle one.</param>
    public static void SavePng(this Replay replay, string path, int width = 600, int? step = null)
    {
        var picture = RasterDrawing.Draw(Moment(replay, step), width);
        Write(path, stream => stream.Write(PngEncoder.Encode(picture.Rows, picture.Columns, picture.Pixels.Span)));
    }

    /// <summary>Saves one picture.</summary>
    /// <param name="replay">The replay.</param>
    /// <param name="path">The file.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="step">Of the first episode; by default the middle one.</param>
    public static void SaveSvg(this Replay replay, string path, int width = 600, int? step = null)
    {
        var svg = SvgDrawing.Write(Moment(replay, step), width);
        Write(path, stream =>
        {
            using var writer = new StreamWriter(stream);
            writer.Write(svg);
        });
    }

    private static Scene Moment(Replay replay, int? step)
    {
        ArgumentNullException.ThrowIfNull(replay);
        var frames = replay.Episodes[0].Frames;
        return frames[Math.Clamp(step ?? (frames.Count / 2), 0, frames.Count - 1)].Scene;
    }

    private static void Write(string path, Action<Stream> write)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        using var stream = File.Create(path);
        write(stream);
    }

    private static IEnumerable<GifFrame> Frames(Replay replay, int width, double framesPerSecond)
    {
        // All frames have the first one's size, whatever their windows.
        var first = replay.Episodes[0].Frames[0].Scene;
        var rows = Math.Max(1, (int)Math.Round(width * first.Height / first.Width));
        var film = new FilmDrawing(rows, width);
        var every = (int)Math.Ceiling(framesPerSecond / MostGifFrames);
        foreach (var episode in replay.Episodes)
        {
            for (var step = 0; step <= episode.Steps; step++)
            {
                // The last moment stays for a second, to be seen.
                var last = step == episode.Steps;
                if (last || step % every == 0)
                {
                    var delay = TimeSpan.FromSeconds(last ? 1 : Math.Min(every, episode.Steps - step) / framesPerSecond);
                    yield return new GifFrame(WithCaption(film.Draw(episode.Frames[step].Scene), Caption(replay, episode, step)), delay);
                }
            }
        }
    }

    private static string Caption(Replay replay, ReplayEpisode episode, int step) =>
        string.Create(CultureInfo.InvariantCulture, $"{replay.Title}   step {step}   return {episode.Frames[step].Return:0.###;-0.###;0}");

    private static Picture WithCaption(Picture picture, string caption)
    {
        var scene = new Scene { Background = SceneColors.LightGray };
        scene.SetWindow(0, 0, picture.Columns, CaptionHeight);

        // Long captions become smaller.
        var height = Math.Min(9, StrokeFont.CapitalHeight * (picture.Columns - 8) / Math.Max(1, StrokeFont.Width(caption)));
        scene.Text(SceneColors.Black, picture.Columns / 2.0, (CaptionHeight / 2.0) + 0.5, height, caption);
        var pixels = new byte[picture.Pixels.Length + (3 * CaptionHeight * picture.Columns)];
        picture.Pixels.Span.CopyTo(pixels);
        RasterDrawing.Draw(scene, CaptionHeight, picture.Columns).Pixels.Span.CopyTo(pixels.AsSpan(picture.Pixels.Length));
        return new Picture(picture.Rows + CaptionHeight, picture.Columns, pixels);
    }
}
