namespace Bellman;

/// <summary>
/// Racetrack-v0 (Sutton and Barto, exercise 5.12; Barto, Bradtke and Singh 1995): drive a car around a bend as fast as it stays on the track. The reward is −1 a step; crossing the finish terminates.
/// Leaving the track leads back to the start at rest.
/// </summary>
/// <remarks>
/// Rows of the map: <c>S</c> start, <c>.</c> track, <c>F</c> finish, <c>#</c> outside; the car drives up and to the right.
/// Observation: (cell · 5 + speed up) · 5 + speed right, speeds 0 to 4, not both 0 but at the start. Action: 3 · (acceleration up + 1) + acceleration right + 1, accelerations −1, 0 and 1.
/// </remarks>
public sealed class Racetrack : TabularEnvironment, IDrawable
{
    /// <summary>A bend to the right.</summary>
    public const string DefaultMap =
        "####............F/###.............F/##..............F/#...............F/................F/................F/..........#######/.........########/.........########/.........########/" +
        ".........########/.........########/.........########/.........########/#........########/#........########/##.......########/##.......########/###......########/###SSSSSS########";

    private const int Speeds = 5;

    private readonly TextMap map;

    /// <summary>A track.</summary>
    /// <param name="map">Its rows, from the top.</param>
    /// <param name="slip">The probability that the car keeps its velocity whatever the action.</param>
    /// <exception cref="ArgumentException">The map has no start, rows of unequal length or signs of its own, or the probability is none.</exception>
    public Racetrack(string map = DefaultMap, double slip = 0.1)
        : this(new TextMap(map, "S.F#"), slip)
    {
    }

    private Racetrack(TextMap map, double slip)
        : base(CreateTable(map, slip)) => this.map = map;

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        map.Draw(scene);
        var (cell, up, right) = (State / (Speeds * Speeds), State / Speeds % Speeds, State % Speeds);
        var (x, y) = map.Corner(cell);

        // The line ahead is as long as the way of the next step at this speed.
        scene.Line(SceneColors.Red, 0.2, new(x + 0.5, y + 0.5), new(x + 0.5 + right, y + 0.5 + up));
        map.DrawAgent(scene, cell);
    }

    private static TransitionTable CreateTable(TextMap map, double slip)
    {
        if (!(slip >= 0 && slip <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(slip), $"A probability lies in [0, 1], but slip is {slip}.");
        }

        var starts = map.Starts();
        var initial = new double[map.CellCount * Speeds * Speeds];
        for (var cell = 0; cell < starts.Length; cell++)
        {
            initial[cell * Speeds * Speeds] = starts[cell];
        }

        return new TransitionTable(9, initial, (state, action) =>
        {
            var (cell, up, right) = (state / (Speeds * Speeds), state / Speeds % Speeds, state % Speeds);

            // Nobody is ever outside, behind the finish, or at rest on the way; such numbers end at once.
            if (map[cell] is '#' or 'F' || (up == 0 && right == 0 && map[cell] != 'S'))
            {
                return [new Transition(1, state, 0, true)];
            }

            var (faster, further) = (Math.Clamp(up + (action / 3) - 1, 0, Speeds - 1), Math.Clamp(right + (action % 3) - 1, 0, Speeds - 1));
            (faster, further) = faster == 0 && further == 0 && map[cell] != 'S' ? (up, right) : (faster, further);
            return slip == 0 || (faster, further) == (up, right) ? [.. Drive(cell, faster, further, 1)] : [.. Drive(cell, faster, further, 1 - slip), .. Drive(cell, up, right, slip)];
        });

        // Along the line from cell to cell, so that no corner is cut.
        IEnumerable<Transition> Drive(int cell, int up, int right, double probability)
        {
            var (row, column) = (cell / map.ColumnCount, cell % map.ColumnCount);
            var parts = Math.Max(up, right);
            for (var part = 1; part <= parts; part++)
            {
                var (y, x) = (row - Rounded(part * up, parts), column + Rounded(part * right, parts));
                var next = (y * map.ColumnCount) + x;
                if (y < 0 || x >= map.ColumnCount || map[next] == '#')
                {
                    return Enumerable.Range(0, starts.Length).Where(start => starts[start] > 0).Select(start => new Transition(probability * starts[start], start * Speeds * Speeds, -1, false));
                }

                if (map[next] == 'F')
                {
                    return [new Transition(probability, next * Speeds * Speeds, -1, true)];
                }
            }

            var end = ((row - up) * map.ColumnCount) + column + right;

            // Who stands still anywhere on the start line is at rest there.
            return [new Transition(probability, (((end * Speeds) + up) * Speeds) + right, -1, false)];
        }
    }

    private static int Rounded(int numerator, int denominator) => ((2 * numerator) + denominator) / (2 * denominator);
}
