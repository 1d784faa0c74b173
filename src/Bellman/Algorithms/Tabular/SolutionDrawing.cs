using System.Globalization;

namespace Bellman;

/// <summary>Draws what planning found: states on a grid as a map of values with arrows for all greedy actions, others as bars with the action beneath. States that were not looked at are grey.</summary>
public static class SolutionDrawing
{
    private static readonly SceneColor Low = SceneColor.Hex(0xF3F6FB);
    private static readonly SceneColor High = SceneColor.Hex(0x3E7BD6);
    private static readonly SceneColor Untouched = SceneColor.Hex(0xD0D0D0);

    /// <summary>The picture.</summary>
    /// <param name="solution">What was found.</param>
    /// <param name="grid">How the states lie; null for a row of bars.</param>
    public static Scene Draw(Solution solution, IStateGrid? grid)
    {
        ArgumentNullException.ThrowIfNull(solution);
        var scene = new Scene();
        var values = solution.Values;
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var state = 0; state < values.Length; state++)
        {
            if (solution.IsTouched(state))
            {
                (least, most) = (Math.Min(least, values[state]), Math.Max(most, values[state]));
            }
        }

        var range = Math.Max(most - least, 1e-12);
        if (grid is not null && grid.GridRows * grid.GridColumns == values.Length)
        {
            DrawMap(scene, solution, grid, least, range);
        }
        else
        {
            DrawBars(scene, solution, least, range);
        }

        return scene;
    }

    private static void DrawMap(Scene scene, Solution solution, IStateGrid grid, double least, double range)
    {
        // Cells of large maps are small: their text takes more of them.
        var text = Math.Clamp(0.015 * grid.GridColumns, 0.12, 0.22);
        scene.SetWindow(-0.1, -0.1, grid.GridColumns + 0.1, grid.GridRows + 0.1);
        var own = new Scene();
        (grid as IDrawable)?.Draw(own);
        var fits = Math.Abs(own.Left) < 0.2 && Math.Abs(own.Bottom) < 0.2 && Math.Abs(own.Right - grid.GridColumns) < 0.2 && Math.Abs(own.Top - grid.GridRows) < 0.2;
        var visited = solution.Visited();
        for (var state = 0; state < solution.Values.Length; state++)
        {
            double x = state % grid.GridColumns, y = grid.GridRows - 1 - (state / grid.GridColumns);
            if (!solution.IsTouched(state))
            {
                scene.Rectangle(Untouched, x + 0.02, y + 0.02, x + 0.98, y + 0.98);
                continue;
            }

            var share = (solution.Values[state] - least) / range;
            scene.Rectangle(Mix(share), x + 0.02, y + 0.02, x + 0.98, y + 0.98);
            var greedy = solution.Greedy(state);

            // Where every action is as good, or nobody ever acts, there is nothing to decide: an end, a wall, a cliff. It looks as in the task's own picture.
            var decides = visited[state] && (greedy.Length < solution.ActionCount || solution.ActionCount == 1);
            var shapes = own.Shapes.Where(shape => fits && !decides && LiesIn(shape, x, y)).ToArray();
            foreach (var shape in shapes)
            {
                scene.Add(shape);
            }

            if (shapes.Length > 0)
            {
                continue;
            }

            scene.Text(SceneColors.Black, x + 0.5, y + 0.2, text, Number(solution.Values[state]));
            foreach (var action in decides ? greedy : [])
            {
                if (grid.Label(action) is { } label)
                {
                    scene.Text(SceneColors.Black, x + 0.5, y + 0.62, 0.36, label);
                    break;
                }

                Arrow(scene, new ScenePoint(x + 0.5, y + 0.58), grid.Direction(action));
            }
        }
    }

    private static bool LiesIn(SceneShape shape, double x, double y)
    {
        IReadOnlyList<ScenePoint> points = shape switch
        {
            SceneLine line => line.Points,
            ScenePolygon polygon => polygon.Points,
            SceneCircle circle => [circle.Center.Offset(-circle.Radius, -circle.Radius), circle.Center.Offset(circle.Radius, circle.Radius)],
            // On the border between two cells it belongs to the later, which is drawn over the other.
            SceneText text => [text.Center.Offset(0.015, 0.015)],
            _ => [],
        };
        return points.Count > 0 && points.All(point => point.X >= x - 0.01 && point.X <= x + 1.01 && point.Y >= y - 0.01 && point.Y <= y + 1.01);
    }

    private static void Arrow(Scene scene, ScenePoint from, ScenePoint direction)
    {
        var length = Math.Sqrt((direction.X * direction.X) + (direction.Y * direction.Y));
        if (length == 0)
        {
            scene.Circle(SceneColors.Black, from.X, from.Y, 0.05);
            return;
        }

        var (x, y) = (0.3 * direction.X / length, 0.3 * direction.Y / length);
        var tip = from.Offset(x / 2, y / 2);
        scene.Line(SceneColors.Black, 0.03, from.Offset(-x / 2, -y / 2), tip);
        scene.Line(SceneColors.Black, 0.03, tip.Offset((-0.3 * x) - (0.2 * y), (-0.3 * y) + (0.2 * x)), tip, tip.Offset((-0.3 * x) + (0.2 * y), (-0.3 * y) - (0.2 * x)));
    }

    private static void DrawBars(Scene scene, Solution solution, double least, double range)
    {
        var count = solution.Values.Length;
        scene.SetWindow(-0.2, -0.6, 1.55, 1.1);
        scene.Text(SceneColors.Black, 0.75, 1.05, 0.03, "value of each state, and below the greedy action");
        var width = 1.5 / count;
        for (var state = 0; state < count; state++)
        {
            if (!solution.IsTouched(state))
            {
                scene.Rectangle(Untouched, state * width, 0, (state + 0.9) * width, 0.01);
                continue;
            }

            var share = (solution.Values[state] - least) / range;
            scene.Rectangle(Mix(0.3 + (0.7 * share)), state * width, 0, (state + 0.9) * width, Math.Max(share, 0.002));
            var action = solution.Policy[state] / (double)Math.Max(1, solution.ActionCount - 1);
            scene.Rectangle(SceneColors.Black, state * width, -0.5 + (0.4 * action), (state + 0.9) * width, -0.49 + (0.4 * action));
        }

        foreach (var (y, value) in new[] { (0.0, least), (1.0, least + range) })
        {
            scene.Text(SceneColors.Gray, -0.1, y, 0.025, Number(value));
        }

        foreach (var (y, action) in new[] { (-0.495, 0), (-0.095, solution.ActionCount - 1) })
        {
            scene.Text(SceneColors.Gray, -0.1, y, 0.025, $"action {action}");
        }
    }

    private static SceneColor Mix(double share)
    {
        byte Part(byte low, byte high) => (byte)(low + (Math.Clamp(share, 0, 1) * (high - low)));
        return new SceneColor(Part(Low.Red, High.Red), Part(Low.Green, High.Green), Part(Low.Blue, High.Blue));
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.0" : "0.###", CultureInfo.InvariantCulture);
}
