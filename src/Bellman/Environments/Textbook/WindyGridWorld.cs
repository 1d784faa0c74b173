namespace Bellman;

/// <summary>
/// WindyGridWorld-v0 (Sutton and Barto, example 6.5): 7 × 10 cells with a wind that blows upwards, stronger in the middle columns. The reward is −1 a step; the goal terminates.
/// </summary>
/// <remarks>Observation: row · 10 + column. Action: 0 up, 1 right, 2 down, 3 left; with king's moves also 4 up right, 5 down right, 6 down left, 7 up left. The wind is that of the cell one leaves.</remarks>
/// <param name="kingsMoves">Whether diagonal moves are allowed.</param>
/// <param name="stochasticWind">Whether the wind, where it blows, is one stronger or weaker a third of the time each.</param>
public sealed class WindyGridWorld(bool kingsMoves = false, bool stochasticWind = false) : TabularEnvironment(CreateTable(kingsMoves, stochasticWind)), IDrawable, IStateGrid
{
    private const int Rows = 7;
    private const int Columns = 10;
    private const int Start = 3 * Columns;
    private const int Goal = (3 * Columns) + 7;

    private static readonly TextMap Map = new("........../........../........../S......G../........../........../..........", "S.G");

    private static ReadOnlySpan<int> Wind => [0, 0, 0, 1, 1, 1, 2, 2, 1, 0];

    private static ReadOnlySpan<sbyte> Down => [-1, 0, 1, 0, -1, 1, 1, -1];

    private static ReadOnlySpan<sbyte> Right => [0, 1, 0, -1, 1, 1, -1, -1];

    /// <inheritdoc/>
    int IStateGrid.GridRows => Rows;

    /// <inheritdoc/>
    int IStateGrid.GridColumns => Columns;

    /// <inheritdoc/>
    ScenePoint IStateGrid.Direction(int action) => new(Right[action], -Down[action]);

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        Map.Draw(scene);
        for (var column = 0; column < Columns; column++)
        {
            scene.Text(SceneColors.Gray, column + 0.5, 0.25, 0.25, $"{Wind[column]}");
            for (var strength = 0; strength < Wind[column]; strength++)
            {
                // An arrow upwards for each cell that the wind carries.
                var y = 0.6 + (0.22 * strength);
                scene.Line(SceneColors.Gray, 0.04, new(column + 0.36, y), new(column + 0.5, y + 0.14), new(column + 0.64, y));
            }
        }

        Map.DrawAgent(scene, State);
    }

    private static TransitionTable CreateTable(bool kingsMoves, bool stochasticWind)
    {
        var initial = new double[Rows * Columns];
        initial[Start] = 1;
        return new TransitionTable(kingsMoves ? 8 : 4, initial, (state, action) => state == Goal ? [new Transition(1, Goal, 0, true)]
            : stochasticWind && Wind[state % Columns] > 0 ? [Move(state, action, -1, 1.0 / 3), Move(state, action, 0, 1.0 / 3), Move(state, action, 1, 1.0 / 3)]
            : [Move(state, action, 0, 1)]);
    }

    private static Transition Move(int state, int action, int gust, double probability)
    {
        var row = Math.Clamp((state / Columns) + Down[action] - Wind[state % Columns] - gust, 0, Rows - 1);
        var column = Math.Clamp((state % Columns) + Right[action], 0, Columns - 1);
        var next = (row * Columns) + column;
        return new Transition(probability, next, -1, next == Goal);
    }
}
