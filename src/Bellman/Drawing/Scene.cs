namespace Bellman;

/// <summary>An environment that can show itself.</summary>
public interface IDrawable
{
    /// <summary>Adds its present state to an empty scene: the window, then shapes from the back to the front.</summary>
    void Draw(Scene scene);
}

/// <summary>A place in the world.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Upwards.</param>
public readonly record struct ScenePoint(double X, double Y)
{
    /// <summary>This point moved along.</summary>
    public ScenePoint Offset(double x, double y) => new(X + x, Y + y);

    /// <summary>This point turned counterclockwise around the origin.</summary>
    public ScenePoint Rotate(double radians)
    {
        var (sine, cosine) = Math.SinCos(radians);
        return new((X * cosine) - (Y * sine), (X * sine) + (Y * cosine));
    }
}

/// <summary>What to draw, in the units of the world: y points upwards, and shapes cover those added before them.</summary>
public sealed class Scene
{
    private readonly List<SceneShape> shapes = [];

    /// <summary>Left edge of what is shown.</summary>
    public double Left { get; private set; } = -1;

    /// <summary>Lower edge of what is shown.</summary>
    public double Bottom { get; private set; } = -1;

    /// <summary>Right edge of what is shown.</summary>
    public double Right { get; private set; } = 1;

    /// <summary>Upper edge of what is shown.</summary>
    public double Top { get; private set; } = 1;

    /// <summary>Width of what is shown.</summary>
    public double Width => Right - Left;

    /// <summary>Height of what is shown.</summary>
    public double Height => Top - Bottom;

    /// <summary>What lies behind everything.</summary>
    public SceneColor Background { get; set; } = SceneColors.White;

    /// <summary>The shapes, from the back to the front.</summary>
    public IReadOnlyList<SceneShape> Shapes => shapes;

    /// <summary>Takes everything away.</summary>
    public void Clear() => shapes.Clear();

    /// <summary>Adds a shape that was made elsewhere.</summary>
    internal void Add(SceneShape shape) => shapes.Add(shape);

    /// <summary>Says which part of the world is shown.</summary>
    /// <exception cref="ArgumentException">It is empty or not finite.</exception>
    public void SetWindow(double left, double bottom, double right, double top)
    {
        if (!(right > left && top > bottom && double.IsFinite(right - left) && double.IsFinite(top - bottom)))
        {
            throw new ArgumentException($"A window needs left < right and bottom < top, but was given {left}, {bottom}, {right}, {top}.");
        }

        (Left, Bottom, Right, Top) = (left, bottom, right, top);
    }

    /// <summary>Adds lines from point to point, with round ends.</summary>
    public void Line(SceneColor color, double thickness, params ReadOnlySpan<ScenePoint> points) => shapes.Add(new SceneLine(points.ToArray(), thickness, color));

    /// <summary>Adds a filled polygon.</summary>
    public void Polygon(SceneColor fill, params ReadOnlySpan<ScenePoint> points) => shapes.Add(new ScenePolygon(points.ToArray(), fill));

    /// <summary>Adds a filled rectangle.</summary>
    public void Rectangle(SceneColor fill, double left, double bottom, double right, double top) =>
        Polygon(fill, new ScenePoint(left, bottom), new ScenePoint(right, bottom), new ScenePoint(right, top), new ScenePoint(left, top));

    /// <summary>Adds a filled circle.</summary>
    public void Circle(SceneColor fill, double x, double y, double radius) => shapes.Add(new SceneCircle(new ScenePoint(x, y), radius, fill));

    /// <summary>Adds a line of text in the middle of a place.</summary>
    /// <param name="color">Its colour.</param>
    /// <param name="x">Its centre.</param>
    /// <param name="y">Its centre.</param>
    /// <param name="height">Of its capitals.</param>
    /// <param name="text">Letters, digits and signs of ASCII; others are shown where the medium can.</param>
    public void Text(SceneColor color, double x, double y, double height, string text) => shapes.Add(new SceneText(new ScenePoint(x, y), height, text, color));

    /// <summary>Adds an image, its rows from the top.</summary>
    /// <param name="left">Left edge.</param>
    /// <param name="bottom">Lower edge.</param>
    /// <param name="right">Right edge.</param>
    /// <param name="top">Upper edge.</param>
    /// <param name="rows">How many rows of pixels.</param>
    /// <param name="columns">How many columns of pixels.</param>
    /// <param name="pixels">Bytes, <c>[rows, columns]</c> for grey or <c>[rows, columns, 3]</c> for red, green, blue.</param>
    /// <exception cref="ArgumentException">There are neither as many bytes as pixels nor three times as many.</exception>
    public void Image(double left, double bottom, double right, double top, int rows, int columns, ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != rows * columns && pixels.Length != 3 * rows * columns)
        {
            throw new ArgumentException($"An image of {rows} × {columns} pixels needs {rows * columns} or {3 * rows * columns} bytes, but was given {pixels.Length}.", nameof(pixels));
        }

        shapes.Add(new SceneImage(new ScenePoint(left, bottom), new ScenePoint(right, top), rows, columns, pixels.ToArray()));
    }
}
