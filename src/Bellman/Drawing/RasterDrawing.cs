namespace Bellman;

/// <summary>A picture of pixels.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">How many columns.</param>
/// <param name="Pixels">Red, green, blue from the top left, <c>[rows, columns, 3]</c>.</param>
public sealed record Picture(int Rows, int Columns, ReadOnlyMemory<byte> Pixels);

/// <summary>Draws scenes as pixels, with smooth edges.</summary>
public static class RasterDrawing
{
    /// <summary>The scene as a picture.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="width">Pixels across; the height follows from the scene's window.</param>
    public static Picture Draw(Scene scene, int width = 600)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return Draw(scene, Math.Max(1, (int)Math.Round(width * scene.Height / scene.Width)), width);
    }

    /// <summary>The scene, stretched to so many pixels.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="rows">Pixels from top to bottom.</param>
    /// <param name="columns">Pixels across.</param>
    public static Picture Draw(Scene scene, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var canvas = new Canvas(rows, columns);
        canvas.Show(scene);
        canvas.Clear();
        foreach (var shape in scene.Shapes)
        {
            canvas.Add(shape);
        }

        return new Picture(rows, columns, canvas.Pixels);
    }

    /// <summary>Pixels on which shapes are laid one after the other.</summary>
    internal sealed class Canvas(int rows, int columns)
    {
        private readonly CoverageMask mask = new(rows, columns);
        private Scene scene = new();
        private double scaleX, scaleY;

        public byte[] Pixels { get; } = new byte[3 * rows * columns];

        /// <summary>Shows the window of a scene from now on; the pixels stay.</summary>
        public void Show(Scene scene)
        {
            this.scene = scene;
            (scaleX, scaleY) = (columns / scene.Width, rows / scene.Height);
        }

        public void Clear()
        {
            for (var i = 0; i < Pixels.Length; i += 3)
            {
                (Pixels[i], Pixels[i + 1], Pixels[i + 2]) = (scene.Background.Red, scene.Background.Green, scene.Background.Blue);
            }
        }

        // Lengths that have no direction: thickness, radius.
        private double Scale => Math.Sqrt(scaleX * scaleY);

        public void Add(SceneShape shape)
        {
            switch (shape)
            {
                case ScenePolygon polygon when Place(polygon.Points) is { } corners:
                    mask.AddPolygon(corners);
                    mask.Paint(polygon.Fill, Pixels, accumulated: true);
                    break;
                case SceneLine line when Place(line.Points) is { } points:
                    mask.AddLine(points, line.Thickness * Scale);
                    mask.Paint(line.Color, Pixels, accumulated: false);
                    break;
                case SceneCircle circle when Place([circle.Center]) is { } center && double.IsFinite(circle.Radius):
                    mask.AddCircle(center[0], circle.Radius * Scale);
                    mask.Paint(circle.Fill, Pixels, accumulated: false);
                    break;
                case SceneText text:
                    Add(text);
                    break;
                case SceneImage image:
                    Add(image);
                    break;
            }
        }

        // Nothing is drawn of what lies nowhere: an environment may have blown up, and its replay shows where.
        private ScenePoint[]? Place(IReadOnlyList<ScenePoint> points)
        {
            var placed = new ScenePoint[points.Count];
            for (var i = 0; i < placed.Length; i++)
            {
                placed[i] = new ScenePoint((points[i].X - scene.Left) * scaleX, (scene.Top - points[i].Y) * scaleY);
                if (!double.IsFinite(placed[i].X) || !double.IsFinite(placed[i].Y))
                {
                    return null;
                }
            }

            return placed;
        }

        private void Add(SceneText text)
        {
            var unit = text.Height / StrokeFont.CapitalHeight;
            var (left, baseLine) = (text.Center.X - (unit * StrokeFont.Width(text.Text) / 2), text.Center.Y - (text.Height / 2));
            foreach (var stroke in StrokeFont.Write(text.Text))
            {
                if (Place([.. stroke.Select(point => new ScenePoint(left + (unit * point.X), baseLine + (unit * point.Y)))]) is { } points)
                {
                    mask.AddLine(points.Length > 1 ? points : [points[0], points[0]], StrokeFont.Thickness * unit * Scale);
                }
            }

            mask.Paint(text.Color, Pixels, accumulated: false);
        }

        private void Add(SceneImage image)
        {
            if (Place([image.BottomLeft, image.TopRight]) is not [var bottomLeft, var topRight] || bottomLeft.X == topRight.X || bottomLeft.Y == topRight.Y)
            {
                return;
            }

            var source = image.Pixels.Span;
            for (var row = 0; row < rows; row++)
            {
                var from = (int)Math.Floor((row + 0.5 - topRight.Y) / (bottomLeft.Y - topRight.Y) * image.Rows);
                for (var column = 0; column < columns && (uint)from < (uint)image.Rows; column++)
                {
                    var at = (int)Math.Floor((column + 0.5 - bottomLeft.X) / (topRight.X - bottomLeft.X) * image.Columns);
                    if ((uint)at < (uint)image.Columns)
                    {
                        for (var channel = 0; channel < 3; channel++)
                        {
                            Pixels[(3 * ((row * columns) + column)) + channel] = source[(((from * image.Columns) + at) * image.Channels) + (image.Channels == 1 ? 0 : channel)];
                        }
                    }
                }
            }
        }
    }
}
