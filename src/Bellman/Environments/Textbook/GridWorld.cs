using System.Globalization;

namespace Bellman;

/// <summary>
/// GridWorld-v0: any map of cells, as text. The default is the 4 × 3 world of Russell and Norvig (chapter 17): 0.04 a step is the price of living, one goal pays 1, a trap costs 1.
/// </summary>
/// <remarks>
/// Rows of the map: <c>S</c> start (several are drawn from evenly), <c>.</c> floor, <c>#</c> wall, <c>G</c> goal, <c>T</c> trap; goals and traps terminate.
/// Observation: row · columns + column. Action: 0 up, 1 right, 2 down, 3 left; a step against a wall or the border stays.
/// </remarks>
public sealed class GridWorld : TabularEnvironment, IDrawable, IStateGrid
{
    private readonly TextMap map;
    private readonly double goalReward;
    private readonly double trapReward;

    /// <summary>A world.</summary>
    /// <param name="map">Its rows, from the top.</param>
    /// <param name="slip">The probability to go at a right angle to where one meant to, half to each side.</param>
    /// <param name="stepReward">The reward of each step, goals and traps included.</param>
    /// <param name="goalReward">What a goal pays beside it.</param>
    /// <param name="trapReward">What a trap pays beside it.</param>
    /// <exception cref="ArgumentException">The map has no start, rows of unequal length or signs of its own.</exception>
    public GridWorld(string map = DefaultMap, double slip = 0.2, double stepReward = -0.04, double goalReward = 1, double trapReward = -1)
        : this(new TextMap(map, "S.#GT"), slip, stepReward, goalReward, trapReward)
    {
    }

    private GridWorld(TextMap map, double slip, double stepReward, double goalReward, double trapReward)
        : base(CreateTable(map, slip, stepReward, goalReward, trapReward)) =>
        (this.map, this.goalReward, this.trapReward) = (map, goalReward, trapReward);

    /// <summary>Russell and Norvig's world.</summary>
    public const string DefaultMap = "...G/.#.T/S...";

    /// <inheritdoc/>
    int IStateGrid.GridRows => map.RowCount;

    /// <inheritdoc/>
    int IStateGrid.GridColumns => map.ColumnCount;

    /// <inheritdoc/>
    ScenePoint IStateGrid.Direction(int action) => action switch { 0 => new(0, 1), 1 => new(1, 0), 2 => new(0, -1), _ => new(-1, 0) };

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        map.Draw(scene);
        map.Label(scene, 'G', goalReward.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture));
        map.Label(scene, 'T', trapReward.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture));
        map.DrawAgent(scene, State);
    }

    private static TransitionTable CreateTable(TextMap map, double slip, double stepReward, double goalReward, double trapReward)
    {
        if (!(slip >= 0 && slip <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(slip), $"A probability lies in [0, 1], but slip is {slip}.");
        }

        return new TransitionTable(4, map.Starts(), (cell, action) => slip == 0 || map.IsEnd(cell)
            ? [Step(cell, action, 1)]
            : [Step(cell, action, 1 - slip), Step(cell, (action + 1) % 4, slip / 2), Step(cell, (action + 3) % 4, slip / 2)]);

        // What lies inside walls, and behind the end, is never met; it ends at once.
        Transition Step(int cell, int direction, double probability)
        {
            if (map.IsEnd(cell) || map[cell] == '#')
            {
                return new Transition(probability, cell, 0, true);
            }

            var next = map.Move(cell, direction);
            return new Transition(probability, next, stepReward + (map[next] == 'G' ? goalReward : map[next] == 'T' ? trapReward : 0), map.IsEnd(next));
        }
    }
}
