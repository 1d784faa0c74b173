namespace Bellman.Environments;

/// <summary>
/// MiniCrossing-v0: cross eight lanes of traffic from the bottom to the top; each crossing earns 1 and changes the traffic. Being hit sends the walker back to the start. It never terminates; the limit truncates.
/// </summary>
/// <remarks>
/// Channels: walker, cars, then one for each speed, marked behind a car: every step, every second, up to every fifth. Action: 0 stay, 1 up, 2 down; after a move the walker rests for two steps. Limit 2,500 steps.
/// </remarks>
public sealed class MiniCrossing() : MiniGame(
    3, new("walker", SceneColors.Green), new("car", SceneColors.Red), new("each step", SceneColors.White, IsMark: true), new("every 2nd", SceneColors.LightGray, IsMark: true), new("every 3rd", SceneColors.Gray, IsMark: true),
    new("every 4th", SceneColors.Brown, IsMark: true), new("every 5th", SceneColor.Hex(0x5B4632), IsMark: true))
{
    private const int Lanes = 8;
    private const int WalkerColumn = 4;
    private const int Rest = 2;

    private readonly int[] place = new int[Lanes];
    private readonly int[] period = new int[Lanes];
    private readonly int[] direction = new int[Lanes];
    private readonly int[] timer = new int[Lanes];
    private int walker;
    private int rest;

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        for (var lane = 0; lane < Lanes; lane++)
        {
            writer.Write(place[lane]);
            writer.Write(period[lane]);
            writer.Write(direction[lane]);
            writer.Write(timer[lane]);
        }

        writer.Write(walker);
        writer.Write(rest);
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        for (var lane = 0; lane < Lanes; lane++)
        {
            (place[lane], period[lane], direction[lane], timer[lane]) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        }

        (walker, rest) = (reader.ReadInt32(), reader.ReadInt32());
    }

    private protected override void Begin()
    {
        (walker, rest) = (Size - 1, 0);
        for (var lane = 0; lane < Lanes; lane++)
        {
            place[lane] = Random.Choice(Size);
        }

        ChangeTraffic();
    }

    private protected override (double Reward, bool Over) Advance(int action)
    {
        if (rest > 0)
        {
            rest--;
        }
        else if (action != 0)
        {
            walker = Math.Clamp(walker + (action == 1 ? -1 : 1), 0, Size - 1);
            rest = Rest;
        }

        var reward = walker == 0 ? 1 : 0;
        if (walker == 0)
        {
            walker = Size - 1;
            ChangeTraffic();
        }

        for (var lane = 0; lane < Lanes; lane++)
        {
            Hit(lane);
            if (--timer[lane] == 0)
            {
                timer[lane] = period[lane];
                place[lane] = (place[lane] + direction[lane] + Size) % Size;
                Hit(lane);
            }
        }

        return (reward, false);
    }

    private protected override void Show()
    {
        Mark(0, walker, WalkerColumn);
        for (var lane = 0; lane < Lanes; lane++)
        {
            Mark(1, lane + 1, place[lane]);
            Mark(1 + period[lane], lane + 1, (place[lane] - direction[lane] + Size) % Size);
        }
    }

    private void Hit(int lane) => walker = walker == lane + 1 && place[lane] == WalkerColumn ? Size - 1 : walker;

    private void ChangeTraffic()
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            period[lane] = 1 + Random.Choice(5);
            direction[lane] = Random.Integers(0, 2) == 0 ? 1 : -1;
            timer[lane] = period[lane];
        }
    }
}
