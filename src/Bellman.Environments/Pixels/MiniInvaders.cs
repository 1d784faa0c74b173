namespace Bellman.Environments;

/// <summary>
/// MiniInvaders-v0: a formation of 24 aliens marches to and fro, comes a row nearer at each side, and shoots; a cannon below shoots back. Each alien earns 1; when all are gone the next formation marches faster.
/// Being hit, or reached, terminates.
/// </summary>
/// <remarks>
/// Channels: cannon, aliens, aliens marching left, aliens marching right, the cannon's shots, the aliens' shots. Action: 0 stay, 1 left, 2 right, 3 shoot; the cannon loads for five steps. Limit 5,000 steps.
/// </remarks>
public sealed class MiniInvaders() : MiniGame(
    4, new("cannon", SceneColors.Green), new("alien", SceneColors.Yellow), new("marching left", SceneColors.Yellow), new("marching right", SceneColors.Yellow), new("own shot", SceneColors.White), new("their shot", SceneColors.Red))
{
    private const int Reload = 5;
    private const int AlienReload = 10;
    private const int SlowestMarch = 12;

    private readonly bool[] aliens = new bool[Size * Size];
    private readonly bool[] shots = new bool[Size * Size];
    private readonly bool[] alienShots = new bool[Size * Size];
    private int cannon;
    private int direction;
    private int march;
    private int loaded;
    private int alienLoaded;
    private int wave;

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        for (var cell = 0; cell < aliens.Length; cell++)
        {
            writer.Write((byte)((aliens[cell] ? 1 : 0) | (shots[cell] ? 2 : 0) | (alienShots[cell] ? 4 : 0)));
        }

        ReadOnlySpan<int> numbers = [cannon, direction, march, loaded, alienLoaded, wave];
        foreach (var number in numbers)
        {
            writer.Write(number);
        }
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        for (var cell = 0; cell < aliens.Length; cell++)
        {
            var bits = reader.ReadByte();
            (aliens[cell], shots[cell], alienShots[cell]) = ((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
        }

        (cannon, direction, march, loaded, alienLoaded, wave) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
    }

    private protected override void Begin()
    {
        (cannon, loaded, alienLoaded, wave) = (Size / 2, 0, AlienReload, 0);
        shots.AsSpan().Clear();
        alienShots.AsSpan().Clear();
        Muster();
    }

    private protected override (double Reward, bool Over) Advance(int action)
    {
        cannon = Math.Clamp(cannon + (action == 1 ? -1 : action == 2 ? 1 : 0), 0, Size - 1);
        loaded = Math.Max(0, loaded - 1);
        if (action == 3 && loaded == 0)
        {
            shots[((Size - 1) * Size) + cannon] = true;
            loaded = Reload;
        }

        Fly();
        var over = alienShots[((Size - 1) * Size) + cannon];
        over |= March();
        over |= aliens[((Size - 1) * Size) + cannon];
        Shoot();
        var reward = Strike();
        if (!aliens.AsSpan().Contains(true))
        {
            wave++;
            Muster();
        }

        return (reward, over);
    }

    private protected override void Show()
    {
        Mark(0, Size - 1, cannon);
        for (var cell = 0; cell < aliens.Length; cell++)
        {
            var (row, column) = (cell / Size, cell % Size);
            if (aliens[cell])
            {
                Mark(1, row, column);
                Mark(direction < 0 ? 2 : 3, row, column);
            }

            if (shots[cell])
            {
                Mark(4, row, column);
            }

            if (alienShots[cell])
            {
                Mark(5, row, column);
            }
        }
    }

    private void Muster()
    {
        aliens.AsSpan().Clear();
        for (var row = 0; row < 4; row++)
        {
            aliens.AsSpan((row * Size) + 2, 6).Fill(true);
        }

        direction = Random.Integers(0, 2) == 0 ? -1 : 1;
        march = Pace();
    }

    // Fewer aliens and later waves march faster.
    private int Pace() => Math.Max(1, Math.Min(aliens.AsSpan().Count(true), SlowestMarch - wave));

    // The cannon's shots go up, the aliens' down.
    private void Fly()
    {
        shots.AsSpan(Size).CopyTo(shots);
        shots.AsSpan((Size - 1) * Size).Clear();
        alienShots.AsSpan(0, (Size - 1) * Size).CopyTo(alienShots.AsSpan(Size));
        alienShots.AsSpan(0, Size).Clear();
    }

    private bool March()
    {
        if (--march > 0)
        {
            return false;
        }

        march = Pace();
        var atEdge = false;
        var reached = false;
        for (var row = 0; row < Size; row++)
        {
            atEdge |= aliens[(row * Size) + (direction < 0 ? 0 : Size - 1)];
            reached |= row == Size - 1 && aliens.AsSpan(row * Size, Size).Contains(true);
        }

        if (atEdge)
        {
            direction = -direction;
            aliens.AsSpan(0, (Size - 1) * Size).CopyTo(aliens.AsSpan(Size));
            aliens.AsSpan(0, Size).Clear();
            return reached;
        }

        for (var row = 0; row < Size; row++)
        {
            var line = aliens.AsSpan(row * Size, Size);
            if (direction > 0)
            {
                line[..^1].CopyTo(line[1..]);
                line[0] = false;
            }
            else
            {
                line[1..].CopyTo(line);
                line[^1] = false;
            }
        }

        return false;
    }

    // The lowest alien of the column nearest to the cannon shoots.
    private void Shoot()
    {
        if (--alienLoaded > 0)
        {
            return;
        }

        alienLoaded = AlienReload;
        for (var distance = 0; distance < Size; distance++)
        {
            if (Shoot(cannon - distance) || Shoot(cannon + distance))
            {
                return;
            }
        }
    }

    private bool Shoot(int column)
    {
        for (var row = Size - 1; row >= 0 && (uint)column < Size; row--)
        {
            if (aliens[(row * Size) + column])
            {
                alienShots[(row * Size) + column] = true;
                return true;
            }
        }

        return false;
    }

    private int Strike()
    {
        var struck = 0;
        for (var cell = 0; cell < aliens.Length; cell++)
        {
            if (aliens[cell] && shots[cell])
            {
                aliens[cell] = shots[cell] = false;
                struck++;
            }
        }

        return struck;
    }
}
