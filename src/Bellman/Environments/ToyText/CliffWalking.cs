namespace Bellman;

/// <summary>
/// CliffWalking-v1 (Sutton and Barto, example 6.6): walk along a cliff, 4 × 12 cells, from one end to the other. The reward is −1 a step; a step over the cliff costs 100
/// and leads back to the start. The goal terminates.
/// </summary>
/// <remarks>Observation: row · 12 + column. Action: 0 up, 1 right, 2 down, 3 left. There is no limit of steps.</remarks>
/// <param name="slippery">Whether the walker goes at a right angle to where it meant to go two times in three.</param>
public sealed class CliffWalking(bool slippery = false) : TabularEnvironment(CreateTable(slippery)), IDrawable, IStateGrid
{
    internal const int Rows = 4;
    internal const int Columns = 12;
    internal const int Start = (Rows - 1) * Columns;
    internal const int Goal = (Rows * Columns) - 1;

    /// <inheritdoc/>
    int IStateGrid.GridRows => Rows;

    /// <inheritdoc/>
    int IStateGrid.GridColumns => Columns;

    /// <inheritdoc/>
    ScenePoint IStateGrid.Direction(int action) => action switch { 0 => new(0, 1), 1 => new(1, 0), 2 => new(0, -1), _ => new(-1, 0) };

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        GridScene.Cells(scene, Rows, Columns, (row, column) => ((row * Columns) + column) switch
        {
            Start => SceneColors.Gray,
            Goal => SceneColors.Green,
            > Start => SceneColor.Hex(0x4A3B32),
            _ => SceneColor.Hex(0xD9C7A8),
        });
        scene.Text(SceneColor.Hex(0xD9C7A8), Columns / 2.0, 0.5, 0.34, "cliff");
        var (x, y) = LastAction switch { 0 => (0, 1), 1 => (1, 0), 3 => (-1, 0), _ => (0, -1) };
        GridScene.Walker(scene, Rows, State / Columns, State % Columns, x, y);
    }

    internal static TransitionTable CreateTable(bool slippery)
    {
        var initial = new double[Rows * Columns];
        initial[Start] = 1;
        return new TransitionTable(4, initial, (state, action) => slippery
            ? [Move(state, (action + 3) % 4, 1.0 / 3), Move(state, action, 1.0 / 3), Move(state, (action + 1) % 4, 1.0 / 3)]
            : [Move(state, action, 1)]);
    }

    private static Transition Move(int state, int direction, double probability)
    {
        var row = Math.Clamp((state / Columns) + (direction == 2 ? 1 : direction == 0 ? -1 : 0), 0, Rows - 1);
        var column = Math.Clamp((state % Columns) + (direction == 1 ? 1 : direction == 3 ? -1 : 0), 0, Columns - 1);
        var next = (row * Columns) + column;
        return next is > Start and < Goal ? new Transition(probability, Start, -100, false) : new Transition(probability, next, -1, next == Goal);
    }
}
