using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>
/// One frame of Breakout a step, 84 × 84 grey pixels; Breakout-v0 stacks four of them. A ball knocks bricks out of a wall and must be kept in play with a paddle. Bricks of the two lower rows earn 1, of the middle ones 4,
/// of the upper ones 7. Five balls, or two walls, and the game terminates.
/// </summary>
/// <remarks>Observation: bytes <c>[84, 84, 1]</c>. Action: 0 stay, 1 left, 2 right, held for frameSkip frames of 1/60 s; balls serve themselves. Signal: "lives". Limit 10,000 steps.</remarks>
public sealed class Breakout : IEnvironment, IStateful, ISignals, IDrawable
{
    private const int Size = 84;
    private const int Rows = 6;
    private const int Columns = 14;
    private const int BrickWidth = Size / Columns;
    private const int BrickHeight = 3;
    private const int WallTop = 18;
    private const int WallBottom = WallTop + (Rows * BrickHeight);
    private const double PaddleY = 78;
    private const double PaddleHalf = 6;
    private const double PaddleSpeed = 2;
    private const double BallHalf = 1;
    private const double Ceiling = 4;
    private const int Lives = 5;
    private const int Walls = 2;
    private const int Pause = 12;

    private readonly int frameSkip;
    private readonly bool[] bricks = new bool[Rows * Columns];
    private RandomStream random = new(0);
    private double paddle;
    private double ballX;
    private double ballY;
    private double speedX;
    private double speedY;
    private int lives;
    private int walls;
    private int left;
    private int hits;
    private int wait;

    /// <summary>Makes a game.</summary>
    /// <param name="frameSkip">How many frames a step takes.</param>
    public Breakout(int frameSkip = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frameSkip, 1);
        this.frameSkip = frameSkip;
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = BoxSpace.Bytes(Size, Size, 1);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(3);

    /// <inheritdoc/>
    public IReadOnlyList<string> SignalNames { get; } = ["lives"];

    // The ball is faster after 4 and 12 returns, and once it has been among the upper bricks.
    private double Speed => hits >= 100 ? 2.2 : hits >= 12 ? 1.9 : hits >= 4 ? 1.6 : 1.3;

    private bool Over => lives == 0 || walls == Walls;

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        this.random = random;
        (lives, walls, paddle) = (Lives, 0, Size / 2.0);
        BuildWall();
        Serve();
        Render(observation.Bytes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The action is none of the three.</exception>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var choice = action.Integers[0];
        if ((uint)choice > 2)
        {
            throw new ArgumentOutOfRangeException(nameof(action), choice, "Actions are 0 (stay), 1 (left) and 2 (right).");
        }

        var reward = 0;
        for (var frame = 0; frame < frameSkip && !Over; frame++)
        {
            reward += Advance(choice == 1 ? -PaddleSpeed : choice == 2 ? PaddleSpeed : 0);
        }

        Render(observation.Bytes);
        return new StepResult(reward, Over, false);
    }

