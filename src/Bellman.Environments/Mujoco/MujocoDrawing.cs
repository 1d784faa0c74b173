namespace Bellman.Environments;

/// <summary>Draws simulations: shapes projected along an axis, those behind first, the ground with marks by which motion is seen.</summary>
internal static class MujocoDrawing
{
    private const int Plane = 0, Sphere = 2, Capsule = 3, Cylinder = 5, Box = 6;

    public static void Draw(Scene scene, MujocoData data, MujocoView view)
    {
        var (x, y) = (view.CenterAcross, view.CenterUp);
        if (view.Follow is { } body)
        {
            x += data.BodyPositions[(3 * body) + view.Across];
            y += view.FollowUp ? data.BodyPositions[(3 * body) + view.Up] : 0;
        }

        scene.SetWindow(x - view.HalfWidth, y - view.HalfHeight, x + view.HalfWidth, y + view.HalfHeight);
        var model = data.Model;
        var away = 3 - view.Across - view.Up;

        // The viewer stands where y is least, or z greatest.
        var toViewer = away == 2 ? 1 : -1;
        var order = new int[model.GeomCount];
        var depths = new double[order.Length];
        for (var geom = 0; geom < order.Length; geom++)
        {
            order[geom] = geom;
            depths[geom] = model.GeomTypes[geom] == Plane ? double.NegativeInfinity : toViewer * data.GeomPositions[(3 * geom) + away];
        }

        Array.Sort(order, (first, second) => depths[first] != depths[second] ? depths[first].CompareTo(depths[second]) : first.CompareTo(second));
        foreach (var geom in order)
        {
            if (model.GeomTypes[geom] == Plane)
            {
                DrawPlane(scene, data, view, geom);
            }
            else
            {
                DrawSolid(scene, data, view, geom);
            }
        }
    }

    private static void DrawPlane(Scene scene, MujocoData data, MujocoView view, int geom)
    {
        var color = Color(data.Model, geom);
        var mark = Darker(color);
        if (view.Up != 2)
        {
            // Seen from above: a grid.
            scene.Rectangle(color, scene.Left, scene.Bottom, scene.Right, scene.Top);
            var step = scene.Width > 2 ? 1.0 : 0.1;
            for (var x = Math.Ceiling(scene.Left / step) * step; x <= scene.Right; x += step)
            {
                scene.Line(mark, 0.003 * scene.Width, new ScenePoint(x, scene.Bottom), new ScenePoint(x, scene.Top));
            }

            for (var y = Math.Ceiling(scene.Bottom / step) * step; y <= scene.Top; y += step)
            {
                scene.Line(mark, 0.003 * scene.Width, new ScenePoint(scene.Left, y), new ScenePoint(scene.Right, y));
            }

            return;
        }

        // Seen from the side: the ground below a line, with a stroke each half metre.
        var top = data.GeomPositions[(3 * geom) + 2];
        if (top <= scene.Bottom)
        {
            return;
        }

        scene.Rectangle(color, scene.Left, scene.Bottom, scene.Right, top);
        scene.Line(mark, 0.012, new ScenePoint(scene.Left, top), new ScenePoint(scene.Right, top));
        for (var x = Math.Ceiling(scene.Left * 2) / 2; x <= scene.Right; x += 0.5)
        {
            scene.Line(mark, 0.012, new ScenePoint(x, top), new ScenePoint(x - 0.08, Math.Max(scene.Bottom, top - 0.12)));
        }
    }

    private static void DrawSolid(Scene scene, MujocoData data, MujocoView view, int geom)
    {
        var model = data.Model;
        var color = Color(model, geom);
        var sizes = model.GeomSizes.Slice(3 * geom, 3);
        var center = data.GeomPositions.Slice(3 * geom, 3);
        var rotation = data.GeomRotations.Slice(9 * geom, 9);

        // The shape's own third axis, projected.
        var axis = new ScenePoint(rotation[(3 * view.Across) + 2], rotation[(3 * view.Up) + 2]);
        var middle = new ScenePoint(center[view.Across], center[view.Up]);
        switch (model.GeomTypes[geom])
        {
            case Sphere:
                scene.Circle(Darker(color), middle.X, middle.Y, sizes[0]);
                scene.Circle(color, middle.X, middle.Y, sizes[0] - Rim(scene));
                break;
            case Capsule or Cylinder:
                var (half, radius) = (sizes[1], sizes[0]);
                var (from, to) = (middle.Offset(-half * axis.X, -half * axis.Y), middle.Offset(half * axis.X, half * axis.Y));
                if (Math.Abs(axis.X) + Math.Abs(axis.Y) < 1e-3)
                {
                    scene.Circle(color, middle.X, middle.Y, radius);
                    break;
                }

                scene.Line(Darker(color), 2 * radius, from, to);
                scene.Line(color, 2 * (radius - Rim(scene)), from, to);
                break;
            case Box:
                scene.Polygon(color, Outline(sizes, center, rotation, view));
                break;
            default:
                scene.Circle(color, middle.X, middle.Y, Math.Max(sizes[0], Math.Max(sizes[1], sizes[2])));
                break;
        }
    }

    // The hull of the eight corners.
    private static ScenePoint[] Outline(ReadOnlySpan<double> sizes, ReadOnlySpan<double> center, ReadOnlySpan<double> rotation, MujocoView view)
    {
        var corners = new List<ScenePoint>(8);
        for (var corner = 0; corner < 8; corner++)
        {
            double x = center[view.Across], y = center[view.Up];
            for (var side = 0; side < 3; side++)
            {
                var reach = (corner >> side & 1) == 0 ? -sizes[side] : sizes[side];
                x += reach * rotation[(3 * view.Across) + side];
                y += reach * rotation[(3 * view.Up) + side];
            }

            corners.Add(new ScenePoint(x, y));
        }

        corners.Sort((first, second) => first.X != second.X ? first.X.CompareTo(second.X) : first.Y.CompareTo(second.Y));
        return [.. Chain(corners), .. Chain(Enumerable.Reverse(corners))];

        static List<ScenePoint> Chain(IEnumerable<ScenePoint> points)
        {
            var chain = new List<ScenePoint>();
            foreach (var point in points)
            {
                while (chain.Count > 1 && Turn(chain[^2], chain[^1], point) <= 0)
                {
                    chain.RemoveAt(chain.Count - 1);
                }

                chain.Add(point);
            }

            chain.RemoveAt(chain.Count - 1);
            return chain;
        }

        static double Turn(ScenePoint a, ScenePoint b, ScenePoint c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
    }

    // A darker rim tells shapes of one colour apart.
    private static double Rim(Scene scene) => 0.003 * scene.Width;

    private static SceneColor Color(MujocoModel model, int geom)
    {
        var color = model.GeomColors.Slice(4 * geom, 4);
        return new SceneColor(Byte(color[0]), Byte(color[1]), Byte(color[2]), Byte(color[3]));
    }

    private static SceneColor Darker(SceneColor color) => new((byte)(color.Red * 0.72), (byte)(color.Green * 0.72), (byte)(color.Blue * 0.72), color.Alpha);

    private static byte Byte(float share) => (byte)Math.Clamp(MathF.Round(share * 255), 0, 255);
}
