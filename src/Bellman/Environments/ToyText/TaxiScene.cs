namespace Bellman;

/// <summary>How <see cref="Taxi"/> looks from above.</summary>
internal static class TaxiScene
{
    private static readonly SceneColor[] Colors = [SceneColors.Red, SceneColors.Green, SceneColors.Yellow, SceneColors.Blue];

    public static void Draw(Scene scene, int state)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var (row, column, passenger, destination) = Taxi.Decode(state);
        scene.SetWindow(-0.1, -0.1, 5.1, 5.1);
        scene.Rectangle(SceneColors.LightGray, 0, 0, 5, 5);
        for (var place = 0; place < Colors.Length; place++)
        {
            var (y, x) = (4 - Taxi.Places[place].Row, Taxi.Places[place].Column);
            GridScene.Square(scene, x, y, Colors[place]);
            GridScene.Square(scene, x, y, new SceneColor(255, 255, 255, 110));
            scene.Text(SceneColors.Black, x + 0.3, y + 0.7, 0.22, "RGYB"[place].ToString());
        }

        // The destination is framed.
        var (goalY, goalX) = (4 - Taxi.Places[destination].Row, Taxi.Places[destination].Column);
        scene.Line(SceneColors.Black, 0.07, new(goalX + 0.08, goalY + 0.08), new(goalX + 0.92, goalY + 0.08), new(goalX + 0.92, goalY + 0.92), new(goalX + 0.08, goalY + 0.92), new(goalX + 0.08, goalY + 0.08));
        for (var cell = 0; cell < 25; cell++)
        {
            if (cell % 5 < 4 && Taxi.WallToTheEast(cell / 5, cell % 5))
            {
                scene.Line(SceneColors.Black, 0.1, new((cell % 5) + 1, 4 - (cell / 5)), new((cell % 5) + 1, 5 - (cell / 5)));
            }
        }

        scene.Line(SceneColors.Black, 0.1, new(0, 0), new(5, 0), new(5, 5), new(0, 5), new(0, 0));
        var (taxiX, taxiY) = (column + 0.5, 4 - row + 0.5);
        scene.Rectangle(SceneColor.Hex(0xF2B705), taxiX - 0.34, taxiY - 0.2, taxiX + 0.34, taxiY + 0.16);
        scene.Rectangle(SceneColor.Hex(0x3A3F47), taxiX - 0.2, taxiY + 0.02, taxiX + 0.2, taxiY + 0.26);
        scene.Circle(SceneColors.Black, taxiX - 0.2, taxiY - 0.2, 0.09);
        scene.Circle(SceneColors.Black, taxiX + 0.2, taxiY - 0.2, 0.09);

        // A passenger: a head over shoulders, beside the taxi or on its roof.
        var (x0, y0) = passenger == Taxi.InTaxi ? (taxiX, taxiY + 0.3) : (Taxi.Places[passenger].Column + 0.75, 4 - Taxi.Places[passenger].Row + 0.3);
        scene.Polygon(SceneColors.Brown, new(x0 - 0.13, y0 - 0.16), new(x0 + 0.13, y0 - 0.16), new(x0, y0 + 0.1));
        scene.Circle(SceneColor.Hex(0xE8B48A), x0, y0 + 0.1, 0.09);
    }
}
