namespace Bellman;

/// <summary>Drawing on grids whose first row is the upper one.</summary>
internal static class GridScene
{
    /// <summary>A square with a margin around it, from its lower left corner.</summary>
    public static void Square(Scene scene, double x, double y, SceneColor color) => scene.Rectangle(color, x + 0.04, y + 0.04, x + 0.96, y + 0.96);

    /// <summary>Shows a grid and its cells.</summary>
    public static void Cells(Scene scene, int rows, int columns, Func<int, int, SceneColor> color)
    {
        scene.SetWindow(0, 0, columns, rows);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                Square(scene, column, rows - 1 - row, color(row, column));
            }
        }
    }

    /// <summary>A walker in a cell, with a dot on the side to which it last went.</summary>
    public static void Walker(Scene scene, int rows, int row, int column, double lookX = 0, double lookY = 0)
    {
        var (x, y) = (column + 0.5, rows - row - 0.5);
        scene.Circle(SceneColors.Blue, x, y, 0.32);
        scene.Circle(SceneColors.White, x + (0.2 * lookX), y + (0.2 * lookY), 0.08);
    }
}
