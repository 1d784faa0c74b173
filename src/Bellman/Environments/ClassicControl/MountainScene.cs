namespace Bellman;

/// <summary>The hill of both mountain cars, drawn.</summary>
internal static class MountainScene
{
    private const double CarSize = 0.06;

    public static void Draw(Scene scene, double position, double goal)
    {
        const double left = -1.2, right = 0.6, bottom = -0.15;
        scene.SetWindow(left - 0.05, bottom, right + 0.05, 1.25);
        var ground = new ScenePoint[62];
        for (var i = 0; i <= 59; i++)
        {
            var x = left + ((right - left) * i / 59);
            ground[i] = new ScenePoint(x, Height(x));
        }

        (ground[60], ground[61]) = (new ScenePoint(right, bottom), new ScenePoint(left, bottom));
        scene.Polygon(SceneColors.LightGray, ground);
        scene.Line(SceneColors.Gray, 0.008, ground.AsSpan(0, 60));
        scene.Line(SceneColors.Black, 0.008, new ScenePoint(goal, Height(goal)), new ScenePoint(goal, Height(goal) + 0.2));
        scene.Polygon(SceneColors.Green, new ScenePoint(goal, Height(goal) + 0.2), new ScenePoint(goal + 0.08, Height(goal) + 0.17), new ScenePoint(goal, Height(goal) + 0.14));

        // The car stands along the slope.
        var slope = Math.Atan(1.35 * Math.Cos(3 * position));
        ScenePoint At(double along, double above) => new ScenePoint(along, above).Rotate(slope).Offset(position, Height(position));
        foreach (var wheel in new[] { -0.6, 0.6 })
        {
            var center = At(wheel * CarSize, 0.35 * CarSize);
            scene.Circle(SceneColors.Black, center.X, center.Y, 0.35 * CarSize);
        }

        scene.Polygon(SceneColors.Blue, At(-CarSize, 0.4 * CarSize), At(CarSize, 0.4 * CarSize), At(CarSize, CarSize), At(0.5 * CarSize, 1.4 * CarSize), At(-0.6 * CarSize, 1.4 * CarSize), At(-CarSize, CarSize));
    }

    private static double Height(double x) => (0.45 * Math.Sin(3 * x)) + 0.55;
}
