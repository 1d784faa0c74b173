namespace Bellman;

/// <summary>Draws scenes that follow each other: what lies at the back and stays the same, as a map or the sky, is drawn once.</summary>
/// <param name="rows">Pixels from top to bottom.</param>
/// <param name="columns">Pixels across.</param>
internal sealed class FilmDrawing(int rows, int columns)
{
    private readonly RasterDrawing.Canvas canvas = new(rows, columns);
    private readonly byte[] back = new byte[3 * rows * columns];
    private Scene? last;

    // How many of the last scene's shapes lie on the back.
    private int kept;

    /// <summary>The scene as pixels, the same as <see cref="RasterDrawing.Draw(Scene, int, int)"/>.</summary>
    public Picture Draw(Scene scene)
    {
        var same = last is null || !SameWindow(last, scene) ? -1 : Common(last.Shapes, scene.Shapes);
        canvas.Show(scene);
        if (same < kept)
        {
            // The back is another one.
            kept = 0;
            canvas.Clear();
            canvas.Pixels.CopyTo(back, 0);
        }

        back.CopyTo(canvas.Pixels, 0);
        for (var i = kept; i < scene.Shapes.Count; i++)
        {
            if (i == same && i > kept)
            {
                canvas.Pixels.CopyTo(back, 0);
                kept = i;
            }

            canvas.Add(scene.Shapes[i]);
        }

        last = scene;
        return new Picture(rows, columns, canvas.Pixels.AsSpan().ToArray());
    }

    private static bool SameWindow(Scene one, Scene other) =>
        (one.Left, one.Bottom, one.Right, one.Top, one.Background) == (other.Left, other.Bottom, other.Right, other.Top, other.Background);

    private static int Common(IReadOnlyList<SceneShape> one, IReadOnlyList<SceneShape> other)
    {
        var count = Math.Min(one.Count, other.Count);
        for (var i = 0; i < count; i++)
        {
            if (!Same(one[i], other[i]))
            {
                return i;
            }
        }

        return count;
    }

    private static bool Same(SceneShape one, SceneShape other) => (one, other) switch
    {
        (SceneLine a, SceneLine b) => a.Color == b.Color && a.Thickness == b.Thickness && a.Points.SequenceEqual(b.Points),
        (ScenePolygon a, ScenePolygon b) => a.Fill == b.Fill && a.Points.SequenceEqual(b.Points),
        (SceneImage a, SceneImage b) => (a.BottomLeft, a.TopRight, a.Rows, a.Columns) == (b.BottomLeft, b.TopRight, b.Rows, b.Columns) && a.Pixels.Span.SequenceEqual(b.Pixels.Span),
        _ => one == other,
    };
}
