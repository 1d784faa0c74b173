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

    private const double LegendWidth = 5.5;

    private readonly MiniThing[] things;
    private readonly byte[] board;

    private protected MiniGame(int actions, params MiniThing[] things)
    {
        this.things = things;
        board = new byte[Size * Size * things.Length];
        ObservationSpace = BoxSpace.Bytes(Size, Size, things.Length);
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
        scene.SetWindow(0, 0, Size + LegendWidth, Size);
        scene.Background = SceneColor.Hex(0x10161D);
        board.AsSpan().Clear();
        Show();
        for (var cell = 0; cell < Size * Size; cell++)
        {
            var (x, y) = (cell % Size, Size - 1 - (cell / Size));
            scene.Rectangle(SceneColor.Hex(0x1C2530), x + 0.04, y + 0.04, x + 0.96, y + 0.96);
            for (var channel = things.Length - 1; channel >= 0; channel--)
            {
                if (board[(cell * things.Length) + channel] != 0)
                {
                    Thing(scene, channel, x, y);
                }
            }
        }

        DrawLegend(scene);
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
            board[(((row * Size) + column) * things.Length) + channel] = 255;
        }
    }

    // What only tells of a neighbour, where a ball was or how fast a car is, is drawn small.
    private void Thing(Scene scene, int channel, double x, double y)
    {
        var margin = things[channel].IsMark ? 0.35 : 0.1;
        scene.Rectangle(things[channel].Color, x + margin, y + margin, x + 1 - margin, y + 1 - margin);
    }

    private void DrawLegend(Scene scene)
    {
        var y = Size - 1.0;
        for (var channel = 0; channel < things.Length; channel++)
        {
            var (name, color, _) = things[channel];

            // What looks alike is named once.
            if (Array.FindIndex(things, thing => thing.Color == color) == channel)
            {
                Thing(scene, channel, Size + 0.2, y);

                // Texts stand around their middle: about 0.27 a letter at this height.
                scene.Text(SceneColors.LightGray, Size + 1.3 + (0.135 * name.Length), y + 0.5, 0.32, name);
                y--;
            }
        }
    }

    private void Observe(RowWriter observation)
    {
        board.AsSpan().Clear();
        Show();
        board.CopyTo(observation.Bytes);
    }
}

/// <summary>A kind of thing on the board of a <see cref="MiniGame"/>, with a channel of its own.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Color">How it looks.</param>
/// <param name="IsMark">Whether it only tells of a thing beside it.</param>
internal readonly record struct MiniThing(string Name, SceneColor Color, bool IsMark = false);
