using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Catch-v0 (bsuite; Osband et al. 2019, arXiv:1908.03568): a ball falls a row a step, and a paddle in the last row must be under it. Catching earns 1, missing −1; both terminate.
/// </summary>
/// <remarks>Observation: a board of zeros, <c>[rows, columns]</c>, with ones for ball and paddle. Action: 0 left, 1 stay, 2 right. An episode has rows − 1 steps.</remarks>
public sealed class Catch : IEnvironment, IStateful, IDrawable
{
    private readonly int rows;
    private readonly int columns;
    private int ballRow;
    private int ballColumn;
    private int paddle;

    /// <summary>Makes a board.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 rows, or no column.</exception>
    public Catch(int rows = 10, int columns = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (this.rows, this.columns) = (rows, columns);
        ObservationSpace = new BoxSpace(0, 1, rows, columns);
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; }

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(3);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        (ballRow, ballColumn, paddle) = (0, random.Choice(columns), columns / 2);
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        paddle = Math.Clamp(paddle + action.Integers[0] - 1, 0, columns - 1);
        ballRow++;
        Observe(observation);
        var ends = ballRow == rows - 1;
        return new StepResult(ends ? (paddle == ballColumn ? 1 : -1) : 0, ends, false);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(ballRow);
        writer.Write(ballColumn);
        writer.Write(paddle);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (ballRow, ballColumn, paddle) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        GridScene.Cells(scene, rows, columns, (_, _) => SceneColors.LightGray);

        // A narrow board stands in the middle, so that there is room for what is written below it.
        var margin = Math.Max(0, rows - columns) / 2.0;
        scene.SetWindow(-margin, 0, columns + margin, rows);
        scene.Rectangle(SceneColors.Blue, paddle + 0.04, 0.2, paddle + 0.96, 0.5);
        scene.Circle(SceneColors.Red, ballColumn + 0.5, rows - ballRow - 0.5 + (ballRow == rows - 1 ? 0.3 : 0), 0.3);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Observe(RowWriter observation)
    {
        observation.Floats.Clear();
        observation.Floats[(ballRow * columns) + ballColumn] = 1;
        observation.Floats[((rows - 1) * columns) + paddle] = 1;
    }
}
