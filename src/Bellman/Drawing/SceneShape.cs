namespace Bellman;

/// <summary>Something in a <see cref="Scene"/>.</summary>
public abstract record SceneShape;

/// <summary>Lines from point to point, with round ends.</summary>
/// <param name="Points">Two at least.</param>
/// <param name="Thickness">In units of the world.</param>
/// <param name="Color">Its colour.</param>
public sealed record SceneLine(IReadOnlyList<ScenePoint> Points, double Thickness, SceneColor Color) : SceneShape;

/// <summary>A filled polygon, inside by the non-zero rule.</summary>
/// <param name="Points">Its corners in order.</param>
/// <param name="Fill">Its colour.</param>
public sealed record ScenePolygon(IReadOnlyList<ScenePoint> Points, SceneColor Fill) : SceneShape;

/// <summary>A filled circle.</summary>
/// <param name="Center">Its centre.</param>
/// <param name="Radius">In units of the world.</param>
/// <param name="Fill">Its colour.</param>
public sealed record SceneCircle(ScenePoint Center, double Radius, SceneColor Fill) : SceneShape;

/// <summary>A line of text.</summary>
/// <param name="Center">Its middle.</param>
/// <param name="Height">Of its capitals, in units of the world.</param>
/// <param name="Text">The text.</param>
/// <param name="Color">Its colour.</param>
public sealed record SceneText(ScenePoint Center, double Height, string Text, SceneColor Color) : SceneShape;

/// <summary>An image.</summary>
/// <param name="BottomLeft">One corner.</param>
/// <param name="TopRight">The opposite corner.</param>
/// <param name="Rows">Rows of pixels.</param>
/// <param name="Columns">Columns of pixels.</param>
/// <param name="Pixels">Rows from the top: a byte a pixel for grey, or three for red, green, blue.</param>
public sealed record SceneImage(ScenePoint BottomLeft, ScenePoint TopRight, int Rows, int Columns, ReadOnlyMemory<byte> Pixels) : SceneShape
{
    /// <summary>1 for grey, 3 for colours.</summary>
    public int Channels => Pixels.Length / (Rows * Columns);
}
