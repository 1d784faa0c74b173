using System.Globalization;
using System.Security;
using System.Text;

namespace Bellman;

/// <summary>Draws scenes as SVG.</summary>
public static class SvgDrawing
{
    /// <summary>The scene as a whole SVG document.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="width">Pixels across; the height follows from the scene's window.</param>
    public static string Write(Scene scene, int width = 600)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var scale = width / scene.Width;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {Number(scene.Height * scale)}\" width=\"{width}\" height=\"{Number(scene.Height * scale)}\">");
        text.Append(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" fill=\"{Color(scene.Background)}\"/>");
        foreach (var shape in scene.Shapes)
        {
            Append(text, shape, scene, scale);
        }

        return text.Append("</svg>").ToString();
    }

    private static void Append(StringBuilder text, SceneShape shape, Scene scene, double scale)
    {
        string X(double x) => Number((x - scene.Left) * scale);
        string Y(double y) => Number((scene.Top - y) * scale);
        string Points(IReadOnlyList<ScenePoint> points) => string.Join(' ', points.Select(point => $"{X(point.X)},{Y(point.Y)}"));
        text.Append(shape switch
        {
            SceneLine line => $"<polyline points=\"{Points(line.Points)}\" fill=\"none\" stroke=\"{Color(line.Color)}\"{Opacity("stroke", line.Color)} stroke-width=\"{Number(line.Thickness * scale)}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>",
            ScenePolygon polygon => $"<polygon points=\"{Points(polygon.Points)}\" fill=\"{Color(polygon.Fill)}\"{Opacity("fill", polygon.Fill)}/>",
            SceneCircle circle => $"<circle cx=\"{X(circle.Center.X)}\" cy=\"{Y(circle.Center.Y)}\" r=\"{Number(circle.Radius * scale)}\" fill=\"{Color(circle.Fill)}\"{Opacity("fill", circle.Fill)}/>",

            // Capitals are about seven tenths of a font's size.
            SceneText label => $"<text x=\"{X(label.Center.X)}\" y=\"{Y(label.Center.Y - (label.Height / 2))}\" font-size=\"{Number(label.Height * scale / 0.7)}\" font-family=\"sans-serif\" text-anchor=\"middle\" fill=\"{Color(label.Color)}\">{SecurityElement.Escape(label.Text)}</text>",
            SceneImage image => $"<image x=\"{X(image.BottomLeft.X)}\" y=\"{Y(image.TopRight.Y)}\" width=\"{Number((image.TopRight.X - image.BottomLeft.X) * scale)}\" height=\"{Number((image.TopRight.Y - image.BottomLeft.Y) * scale)}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{Convert.ToBase64String(PngEncoder.Encode(image.Rows, image.Columns, image.Pixels.Span))}\"/>",
            _ => throw new ArgumentException($"A scene has lines, polygons, circles, texts and images, not {shape.GetType().Name}.", nameof(shape)),
        });
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Color(SceneColor color) => $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}";

    private static string Opacity(string what, SceneColor color) => color.Alpha == 255 ? "" : $" {what}-opacity=\"{Number(color.Alpha / 255.0)}\"";
}
