using Bellman.Environments.Physics2D;

namespace Bellman.Environments;

public sealed partial class BipedalWalker
{
    private static readonly SceneColor Sky = SceneColor.Hex(0xD7D7FF);
    private static readonly SceneColor Earth = SceneColor.Hex(0x66994C);
    private static readonly SceneColor Grass = SceneColor.Hex(0x2E7D32);
    private static readonly SceneColor Rock = SceneColor.Hex(0x7A7A80);
    private static readonly SceneColor Beam = SceneColor.Hex(0xE53935);
    private static readonly SceneColor HullColor = SceneColor.Hex(0x7F33E5);
    private static readonly SceneColor NearLeg = SceneColor.Hex(0xB2659A);
    private static readonly SceneColor FarLeg = SceneColor.Hex(0x6B3A63);

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var hasWalker = !world.Bodies.IsEmpty;
        var left = (hasWalker ? world.Bodies[hull].Transform.Position.X : StartX) - (ViewWidth / 5);
        var right = left + ViewWidth;
        scene.SetWindow(left, 0, right, ViewHeight);
        scene.Background = Sky;
        DrawGround(scene, left, right);
        if (!hasWalker)
        {
            return;
        }

        var from = world.Bodies[hull].Transform.Position;
        Span<float> free = stackalloc float[Rays];
        LookAhead(free);
        for (var i = 0; i < Rays; i++)
        {
            var to = RayEnd(from, i);
            var end = new ScenePoint(from.X + (free[i] * (to.X - from.X)), from.Y + (free[i] * (to.Y - from.Y)));
            scene.Line(Beam, 0.03, new ScenePoint(from.X, from.Y), end);
        }

        DrawLeg(scene, FarLeg, 0);
        DrawShape(scene, HullColor, Hull, world.Bodies[hull].Transform);
        DrawLeg(scene, NearLeg, 1);
    }

    private void DrawGround(Scene scene, double left, double right)
    {
        var first = Math.Max(0, (int)(left / WalkerTerrain.Step) - 1);
        var count = Math.Min(WalkerTerrain.Length - first, (int)((right - left) / WalkerTerrain.Step) + 4);
        Span<ScenePoint> outline = stackalloc ScenePoint[count + 2];
        for (var i = 0; i < count; i++)
        {
            outline[i] = new((first + i) * WalkerTerrain.Step, terrain.Heights[first + i]);
        }

        (outline[count], outline[count + 1]) = (new(outline[count - 1].X, -1), new(outline[0].X, -1));
        scene.Polygon(Earth, outline);
        scene.Line(Grass, 0.1, outline[..count]);
        foreach (ref readonly var box in terrain.Boxes)
        {
            if (box.Right > left && box.Left < right)
            {
                scene.Polygon(Rock, new ScenePoint(box.Left, box.Bottom), new ScenePoint(box.Right, box.Bottom), new ScenePoint(box.Right, box.Top), new ScenePoint(box.Left, box.Top));
            }
        }

        DrawFlag(scene, StartX, SceneColors.Red);
        DrawFlag(scene, EndX, SceneColors.Green);
    }

    /// <summary>Where the walk begins and where it ends.</summary>
    private void DrawFlag(Scene scene, double x, SceneColor color)
    {
        var foot = terrain.Heights[(int)Math.Round(x / WalkerTerrain.Step)];
        scene.Line(SceneColors.Black, 0.06, new ScenePoint(x, foot), new ScenePoint(x, foot + 1.7));
        scene.Polygon(color, new ScenePoint(x, foot + 1.7), new ScenePoint(x, foot + 1.3), new ScenePoint(x + 0.8, foot + 1.5));
    }

    private void DrawLeg(Scene scene, SceneColor color, int leg)
    {
        DrawShape(scene, color, Upper, world.Bodies[legs[2 * leg]].Transform);
        DrawShape(scene, color, Lower, world.Bodies[legs[(2 * leg) + 1]].Transform);
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
