using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// DynaMaze-v0 (Sutton and Barto, examples 8.1 to 8.3): 6 × 9 cells with walls that may change while the agent lives. The reward is 1 at the goal, which terminates, and 0 otherwise.
/// </summary>
/// <remarks>
/// Observation: row · 9 + column. Action: 0 up, 1 right, 2 down, 3 left. Steps are counted over all episodes; from the step at which the walls change, the model is that of the new maze.
/// Variants: <c>fixed</c>; <c>blocking</c>, whose short way is closed and a longer one opened after 1,000 steps; <c>shortcut</c>, where a shorter way opens after 3,000.
/// </remarks>
public sealed class DynaMaze : IEnvironment, IStateful, IFiniteMdp, IDrawable, IStateGrid
{
    private readonly TextMap[] maps;
    private readonly TransitionTable[] tables;
    private readonly long changeAt;
    private RandomStream random = new(0);
    private long steps;
    private int state;

    /// <summary>A maze.</summary>
    /// <param name="variant">fixed, blocking or shortcut.</param>
    /// <param name="changeAt">The step from which the second walls stand; 0 for the book's.</param>
    /// <exception cref="ArgumentException">There is no such variant.</exception>
    public DynaMaze(string variant = "fixed", long changeAt = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(changeAt);
        maps = variant switch
        {
            "fixed" => [new TextMap(".......#G/..#....#./S.#....#./..#....../.....#.../.........", "S.#G")],
            "blocking" => [new TextMap("........G/........./........./########./........./...S.....", "S.#G"), new TextMap("........G/........./........./.########/........./...S.....", "S.#G")],
            "shortcut" => [new TextMap("........G/........./........./.########/........./...S.....", "S.#G"), new TextMap("........G/........./........./.#######./........./...S.....", "S.#G")],
            _ => throw new ArgumentException($"The variant is '{variant}'; it must be fixed, blocking or shortcut.", nameof(variant)),
        };
        this.changeAt = changeAt > 0 ? changeAt : variant == "blocking" ? 1000 : 3000;
        tables = [.. maps.Select(CreateTable)];
        ObservationSpace = new DiscreteSpace(maps[0].CellCount);
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; }

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(4);

    /// <inheritdoc/>
    public int StateCount => maps[0].CellCount;

    /// <inheritdoc/>
    public int ActionCount => 4;

    /// <inheritdoc/>
    public ReadOnlySpan<double> InitialDistribution => tables[Present].InitialDistribution;

    private int Present => steps >= changeAt ? tables.Length - 1 : 0;

    /// <inheritdoc/>
    public ReadOnlySpan<Transition> Transitions(int state, int action) => tables[Present].Transitions(state, action);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        this.random = random;
        observation.Integers[0] = state = tables[0].Begin(random);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action.</exception>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        ref readonly var outcome = ref tables[Present].Step(state, action.Integers[0], random);
        steps++;
        observation.Integers[0] = state = outcome.NextState;
        return new StepResult(outcome.Reward, outcome.Terminated != 0, false);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(state);
        writer.Write(steps);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (state, steps) = (reader.ReadInt32(), reader.ReadInt64());
    }

    /// <inheritdoc/>
    int IStateGrid.GridRows => maps[0].RowCount;

    /// <inheritdoc/>
    int IStateGrid.GridColumns => maps[0].ColumnCount;

    /// <inheritdoc/>
    ScenePoint IStateGrid.Direction(int action) => action switch { 0 => new(0, 1), 1 => new(1, 0), 2 => new(0, -1), _ => new(-1, 0) };

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        maps[Present].Draw(scene);
        maps[Present].DrawAgent(scene, state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static TransitionTable CreateTable(TextMap map) => new(4, map.Starts(), (cell, action) =>
    {
        if (map.IsEnd(cell) || map[cell] == '#')
        {
            return [new Transition(1, cell, 0, true)];
        }

        var next = map.Move(cell, action);
        return [new Transition(1, next, map.IsEnd(next) ? 1 : 0, map.IsEnd(next))];
    });
}
