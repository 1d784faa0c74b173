using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>
/// A game on 10 × 10 cells in the spirit of MinAtar (Young and Tian 2019, arXiv:1903.03176): what matters of a game for learning, without the size of its pictures. Each kind of thing has a channel of its own.
/// </summary>
/// <remarks>Observation: bytes <c>[10, 10, channels]</c>, 255 where a thing is and 0 elsewhere.</remarks>
public abstract class MiniGame : IEnvironment, IStateful, IDrawable
{
    /// <summary>How many rows and columns.</summary>
    protected const int Size = 10;

    private readonly SceneColor[] colors;
    private readonly byte[] board;

    private protected MiniGame(int actions, params SceneColor[] colors)
    {
        this.colors = colors;
        board = new byte[Size * Size * colors.Length];
        ObservationSpace = BoxSpace.Bytes(Size, Size, colors.Length);
        ActionSpace = new DiscreteSpace(actions);
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; }

    /// <inheritdoc/>
    public Space ActionSpace { get; }

    /// <summary>The stream of the last reset.</summary>
    private protected RandomStream Random { get; private set; } = new(0);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        Random = random;
        Begin();
        Observe(observation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action.</exception>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var choice = action.Integers[0];
        if ((uint)choice >= (uint)((DiscreteSpace)ActionSpace).Count)
        {
            throw new ArgumentOutOfRangeException(nameof(action), choice, $"Actions are 0 to {((DiscreteSpace)ActionSpace).Count - 1}.");
        }

        var (reward, over) = Advance(choice);
        Observe(observation);
        return new StepResult(reward, over, false);
    }

    /// <inheritdoc/>
    public abstract void SaveState(BinaryWriter writer);

    /// <inheritdoc/>
    public abstract void LoadState(BinaryReader reader);

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(0, 0, Size, Size);
        scene.Background = SceneColor.Hex(0x10161D);
        board.AsSpan().Clear();
        Show();
        for (var cell = 0; cell < Size * Size; cell++)
        {
            var (x, y) = (cell % Size, Size - 1 - (cell / Size));
            scene.Rectangle(SceneColor.Hex(0x1C2530), x + 0.04, y + 0.04, x + 0.96, y + 0.96);
            for (var channel = colors.Length - 1; channel >= 0; channel--)
            {
                if (board[(cell * colors.Length) + channel] != 0)
                {
                    scene.Rectangle(colors[channel], x + 0.1, y + 0.1, x + 0.9, y + 0.9);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Begins a game.</summary>
    private protected abstract void Begin();

    /// <summary>Plays a step.</summary>
    private protected abstract (double Reward, bool Over) Advance(int action);

    /// <summary>Marks what is where.</summary>
    private protected abstract void Show();

    /// <summary>Marks a thing; places off the board are left out.</summary>
    private protected void Mark(int channel, int row, int column)
    {
        if ((uint)row < Size && (uint)column < Size)
        {
            board[(((row * Size) + column) * colors.Length) + channel] = 255;
        }
    }

    private void Observe(RowWriter observation)
    {
        board.AsSpan().Clear();
        Show();
        board.CopyTo(observation.Bytes);
    }
}
