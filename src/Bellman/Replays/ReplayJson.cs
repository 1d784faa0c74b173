using System.Globalization;
using System.Text.Json.Nodes;

namespace Bellman;

/// <summary>
/// A replay as compact JSON: every shape and window once, and each frame as the places of its shapes.
/// A shape is its kind, its colour and its numbers: <c>["l", colour, thickness, x, y, …]</c>, <c>["p", colour, x, y, …]</c>, <c>["c", colour, x, y, radius]</c>,
/// <c>["t", colour, x, y, height, text]</c>, <c>["i", left, top, width, height, url]</c>.
/// </summary>
internal sealed class ReplayJson
{
    private readonly Dictionary<string, int> shapes = [], windows = [];
    private readonly JsonArray shapeList = [], windowList = [];

    public static JsonObject Write(Replay replay, double framesPerSecond)
    {
        var json = new ReplayJson();
        JsonArray episodes = [.. replay.Episodes.Select(json.Write)];
        return new JsonObject
        {
            ["title"] = replay.Title,
            ["fps"] = framesPerSecond,
            ["windows"] = json.windowList,
            ["shapes"] = json.shapeList,
            ["episodes"] = episodes,
        };
    }

    private JsonObject Write(ReplayEpisode episode)
    {
        JsonArray windows = [], rewards = [], actions = [], frames = [];
        foreach (var frame in episode.Frames)
        {
            var scene = frame.Scene;

            // A ten-thousandth of the window cannot be seen.
            var decimals = Math.Clamp(4 - (int)Math.Floor(Math.Log10(scene.Width)), 0, 12);
            JsonNode Number(double value) => Round(value, decimals);
            windows.Add((JsonNode)Place(this.windows, windowList, [Number(scene.Left), Number(scene.Bottom), Number(scene.Right), Number(scene.Top), Color(scene.Background)]));
            rewards.Add((JsonNode)(Finite(frame.Reward) ? JsonValue.Create(Math.Round(frame.Reward, 6)) : JsonValue.Create(frame.Reward.ToString(CultureInfo.InvariantCulture))));
            actions.Add((JsonNode)frame.Action);
            frames.Add((JsonNode)new JsonArray([.. scene.Shapes.Select(shape => (JsonNode)Place(shapes, shapeList, Write(shape, Number)))]));
        }

        return new JsonObject
        {
            ["seed"] = episode.Seed,
            ["end"] = episode.End,
            ["windows"] = windows,
            ["rewards"] = rewards,
            ["actions"] = actions,
            ["frames"] = frames,
        };
    }

    private static JsonArray Write(SceneShape shape, Func<double, JsonNode> number)
    {
        IEnumerable<JsonNode> Points(IEnumerable<ScenePoint> points) => points.SelectMany(point => new[] { number(point.X), number(point.Y) });
        return shape switch
        {
            SceneLine line => ["l", Color(line.Color), number(line.Thickness), .. Points(line.Points)],
            ScenePolygon polygon => ["p", Color(polygon.Fill), .. Points(polygon.Points)],
            SceneCircle circle => ["c", Color(circle.Fill), .. Points([circle.Center]), number(circle.Radius)],
            SceneText text => ["t", Color(text.Color), .. Points([text.Center]), number(text.Height), text.Text],
            SceneImage image =>
            [
                "i", number(image.BottomLeft.X), number(image.TopRight.Y), number(image.TopRight.X - image.BottomLeft.X), number(image.TopRight.Y - image.BottomLeft.Y),
                $"data:image/png;base64,{Convert.ToBase64String(PngEncoder.Encode(image.Rows, image.Columns, image.Pixels.Span))}",
            ],
            _ => throw new ArgumentException($"A scene has lines, polygons, circles, texts and images, not {shape.GetType().Name}.", nameof(shape)),
        };
    }

    private static int Place(Dictionary<string, int> places, JsonArray list, JsonArray value)
    {
        var text = value.ToJsonString();
        if (!places.TryGetValue(text, out var place))
        {
            places[text] = place = list.Count;
            list.Add((JsonNode)value);
        }

        return place;
    }

    private static bool Finite(double value) => double.IsFinite(value);

    // What is not finite lies nowhere, which canvas takes as nothing to draw.
    private static JsonNode Round(double value, int decimals) => Finite(value) && Math.Round(value, decimals) is var rounded
        ? rounded == Math.Truncate(rounded) && Math.Abs(rounded) < 1e9 ? JsonValue.Create((int)rounded) : JsonValue.Create(rounded)
        : JsonValue.Create("NaN");

    private static string Color(SceneColor color) => string.Create(
        CultureInfo.InvariantCulture, $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}{(color.Alpha == 255 ? "" : color.Alpha.ToString("x2", CultureInfo.InvariantCulture))}");
}