    /// <inheritdoc/>
    public void ReadSignals(Span<double> values) => values[0] = lives;

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var brick in bricks)
        {
            writer.Write(brick);
        }

        ReadOnlySpan<double> numbers = [paddle, ballX, ballY, speedX, speedY];
        foreach (var number in numbers)
        {
            writer.Write(number);
        }

        ReadOnlySpan<int> counts = [lives, walls, left, hits, wait];
        foreach (var count in counts)
        {
            writer.Write(count);
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        foreach (ref var brick in bricks.AsSpan())
        {
            brick = reader.ReadBoolean();
        }

        (paddle, ballX, ballY, speedX, speedY) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        (lives, walls, left, hits, wait) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(0, 0, Size, Size);
        scene.Background = SceneColor.Hex(0x10161D);
        scene.Rectangle(SceneColors.Gray, 0, Size - Ceiling, Size, Size - Ceiling + 2);
        SceneColor[] colors = [SceneColors.Red, SceneColor.Hex(0xD9722E), SceneColors.Brown, SceneColors.Yellow, SceneColors.Green, SceneColors.Blue];
        for (var i = 0; i < bricks.Length; i++)
        {
            var (x, y) = (i % Columns * BrickWidth, Size - WallTop - (i / Columns * BrickHeight));
            if (bricks[i])
            {
                scene.Rectangle(colors[i / Columns], x + 0.3, y - BrickHeight + 0.3, x + BrickWidth - 0.3, y - 0.3);
            }
        }

        scene.Rectangle(SceneColors.Green, paddle - PaddleHalf, Size - PaddleY - 2, paddle + PaddleHalf, Size - PaddleY);
        scene.Rectangle(SceneColors.White, ballX - BallHalf, Size - ballY - BallHalf, ballX + BallHalf, Size - ballY + BallHalf);
        for (var ball = 1; ball < lives; ball++)
        {
            scene.Circle(SceneColors.White, Size - (4 * ball), Size - 10, 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void BuildWall()
    {
        bricks.AsSpan().Fill(true);
        left = bricks.Length;
    }

    private void Serve()
    {
        (ballX, ballY, hits, wait) = (random.Uniform(20, Size - 20), WallBottom + 8, 0, Pause);
        var slope = random.Uniform(0.3, 0.9) * (random.Integers(0, 2) == 0 ? -1 : 1);
        Aim(slope, 1);
    }

    // Keeps the speed and sets the direction.
    private void Aim(double slope, int down)
    {
        var length = Math.Sqrt(1 + (slope * slope));
        (speedX, speedY) = (Speed * slope / length, down * Speed / length);
    }

    private int Advance(double move)
    {
        paddle = Math.Clamp(paddle + move, PaddleHalf, Size - PaddleHalf);
        if (wait > 0)
        {
            wait--;
            return 0;
        }

        // Across and down apart, so that it is known which side of a brick was met.
        ballX += speedX;
        if (ballX < BallHalf || ballX > Size - BallHalf)
        {
            ballX = (2 * (ballX < BallHalf ? BallHalf : Size - BallHalf)) - ballX;
            speedX = -speedX;
        }

        var reward = Break(out var met);
        if (met)
        {
            ballX -= speedX;
            speedX = -speedX;
        }

        var before = ballY;
        ballY += speedY;
        if (ballY < Ceiling + BallHalf)
        {
            ballY = (2 * (Ceiling + BallHalf)) - ballY;
            speedY = -speedY;
            hits = Math.Max(hits, 100);
        }

        reward += Break(out met);
        if (met)
        {
            ballY -= speedY;
            speedY = -speedY;
        }

        if (before < PaddleY && ballY >= PaddleY && Math.Abs(ballX - paddle) <= PaddleHalf + BallHalf)
        {
            ballY = (2 * PaddleY) - ballY;
            hits++;
            Aim(1.5 * (ballX - paddle) / (PaddleHalf + BallHalf), -1);
        }
        else if (ballY > Size)
        {
            lives--;
            Serve();
        }

        if (left == 0 && ballY > WallBottom + BallHalf && ++walls < Walls)
        {
            BuildWall();
        }

        return reward;
    }

    private int Break(out bool met)
    {
        var (row, column) = ((int)Math.Floor((ballY - WallTop) / BrickHeight), Math.Clamp((int)(ballX / BrickWidth), 0, Columns - 1));
        met = row is >= 0 and < Rows && bricks[(row * Columns) + column];
        if (!met)
        {
            return 0;
        }

        bricks[(row * Columns) + column] = false;
        left--;
        return row < 2 ? 7 : row < 4 ? 4 : 1;
    }

    private void Render(Span<byte> pixels)
    {
        pixels.Clear();
        Raster.Fill(pixels, Size, 0, Ceiling - 2, Size, Ceiling, 90);
        for (var i = 0; i < bricks.Length; i++)
        {
            if (bricks[i])
            {
                var (x, y) = (i % Columns * BrickWidth, WallTop + (i / Columns * BrickHeight));
                Raster.Fill(pixels, Size, x, y, x + BrickWidth, y + BrickHeight, (byte)(220 - (20 * (i / Columns))));
            }
        }

        Raster.Fill(pixels, Size, paddle - PaddleHalf, PaddleY, paddle + PaddleHalf, PaddleY + 2, 200);
        Raster.Fill(pixels, Size, ballX - BallHalf, ballY - BallHalf, ballX + BallHalf, ballY + BallHalf, 255);
    }
}
