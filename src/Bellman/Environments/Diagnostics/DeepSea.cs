using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// DeepSea-v0 (bsuite; Osband et al. 2019, arXiv:1908.03568): a diver sinks a row a step and drifts left or right. A treasure of 1 lies in the last corner, but each step to the right costs 0.01 / size:
/// whoever does not explore deeply learns to stay left. The best return is 0.99; chance finds the treasure once in 2^size episodes.
/// </summary>
/// <remarks>
/// Observation: a square of zeros with a one where the diver is, all zeros at the end. Action: 0 or 1; which of them is right differs from cell to cell, as <c>mappingSeed</c> says. An episode has as many steps as there are rows, and terminates.
/// </remarks>
public sealed class DeepSea : IEnvironment, IStateful, IDrawable
{
    private const double MoveCost = 0.01;

    private readonly int size;
    private readonly byte[] right;
    private int row;
    private int column;

    /// <summary>Makes a sea.</summary>
    /// <param name="size">How many rows and columns.</param>
    /// <param name="mappingSeed">Which action is right in which cell; −1 for action 1 everywhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 2.</exception>
    public DeepSea(int size = 10, int mappingSeed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        this.size = size;
        right = new byte[size * size];
        right.AsSpan().Fill(1);
        if (mappingSeed >= 0)
        {
            var random = new RandomStream((ulong)mappingSeed);
            foreach (ref var action in right.AsSpan())
            {
                action = (byte)random.Integers(0, 2);
            }
        }

        ObservationSpace = new BoxSpace(0, 1, size, size);
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; }

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(2);

    /// <summary>The action that goes right in a cell.</summary>
    public int RightAction(int row, int column) => right[(row * size) + column];

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        (row, column) = (0, 0);
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var goesRight = action.Integers[0] == RightAction(row, column);
        var reward = goesRight ? (column == size - 1 ? 1 : 0) - (MoveCost / size) : 0;
        column = Math.Clamp(column + (goesRight ? 1 : -1), 0, size - 1);
        row++;
        Observe(observation);
        return new StepResult(reward, row == size, false);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(row);
        writer.Write(column);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (row, column) = (reader.ReadInt32(), reader.ReadInt32());
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        GridScene.Cells(scene, size, size, (row, column) => row == size - 1 && column == size - 1 ? SceneColors.Yellow : column > row ? SceneColors.White : SceneColor.Hex(0xBFD9F2));
        GridScene.Walker(scene, size, Math.Min(row, size - 1), column);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Observe(RowWriter observation)
    {
        observation.Floats.Clear();
        if (row < size)
        {
            observation.Floats[(row * size) + column] = 1;
        }
    }
}
