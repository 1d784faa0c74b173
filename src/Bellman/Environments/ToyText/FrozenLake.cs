namespace Bellman;

/// <summary>
/// FrozenLake-v1: cross the ice from the start to the goal without falling into a hole. The ice may be slippery: the walker then often goes at a right angle to where it meant to go.
/// The reward is 1 at the goal and 0 elsewhere; goal and holes terminate.
/// </summary>
/// <remarks>Observation: row · columns + column. Action: 0 left, 1 down, 2 right, 3 up. Limit 100 steps, 200 for FrozenLake8x8-v1.</remarks>
public sealed class FrozenLake : TabularEnvironment, IDrawable, IStateGrid
{
    /// <summary>Makes a lake.</summary>
    /// <param name="map">Its rows, of S (start), F (frozen), H (hole) and G (goal); by default <see cref="Map4x4"/>. Of several starts each is as probable.</param>
    /// <param name="slippery">Whether the ice is slippery.</param>
    /// <param name="successRate">How probable it is, on slippery ice, to go where one meant to; the rest is shared by the two right angles.</param>
    /// <param name="goalReward">The reward of reaching the goal.</param>
    /// <param name="holeReward">The reward of falling into a hole.</param>
    /// <param name="frozenReward">The reward of every other step.</param>
    /// <exception cref="ArgumentException">The map is no rectangle of these letters with a start and a goal, or the rate lies outside [0, 1].</exception>
    public FrozenLake(IReadOnlyList<string>? map = null, bool slippery = true, double successRate = 1.0 / 3, double goalReward = 1, double holeReward = 0, double frozenReward = 0)
        : base(CreateTable(map ?? Map4x4, slippery, successRate, (goalReward, holeReward, frozenReward))) => Map = [.. map ?? Map4x4];

    /// <summary>The lake of FrozenLake-v1.</summary>
    public static IReadOnlyList<string> Map4x4 { get; } = ["SFFF", "FHFH", "FFFH", "HFFG"];

    /// <summary>The lake of FrozenLake8x8-v1.</summary>
    public static IReadOnlyList<string> Map8x8 { get; } = ["SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"];

    /// <summary>The rows of the lake.</summary>
    public IReadOnlyList<string> Map { get; }

    /// <inheritdoc/>
    int IStateGrid.GridRows => Map.Count;

    /// <inheritdoc/>
    int IStateGrid.GridColumns => Map[0].Length;

    /// <inheritdoc/>
    ScenePoint IStateGrid.Direction(int action) => action switch { 0 => new(-1, 0), 1 => new(0, -1), 2 => new(1, 0), _ => new(0, 1) };

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var (rows, columns) = (Map.Count, Map[0].Length);
        GridScene.Cells(scene, rows, columns, (row, column) => Map[row][column] == 'S' ? SceneColors.LightGray : SceneColor.Hex(0xCFE5F5));
        for (var cell = 0; cell < rows * columns; cell++)
        {
            var (row, column) = (cell / columns, cell % columns);
            if (Map[row][column] == 'H')
            {
                scene.Circle(SceneColor.Hex(0x1F4E79), column + 0.5, rows - row - 0.5, 0.4);
            }
            else if (Map[row][column] == 'G')
            {
                scene.Polygon(SceneColors.Green, new(column + 0.3, rows - row - 0.9), new(column + 0.3, rows - row - 0.15), new(column + 0.8, rows - row - 0.35), new(column + 0.38, rows - row - 0.55), new(column + 0.38, rows - row - 0.9));
            }
        }

        var (x, y) = LastAction switch { 0 => (-1, 0), 2 => (1, 0), 3 => (0, 1), _ => (0, -1) };
        GridScene.Walker(scene, rows, State / columns, State % columns, x, y);
    }

    internal static TransitionTable CreateTable(IReadOnlyList<string> map, bool slippery, double successRate, (double Goal, double Hole, double Frozen) rewards)
    {
        CheckMap(map);
        if (!(successRate is >= 0 and <= 1))
        {
            throw new ArgumentException($"The success rate is {successRate}; it must lie in [0, 1].", nameof(successRate));
        }

        var (rows, columns) = (map.Count, map[0].Length);
        var cells = string.Concat(map);
        var failRate = (1.0 - successRate) / 2.0;
        double starts = cells.Count(cell => cell == 'S');
        return new TransitionTable(4, [.. cells.Select(cell => cell == 'S' ? 1 / starts : 0)], Follow);

        Transition[] Follow(int state, int action)
        {
            if (cells[state] is 'G' or 'H')
            {
                return [new Transition(1, state, 0, true)];
            }

            return slippery
                ? [Move(state, (action + 3) % 4, failRate), Move(state, action, successRate), Move(state, (action + 1) % 4, failRate)]
                : [Move(state, action, 1)];
        }

        Transition Move(int state, int direction, double probability)
        {
            var (row, column) = (state / columns, state % columns);
            var next = direction switch
            {
                0 => (row * columns) + Math.Max(column - 1, 0),
                1 => (Math.Min(row + 1, rows - 1) * columns) + column,
                2 => (row * columns) + Math.Min(column + 1, columns - 1),
                _ => (Math.Max(row - 1, 0) * columns) + column,
            };
            var reward = cells[next] switch { 'G' => rewards.Goal, 'H' => rewards.Hole, _ => rewards.Frozen };
            return new Transition(probability, next, reward, cells[next] is 'G' or 'H');
        }
    }

    private static void CheckMap(IReadOnlyList<string> map)
    {
        if (map.Count == 0 || map[0].Length == 0 || map.Any(row => row.Length != map[0].Length || row.Any(cell => !"SFHG".Contains(cell, StringComparison.Ordinal))))
        {
            throw new ArgumentException($"A lake needs rows of equal length made of S, F, H and G, but was given [{string.Join(", ", map)}].", nameof(map));
        }

        foreach (var needed in "SG")
        {
            if (!map.Any(row => row.Contains(needed, StringComparison.Ordinal)))
            {
                throw new ArgumentException($"A lake needs a {(needed == 'S' ? "start (S)" : "goal (G)")}, but [{string.Join(", ", map)}] has none.", nameof(map));
            }
        }
    }
}
