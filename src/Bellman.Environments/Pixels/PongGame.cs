using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>
/// The game behind Pong-v0 and PongState-v0: a court of 84 × 84 pixels, the agent's paddle on the right, a built-in opponent on the left. Where the ball meets a paddle decides its angle.
/// The opponent follows the ball with its paddle, but follows one that comes at it more slowly than a steep one moves.
/// </summary>
internal sealed class PongGame
{
    public const int Size = 84;
    public const int WinningScore = 21;
    public const double PaddleHalf = 6;
    public const double OpponentX = 8;
    public const double AgentX = 76;
    public const double Top = 4;
    public const double Bottom = 80;
    public const double MaximumSpeedX = 2.4;
    public const double MaximumSpeedY = 2.2;
    public const double OpponentSpeed = 1;

    private const double BallHalf = 1;
    private const double AgentSpeed = 1.5;
    private const double OpponentSpeedAtRest = 2.2;
    private const double ServeSpeed = 1.4;
    private const double HitsFaster = 0.05;
    private const int Pause = 12;

    private RandomStream random = new(0);
    private int wait;
    private int server = 1;

    public double AgentY { get; private set; }

    public double OpponentY { get; private set; }

    public double BallX { get; private set; }

    public double BallY { get; private set; }

    public double SpeedX { get; private set; }

    public double SpeedY { get; private set; }

    public int AgentScore { get; private set; }

    public int OpponentScore { get; private set; }

    public bool Over => AgentScore == WinningScore || OpponentScore == WinningScore;

    public void Begin(RandomStream random)
    {
        this.random = random;
        (AgentScore, OpponentScore, server) = (0, 0, 1);
        AgentY = OpponentY = (Top + Bottom) / 2;
        Serve();
    }

    /// <summary>One frame.</summary>
    /// <param name="move">−1 moves the paddle up, 1 down.</param>
    /// <returns>1 where the agent scored, −1 where the opponent did.</returns>
    public int Advance(int move)
    {
        AgentY = Math.Clamp(AgentY + (move * AgentSpeed), Top + PaddleHalf, Bottom - PaddleHalf);

        // It keeps level with a ball that goes away or waits, so that whatever it returned, it starts from there.
        var reach = SpeedX > 0 || wait > 0 ? OpponentSpeedAtRest : OpponentSpeed;
        OpponentY = Math.Clamp(OpponentY + Math.Clamp(BallY - OpponentY, -reach, reach), Top + PaddleHalf, Bottom - PaddleHalf);
        if (wait > 0)
        {
            wait--;
            return 0;
        }

        var before = BallX;
        BallX += SpeedX;
        BallY += SpeedY;
        if (BallY < Top + BallHalf || BallY > Bottom - BallHalf)
        {
            BallY = (2 * (BallY < Top + BallHalf ? Top + BallHalf : Bottom - BallHalf)) - BallY;
            SpeedY = -SpeedY;
        }

        if (before < AgentX && BallX >= AgentX && Math.Abs(BallY - AgentY) <= PaddleHalf + BallHalf)
        {
            Return(AgentX, (BallY - AgentY) / (PaddleHalf + BallHalf));
        }
        else if (before > OpponentX && BallX <= OpponentX && Math.Abs(BallY - OpponentY) <= PaddleHalf + BallHalf)
        {
            // It holds its paddle a little askew, so that its returns differ.
            Return(OpponentX, Math.Clamp(((BallY - OpponentY) / (PaddleHalf + BallHalf)) + random.Uniform(-0.4, 0.4), -1, 1));
        }

        return BallX < 0 ? Score(1) : BallX > Size ? Score(-1) : 0;
    }

    public void Render(Span<byte> pixels)
    {
        pixels.Clear();
        Raster.Fill(pixels, Size, 0, Top - 2, Size, Top, 90);
        Raster.Fill(pixels, Size, 0, Bottom, Size, Bottom + 2, 90);
        Raster.Fill(pixels, Size, OpponentX - 3, OpponentY - PaddleHalf, OpponentX - 1, OpponentY + PaddleHalf, 160);
        Raster.Fill(pixels, Size, AgentX + 1, AgentY - PaddleHalf, AgentX + 3, AgentY + PaddleHalf, 200);
        Raster.Fill(pixels, Size, BallX - BallHalf, BallY - BallHalf, BallX + BallHalf, BallY + BallHalf, 255);
    }

    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(0, 0, Size, Size);
        scene.Background = SceneColor.Hex(0x10161D);
        scene.Rectangle(SceneColors.Gray, 0, Size - Top, Size, Size - Top + 2);
        scene.Rectangle(SceneColors.Gray, 0, Size - Bottom - 2, Size, Size - Bottom);
        scene.Rectangle(SceneColors.Yellow, OpponentX - 3, Size - OpponentY - PaddleHalf, OpponentX - 1, Size - OpponentY + PaddleHalf);
        scene.Rectangle(SceneColors.Green, AgentX + 1, Size - AgentY - PaddleHalf, AgentX + 3, Size - AgentY + PaddleHalf);
        scene.Rectangle(SceneColors.White, BallX - BallHalf, Size - BallY - BallHalf, BallX + BallHalf, Size - BallY + BallHalf);
        scene.Text(SceneColors.Yellow, Size * 0.3, Size - 12, 5, $"{OpponentScore}");
        scene.Text(SceneColors.Green, Size * 0.7, Size - 12, 5, $"{AgentScore}");
    }

    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ReadOnlySpan<double> numbers = [AgentY, OpponentY, BallX, BallY, SpeedX, SpeedY];
        foreach (var number in numbers)
        {
            writer.Write(number);
        }

        ReadOnlySpan<int> counts = [AgentScore, OpponentScore, wait, server];
        foreach (var count in counts)
        {
            writer.Write(count);
        }
    }

    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (AgentY, OpponentY, BallX, BallY, SpeedX, SpeedY) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        (AgentScore, OpponentScore, wait, server) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
    }

    // From the middle of the court, flat, to whoever lost the last point.
    private void Serve()
    {
        (BallX, BallY) = (Size / 2.0, random.Uniform(Top + 16, Bottom - 16));
        (SpeedX, SpeedY) = (server * ServeSpeed, random.Uniform(-0.8, 0.8));
        wait = Pause;
    }

    private void Return(double plane, double offset)
    {
        BallX = (2 * plane) - BallX;
        SpeedX = -Math.Sign(SpeedX) * Math.Min(MaximumSpeedX, Math.Abs(SpeedX) + HitsFaster);
        SpeedY = offset * MaximumSpeedY;
    }

    private int Score(int side)
    {
        AgentScore += side > 0 ? 1 : 0;
        OpponentScore += side < 0 ? 1 : 0;
        server = -side;
        Serve();
        return side;
    }
}
