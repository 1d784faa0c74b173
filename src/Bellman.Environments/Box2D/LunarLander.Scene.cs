using Bellman.Environments.Physics2D;

namespace Bellman.Environments;

public sealed partial class LunarLander
{
    private static readonly SceneColor Night = SceneColor.Hex(0x10131F);
    private static readonly SceneColor Flame = SceneColor.Hex(0xFF9E3D);
    private static readonly SceneColor Metal = SceneColor.Hex(0x8066E6);
    private static readonly SceneColor Strut = SceneColor.Hex(0xA894F5);

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(0, 0, Width, Height);
        scene.Background = Night;
        Span<ScenePoint> moon = stackalloc ScenePoint[Chunks + 2];
        for (var i = 0; i < Chunks; i++)
        {
            moon[i] = new(ChunkX(i), terrain[i]);
        }

        (moon[Chunks], moon[Chunks + 1]) = (new(Width, 0), new(0, 0));
        scene.Polygon(SceneColors.LightGray, moon);
        foreach (var x in (ReadOnlySpan<double>)[ChunkX((Chunks / 2) - 1), ChunkX((Chunks / 2) + 1)])
        {
            scene.Line(SceneColors.White, 0.06, new ScenePoint(x, PadHeight), new ScenePoint(x, PadHeight + 1.67));
            scene.Polygon(SceneColors.Yellow, new ScenePoint(x, PadHeight + 1.67), new ScenePoint(x, PadHeight + 1.33), new ScenePoint(x + 0.83, PadHeight + 1.5));
        }

        if (world.Bodies.IsEmpty)
        {
            return;
        }

        ref readonly var body = ref world.Bodies[lander].Transform;
        if (mainThrust > 0)
        {
            var length = 0.5 + (0.9 * mainThrust);
            scene.Polygon(Flame, Placed(body, -0.22, -0.33), Placed(body, 0.22, -0.33), Placed(body, 0, -0.33 - length));
        }

        if (sideThrust != 0)
        {
            // The engine that fires blows away from where it pushes to.
            var (side, height) = (Math.Sign(sideThrust), SideEngineHeight / Scale);
            scene.Polygon(Flame, Placed(body, side * 0.5, height - 0.1), Placed(body, side * 0.5, height + 0.1), Placed(body, side * (0.7 + (0.3 * Math.Abs(sideThrust))), height));
        }

        foreach (var leg in legs)
        {
            DrawShape(scene, Strut, Leg, world.Bodies[leg].Transform);
        }

        DrawShape(scene, Metal, Hull, body);
    }

    private static ScenePoint Placed(in Transform transform, double x, double y)
    {
        var point = transform.Apply(new Vector2D((float)x, (float)y));
        return new(point.X, point.Y);
    }

    private static void DrawShape(Scene scene, SceneColor color, Shape shape, in Transform transform)
    {
        Span<ScenePoint> points = stackalloc ScenePoint[Constants.MaxPolygonVertices];
        for (var i = 0; i < shape.Vertices.Length; i++)
        {
            var point = transform.Apply(shape.Vertices[i]);
            points[i] = new(point.X, point.Y);
        }

        scene.Polygon(color, points[..shape.Vertices.Length]);
    }
}
