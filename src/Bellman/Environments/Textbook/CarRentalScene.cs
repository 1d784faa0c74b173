using System.Globalization;

namespace Bellman;

/// <summary>How <see cref="CarRental"/> looks: two parking places with a space for every car, and between them what was moved overnight.</summary>
internal static class CarRentalScene
{
    private const int SpacesInARow = 5;
    private const double PlaceWidth = SpacesInARow * 1.2;

    public static void Draw(Scene scene, ReadOnlySpan<int> cars, ReadOnlySpan<int> rented, int moved, int spaces)
    {
        var rows = spaces / SpacesInARow;
        scene.SetWindow(-0.4, -1.4, (2 * PlaceWidth) + 4.4, rows + 1.5);
        for (var place = 0; place < 2; place++)
        {
            var left = place * (PlaceWidth + 4);
            scene.Rectangle(SceneColors.LightGray, left - 0.1, -0.1, left + PlaceWidth + 0.1, rows + 0.1);
            for (var space = 0; space < spaces; space++)
            {
                var (x, y) = (left + (space % SpacesInARow * 1.2), rows - 1 - (space / SpacesInARow));
                scene.Rectangle(SceneColors.White, x + 0.06, y + 0.08, x + 1.14, y + 0.92);
                if (space < cars[place])
                {
                    Car(scene, x + 0.6, y + 0.45, place == 0 ? SceneColors.Blue : SceneColors.Green);
                }
            }

            var middle = left + (PlaceWidth / 2);
            scene.Text(SceneColors.Black, middle, rows + 0.75, 0.5, string.Create(CultureInfo.InvariantCulture, $"{(place == 0 ? "first" : "second")}: {cars[place]}"));
            scene.Text(SceneColors.Black, middle, -0.75, 0.42, string.Create(CultureInfo.InvariantCulture, $"rented {rented[place]}"));
        }

        var centre = PlaceWidth + 2;
        scene.Text(SceneColors.Black, centre, (rows / 2.0) + 0.8, 0.42, string.Create(CultureInfo.InvariantCulture, $"moved {Math.Abs(moved)}"));
        if (moved != 0)
        {
            var to = Math.Sign(moved);
            var (y, tip) = (rows / 2.0, centre + (to * 1.3));
            scene.Line(SceneColors.Red, 0.12, new(centre - (to * 1.3), y), new(tip, y));
            scene.Polygon(SceneColors.Red, new(tip + (to * 0.35), y), new(tip - (to * 0.1), y + 0.3), new(tip - (to * 0.1), y - 0.3));
        }
    }

    private static void Car(Scene scene, double x, double y, SceneColor color)
    {
        scene.Polygon(color, new(x - 0.28, y), new(x - 0.16, y + 0.24), new(x + 0.14, y + 0.24), new(x + 0.26, y));
        scene.Rectangle(color, x - 0.42, y - 0.16, x + 0.42, y + 0.06);
        scene.Circle(SceneColors.Black, x - 0.24, y - 0.18, 0.1);
        scene.Circle(SceneColors.Black, x + 0.24, y - 0.18, 0.1);
    }
}
