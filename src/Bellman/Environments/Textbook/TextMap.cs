namespace Bellman;

/// <summary>A map of cells, read from text: rows from the top, divided by new lines, commas or slashes.</summary>
internal sealed class TextMap
{
    private readonly string[] rows;

    public TextMap(string text, string signs)
    {
        ArgumentNullException.ThrowIfNull(text);
        rows = text.Split([',', '/', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var strange = rows.SelectMany(row => row).FirstOrDefault(sign => !signs.Contains(sign, StringComparison.Ordinal));
        if (rows.Length == 0 || rows.Any(row => row.Length != rows[0].Length) || strange != 0 || !rows.Any(row => row.Contains('S', StringComparison.Ordinal)))
        {
            throw new ArgumentException($"A map needs rows of one length made of {string.Join(' ', signs.ToCharArray())}, with a start S; {(strange != 0 ? $"this one has '{strange}'" : $"this one is \"{text}\"")}.", nameof(text));
        }
    }

    public int RowCount => rows.Length;

    public int ColumnCount => rows[0].Length;

    public int CellCount => RowCount * ColumnCount;

    public char this[int cell] => rows[cell / ColumnCount][cell % ColumnCount];

    /// <summary>Whether a cell is a goal or a trap.</summary>
    public bool IsEnd(int cell) => this[cell] is 'G' or 'T';

    /// <summary>The starts' probabilities, all alike.</summary>
    public double[] Starts()
    {
        var starts = Enumerable.Range(0, CellCount).Where(cell => this[cell] == 'S').ToArray();
        var initial = new double[CellCount];
        foreach (var start in starts)
        {
            initial[start] = 1.0 / starts.Length;
        }

        return initial;
    }

    /// <summary>The cell up (0), right (1), down (2) or left (3) of one; the same at the border and before a wall.</summary>
    public int Move(int cell, int direction)
    {
        var row = (cell / ColumnCount) + (direction == 2 ? 1 : direction == 0 ? -1 : 0);
        var column = (cell % ColumnCount) + (direction == 1 ? 1 : direction == 3 ? -1 : 0);
        var outside = row < 0 || row >= RowCount || column < 0 || column >= ColumnCount;
        return outside || rows[row][column] == '#' ? cell : (row * ColumnCount) + column;
    }

    /// <summary>Draws the cells, each a square of side 1.</summary>
    public void Draw(Scene scene)
    {
        scene.SetWindow(-0.1, -0.1, ColumnCount + 0.1, RowCount + 0.1);
        for (var cell = 0; cell < CellCount; cell++)
        {
            var (x, y) = Corner(cell);
            scene.Rectangle(SceneColors.Gray, x, y, x + 1, y + 1);
            scene.Rectangle(this[cell] switch { '#' => SceneColors.Black, 'G' => SceneColors.Green, 'T' => SceneColors.Red, 'S' => SceneColors.LightGray, _ => SceneColors.White }, x + 0.02, y + 0.02, x + 0.98, y + 0.98);
            if (this[cell] == 'F')
            {
                // A finish is chequered.
                for (var part = 0; part < 16; part++)
                {
                    if (((part / 4) + part) % 2 == 0)
                    {
                        scene.Rectangle(SceneColors.Black, x + (part % 4 / 4.0), y + (part / 4 / 4.0), x + ((part % 4 / 4.0) + 0.25), y + ((part / 4 / 4.0) + 0.25));
                    }
                }
            }
        }
    }

    /// <summary>Writes a text on every cell of a kind.</summary>
    public void Label(Scene scene, char sign, string text)
    {
        for (var cell = 0; cell < CellCount; cell++)
        {
            if (this[cell] == sign)
            {
                var (x, y) = Corner(cell);
                scene.Text(SceneColors.White, x + 0.5, y + 0.78, 0.16, text);
            }
        }
    }

    /// <summary>Draws who stands on a cell.</summary>
    public void DrawAgent(Scene scene, int cell)
    {
        var (x, y) = Corner(cell);
        scene.Circle(SceneColors.Blue, x + 0.5, y + 0.5, 0.3);
    }

    /// <summary>A cell's lower left corner.</summary>
    public (double X, double Y) Corner(int cell) => (cell % ColumnCount, RowCount - 1 - (cell / ColumnCount));
}
