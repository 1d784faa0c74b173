namespace Bellman.Environments;

/// <summary>
/// MiniGather-v0: gold and foes run through eight rows from either side. Touching gold earns 1, touching a foe terminates. They come faster and more often as time goes on.
/// </summary>
/// <remarks>Channels: the player, foes, what lies behind a runner, gold. Action: 0 stay, 1 left, 2 up, 3 right, 4 down. Limit 5,000 steps.</remarks>
public sealed class MiniGather() : MiniGame(5, new("player", SceneColors.Green), new("foe", SceneColors.Red), new("behind", SceneColors.Gray, IsMark: true), new("gold", SceneColors.Yellow))
{
    private const int Lanes = 8;
    private const int FirstPeriod = 5;
    private const int FirstSpawn = 10;
    private const int RampEvery = 100;

    // A runner's column; −1 where the lane is empty.
    private readonly int[] place = new int[Lanes];
    private readonly int[] direction = new int[Lanes];
    private readonly bool[] gold = new bool[Lanes];
    private int row;
    private int column;
    private int period;
    private int timer;
    private int spawnEvery;
    private int spawnTimer;
    private int rampTimer;

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        for (var lane = 0; lane < Lanes; lane++)
        {
            writer.Write(place[lane]);
            writer.Write(direction[lane]);
            writer.Write(gold[lane]);
        }

        ReadOnlySpan<int> numbers = [row, column, period, timer, spawnEvery, spawnTimer, rampTimer];
        foreach (var number in numbers)
        {
            writer.Write(number);
        }
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        for (var lane = 0; lane < Lanes; lane++)
        {
            (place[lane], direction[lane], gold[lane]) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        }

        (row, column, period, timer, spawnEvery, spawnTimer, rampTimer) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
    }

    private protected override void Begin()
    {
        place.AsSpan().Fill(-1);
        (row, column) = (Size / 2, Size / 2);
        (period, timer, spawnEvery, spawnTimer, rampTimer) = (FirstPeriod, FirstPeriod, FirstSpawn, FirstSpawn, RampEvery);
    }

    private protected override (double Reward, bool Over) Advance(int action)
    {
        if (--spawnTimer <= 0)
        {
            spawnTimer = spawnEvery;
            Spawn();
        }

        column = Math.Clamp(column + (action == 1 ? -1 : action == 3 ? 1 : 0), 0, Size - 1);
        row = Math.Clamp(row + (action == 2 ? -1 : action == 4 ? 1 : 0), 1, Lanes);
        var (reward, over) = Touch();
        if (--timer == 0)
        {
            timer = period;
            for (var lane = 0; lane < Lanes; lane++)
            {
                place[lane] = place[lane] >= 0 && place[lane] + direction[lane] < Size ? place[lane] + direction[lane] : -1;
            }

            var (more, hit) = Touch();
            (reward, over) = (reward + more, over | hit);
        }

        if (--rampTimer == 0)
        {
            rampTimer = RampEvery;
            period = Math.Max(1, period - 1);
            spawnEvery = Math.Max(1, spawnEvery - 1);
            timer = Math.Min(timer, period);
        }

        return (reward, over);
    }

    private protected override void Show()
    {
        Mark(0, row, column);
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (place[lane] >= 0)
            {
                Mark(gold[lane] ? 3 : 1, lane + 1, place[lane]);
                Mark(2, lane + 1, place[lane] - direction[lane]);
            }
        }
    }

    private (int Reward, bool Over) Touch()
    {
        var lane = row - 1;
        if (place[lane] != column)
        {
            return (0, false);
        }

        place[lane] = -1;
        return gold[lane] ? (1, false) : (0, true);
    }

    private void Spawn()
    {
        var empty = place.AsSpan().Count(-1);
        if (empty == 0)
        {
            return;
        }

        var pick = Random.Choice(empty);
        var fromLeft = Random.Integers(0, 2) == 0;
        var isGold = Random.Choice(3) == 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (place[lane] < 0 && pick-- == 0)
            {
                (place[lane], direction[lane], gold[lane]) = (fromLeft ? 0 : Size - 1, fromLeft ? 1 : -1, isGold);
                return;
            }
        }
    }
}
