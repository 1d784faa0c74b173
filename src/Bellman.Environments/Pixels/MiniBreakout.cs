namespace Bellman.Environments;

/// <summary>
/// MiniBreakout-v0: a ball that goes diagonally knocks bricks out of three rows; each earns 1, and a new wall comes when the last is gone. Missing the ball terminates.
/// </summary>
/// <remarks>Channels: paddle, ball, where the ball was, bricks. Action: 0 stay, 1 left, 2 right. Limit 5,000 steps.</remarks>
public sealed class MiniBreakout() : MiniGame(3, new("paddle", SceneColors.Green), new("ball", SceneColors.White), new("was here", SceneColors.Gray, IsMark: true), new("brick", SceneColors.Red))
{
    private const int FirstBrickRow = 1;
    private const int BrickRows = 3;

    private readonly bool[] bricks = new bool[BrickRows * Size];
    private int paddle;
    private int row;
    private int column;
    private int down;
    private int right;
    private int lastRow;
    private int lastColumn;

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var brick in bricks)
        {
            writer.Write(brick);
        }

        ReadOnlySpan<int> numbers = [paddle, row, column, down, right, lastRow, lastColumn];
        foreach (var number in numbers)
        {
            writer.Write(number);
        }
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        foreach (ref var brick in bricks.AsSpan())
        {
            brick = reader.ReadBoolean();
        }

        (paddle, row, column, down, right) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        (lastRow, lastColumn) = (reader.ReadInt32(), reader.ReadInt32());
    }

    private protected override void Begin()
    {
        bricks.AsSpan().Fill(true);
        paddle = Size / 2;
        right = Random.Integers(0, 2) == 0 ? 1 : -1;
        (row, column, down) = (FirstBrickRow + BrickRows, right > 0 ? 0 : Size - 1, 1);
        (lastRow, lastColumn) = (row, column);
    }

    private protected override (double Reward, bool Over) Advance(int action)
    {
        paddle = Math.Clamp(paddle + (action == 1 ? -1 : action == 2 ? 1 : 0), 0, Size - 1);
        (lastRow, lastColumn) = (row, column);
        if (column + right is < 0 or >= Size)
        {
            right = -right;
        }

        var (nextRow, nextColumn) = (row + down, column + right);
        if (nextRow < 0)
        {
            down = 1;
            nextRow = row + down;
        }

        var brick = nextRow is >= FirstBrickRow and < FirstBrickRow + BrickRows ? ((nextRow - FirstBrickRow) * Size) + nextColumn : -1;
        if (brick >= 0 && bricks[brick])
        {
            // The ball goes back to the row it came from.
            bricks[brick] = false;
            down = -down;
            column = nextColumn;
            return (1, false);
        }

        if (nextRow == Size - 1)
        {
            if (Math.Abs(paddle - nextColumn) > 1 || (paddle != nextColumn && paddle != column))
            {
                (row, column) = (nextRow, nextColumn);
                return (0, true);
            }

            // Straight above the paddle the ball goes on across; met at the corner it goes back.
            right = paddle == column ? right : -right;
            down = -1;
            column = paddle == column ? nextColumn : column;
            if (!bricks.AsSpan().Contains(true))
            {
                bricks.AsSpan().Fill(true);
            }

            return (0, false);
        }

        (row, column) = (nextRow, nextColumn);
        return (0, false);
    }

    private protected override void Show()
    {
        Mark(0, Size - 1, paddle);
        Mark(1, row, column);
        Mark(2, lastRow, lastColumn);
        for (var i = 0; i < bricks.Length; i++)
        {
            if (bricks[i])
            {
                Mark(3, FirstBrickRow + (i / Size), i % Size);
            }
        }
    }
}
