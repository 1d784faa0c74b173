using Bellman.Environments.Physics2D;
using Bellman.Numerics;
using Shape = Bellman.Environments.Physics2D.Shape;

namespace Bellman.Environments;

/// <summary>
/// LunarLander-v3: a lander with a main engine and two side engines shall come to rest between two flags. Reward: what it gains in nearness, slowness and
/// uprightness, 10 for each leg on the ground, −0.3 a step for the main engine and −0.03 for a side engine; 100 for coming to rest, −100 for a crash or leaving.
/// </summary>
/// <remarks>
/// Observation: x and y from the pad (half a screen is 1), their velocities, angle (rad), angular velocity (in 2.5 rad/s), and whether each leg touches the ground.
/// Action: 0 nothing, 1 left engine, 2 main engine, 3 right engine; or, continuous, main in [−1, 1] (from 0 on 50 to 100 % thrust) and side in [−1, 1]
/// (left below −0.5, right above 0.5). Limit 1,000 steps of 0.02 s. Terrain, push, dispersion and wind are drawn in Gymnasium's order.
/// Parameters: gravity (m/s², negative), mainEnginePower, sideEnginePower, dispersion (of the engines' thrust, 1 as in Gymnasium), windPower, turbulencePower.
/// </remarks>
public sealed partial class LunarLander : IEnvironment, IStateful, IParameters, IDrawable, IContactListener
{
    private const double FramesPerSecond = 50;
    private const double Scale = 30;
    private const double Width = 600 / Scale;
    private const double Height = 400 / Scale;
    private const double InitialPush = 1000;
    private const double LegAway = 20;
    private const double LegDown = 18;
    private const double SideEngineAway = 12;
    private const double SideEngineHeight = 14;
    private const double MainEngineDown = 4;
    private const int Chunks = 11;
    private const double PadHeight = Height / 4;

    private static readonly Shape Hull = Shape.Polygon([.. Corners.ToArray().Select(corner => new Vector2D((float)(corner.X / Scale), (float)(corner.Y / Scale)))]);
    private static readonly Shape Leg = Shape.Box((float)(2 / Scale), (float)(8 / Scale));

    private readonly bool isContinuous;
    private readonly bool hasWind;
    private readonly World world = new(default);
    private readonly Shape[] ground = [.. Enumerable.Range(0, Chunks).Select(_ => Shape.Edge(default, new(1, 0)))];
    private readonly double[] terrain = new double[Chunks];
    private readonly int[] legs = new int[2];
    private readonly bool[] touches = new bool[2];
    private ParameterTable? parameters;
    private RandomStream? random;
    private double gravity;
    private double windPower;
    private double turbulencePower;
    private double mainEnginePower = 13;
    private double sideEnginePower = 0.6;
    private double dispersion = 1;
    private int lander;
    private long windIndex;
    private long torqueIndex;
    private bool hasCrashed;
    private double? shaping;

    // For the picture alone.
    private double mainThrust;
    private double sideThrust;

    /// <summary>Makes a lander.</summary>
    /// <param name="continuous">Whether the engines' thrust is chosen freely.</param>
    /// <param name="gravity">In m/s², between −12 and 0.</param>
    /// <param name="enableWind">Whether wind pushes and turns the lander while it flies.</param>
    /// <param name="windPower">The strongest push, in N; up to 20 makes sense.</param>
    /// <param name="turbulencePower">The strongest turn, in N·m; up to 2 makes sense.</param>
    /// <exception cref="ArgumentException">The gravity lies outside its range, or a power is no number.</exception>
    public LunarLander(bool continuous = false, double gravity = -10, bool enableWind = false, double windPower = 15, double turbulencePower = 1.5)
    {
        if (!(gravity is > -12 and < 0))
        {
            throw new ArgumentException($"The gravity is {gravity}; it must lie between -12 and 0.", nameof(gravity));
        }

        if (!double.IsFinite(windPower) || !double.IsFinite(turbulencePower))
        {
            throw new ArgumentException($"The powers of wind and turbulence are {windPower} and {turbulencePower}; they must be finite.", nameof(windPower));
        }

        (isContinuous, hasWind) = (continuous, enableWind);
        (this.gravity, this.windPower, this.turbulencePower) = (gravity, windPower, turbulencePower);
        ActionSpace = continuous ? new BoxSpace(-1, 1, 2) : new DiscreteSpace(4);
        world.Listener = this;
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace(
        [-2.5f, -2.5f, -10, -10, (float)(-2 * Math.PI), -10, -0f, -0f],
        [2.5f, 2.5f, 10, 10, (float)(2 * Math.PI), 10, 1, 1]);

    /// <inheritdoc/>
    public Space ActionSpace { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    /// <summary>Where the bodies are, for tests.</summary>
    internal World World => world;

    private static ReadOnlySpan<(int X, int Y)> Corners => new (int, int)[] { (-14, 17), (-17, 0), (-17, -10), (17, -10), (17, 0), (14, 17) };

    private ParameterTable Parameters => parameters ??= new ParameterTable()
        .With("gravity", () => gravity, value => gravity = value)
        .With("mainEnginePower", () => mainEnginePower, value => mainEnginePower = value, 0)
        .With("sideEnginePower", () => sideEnginePower, value => sideEnginePower = value, 0)
        .With("dispersion", () => dispersion, value => dispersion = value, 0)
        .With("windPower", () => windPower, value => windPower = value)
        .With("turbulencePower", () => turbulencePower, value => turbulencePower = value);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        this.random = random;
        DrawTerrain(random);
        Build();
        world.Bodies[lander].ApplyForce(new((float)random.Uniform(-InitialPush, InitialPush), (float)random.Uniform(-InitialPush, InitialPush)));
        if (hasWind)
        {
            windIndex = random.Integers(-9999, 9999);
            torqueIndex = random.Integers(-9999, 9999);
        }

        (hasCrashed, shaping, touches[0], touches[1]) = (false, null, false, false);
        Advance(0, 0, 0, observation.Floats);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        if (isContinuous)
        {
            // Clipped in single precision, as the action comes.
            var (main, side) = (Math.Clamp(action.Floats[0], -1, 1), Math.Clamp(action.Floats[1], -1, 1));
            var mainPower = main > 0 ? (main + 1.0) * 0.5 : 0;
            var sidePower = Math.Abs(side) > 0.5f ? Math.Abs((double)side) : 0;
            return Advance(mainPower, sidePower, sidePower > 0 ? Math.Sign(side) : 0, observation.Floats);
        }

        var choice = action.Integers[0];
        return choice switch
        {
            2 => Advance(1, 0, 0, observation.Floats),
            1 or 3 => Advance(0, 1, choice - 2, observation.Floats),
            _ => Advance(0, 0, 0, observation.Floats),
        };
    }

    /// <inheritdoc/>
    public double GetParameter(string name) => Parameters.Get(name);

    /// <inheritdoc/>
    public void SetParameter(string name, double value) => Parameters.Set(name, value);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var height in terrain)
        {
            writer.Write(height);
        }

        writer.Write(windIndex);
        writer.Write(torqueIndex);
        writer.Write(hasCrashed);
        writer.Write(touches[0]);
        writer.Write(touches[1]);
        writer.Write(shaping ?? double.NaN);
        world.SaveState(writer);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        foreach (ref var height in terrain.AsSpan())
        {
            height = reader.ReadDouble();
        }

        (windIndex, torqueIndex) = (reader.ReadInt64(), reader.ReadInt64());
        (hasCrashed, touches[0], touches[1]) = (reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadBoolean());
        var saved = reader.ReadDouble();
        shaping = double.IsNaN(saved) ? null : saved;
        Build();
        world.LoadState(reader);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    void IContactListener.BeginContact(int bodyA, int bodyB)
    {
        hasCrashed |= bodyA == lander || bodyB == lander;
        touches[0] |= bodyA == legs[0] || bodyB == legs[0];
        touches[1] |= bodyA == legs[1] || bodyB == legs[1];
    }

    void IContactListener.EndContact(int bodyA, int bodyB)
    {
        touches[0] &= bodyA != legs[0] && bodyB != legs[0];
        touches[1] &= bodyA != legs[1] && bodyB != legs[1];
    }

    private void DrawTerrain(RandomStream stream)
    {
        Span<double> heights = stackalloc double[Chunks + 1];
        stream.Uniform(0, Height / 2, heights);
        heights.Slice((Chunks / 2) - 2, 5).Fill(PadHeight);
        for (var i = 0; i < Chunks; i++)
        {
            // The last number is the first one's left neighbour.
            terrain[i] = 0.33 * (heights[(i + Chunks) % (Chunks + 1)] + heights[i] + heights[i + 1]);
        }
    }

    private void Build()
    {
        const ushort Ground = 0x0001;
        world.Clear();
        world.Gravity = new(0, (float)gravity);
        world.AddBody(default);
        ground[0].Reshape(default, new((float)Width, 0));
        world.AddFixture(ground[0], new Material(0, 0.2f));
        for (var i = 1; i < Chunks; i++)
        {
            ground[i].Reshape(new((float)ChunkX(i - 1), (float)terrain[i - 1]), new((float)ChunkX(i), (float)terrain[i]));
            world.AddFixture(ground[i], new Material(0, 0.1f));
        }

        lander = world.AddBody(new((float)(Width / 2), (float)Height), isDynamic: true);
        world.AddFixture(Hull, new Material(5, 0.1f, Category: 0x0010, Mask: Ground));
        for (var i = 0; i < 2; i++)
        {
            var side = (2 * i) - 1;
            legs[i] = world.AddBody(new((float)((Width / 2) - (side * LegAway / Scale)), (float)Height), (float)(side * 0.05), isDynamic: true);
            world.AddFixture(Leg, new Material(1, 0.2f, Category: 0x0020, Mask: Ground));
            world.AddJoint(new RevoluteJoint
            {
                BodyA = lander,
                BodyB = legs[i],
                AnchorB = new((float)(side * LegAway / Scale), (float)(LegDown / Scale)),
                ReferenceAngle = (float)(side * 0.05),
                HasLimit = true,
                Lower = (float)(i == 0 ? 0.9 - 0.5 : -0.9),
                Upper = (float)(i == 0 ? 0.9 : -0.9 + 0.5),
                HasMotor = true,
                MotorSpeed = (float)(0.3 * side),
                MaxMotorTorque = 40,
            });
        }
    }

    private static double ChunkX(int index) => Width / (Chunks - 1) * index;

    /// <summary>Goes on by a step with engines of given power; the side engine's direction is −1 for left, 1 for right.</summary>
    private StepResult Advance(double mainPower, double sidePower, int direction, Span<float> observation)
    {
        ref var body = ref world.Bodies[lander];
        if (hasWind && !touches[0] && !touches[1])
        {
            body.ApplyForce(new((float)(Gust(windIndex++) * windPower), 0));
            body.ApplyTorque((float)(Gust(torqueIndex++) * turbulencePower));
        }

        (mainThrust, sideThrust) = (mainPower, direction * sidePower);
        FireEngines(ref body, mainPower, sidePower, direction);
        world.Step((float)(1.0 / FramesPerSecond), 6 * 30, 2 * 30);
        return Observe(body, mainPower, sidePower, observation);
    }

    // Never periodic.
    private static double Gust(long index) => Math.Tanh(Math.Sin(0.02 * index) + Math.Sin(Math.PI * 0.01 * index));

    private void FireEngines(ref Body body, double mainPower, double sidePower, int direction)
    {
        var (sine, cosine) = (Math.Sin(body.Sweep.Angle), Math.Cos(body.Sweep.Angle));
        var across = dispersion * (random!.Uniform(-1, 1) / Scale);
        var along = dispersion * (random.Uniform(-1, 1) / Scale);
        var position = body.Transform.Position;
        if (mainPower > 0)
        {
            var x = (sine * ((MainEngineDown / Scale) + (2 * across))) + (-cosine * along);
            var y = (-cosine * ((MainEngineDown / Scale) + (2 * across))) - (sine * along);
            body.ApplyImpulse(
                new((float)(-x * mainEnginePower * mainPower), (float)(-y * mainEnginePower * mainPower)),
                new((float)(position.X + x), (float)(position.Y + y)));
        }

        if (direction != 0)
        {
            var sideways = (3 * along) + (direction * SideEngineAway / Scale);
            var x = (sine * across) + (-cosine * sideways);
            var y = (-cosine * across) - (sine * sideways);

            // Gymnasium has 17 on one axis and 14 on the other: where the engine sits depends on how the lander is turned.
            body.ApplyImpulse(
                new((float)(-x * sideEnginePower * sidePower), (float)(-y * sideEnginePower * sidePower)),
                new((float)(position.X + x - (sine * 17 / Scale)), (float)(position.Y + y + (cosine * SideEngineHeight / Scale))));
        }
    }

    private StepResult Observe(in Body body, double mainPower, double sidePower, Span<float> observation)
    {
        var position = body.Transform.Position;
        var x = (position.X - (Width / 2)) / (Width / 2);
        var y = (position.Y - (PadHeight + (LegDown / Scale))) / (Height / 2);
        var velocityX = body.Velocity.X * (Width / 2) / FramesPerSecond;
        var velocityY = body.Velocity.Y * (Height / 2) / FramesPerSecond;
        double angle = body.Sweep.Angle;
        var (left, right) = (touches[0] ? 1.0 : 0.0, touches[1] ? 1.0 : 0.0);
        observation[7] = (float)right;
        observation[0] = (float)x;
        observation[1] = (float)y;
        observation[2] = (float)velocityX;
        observation[3] = (float)velocityY;
        observation[4] = (float)angle;
        observation[5] = (float)(20.0 * body.AngularVelocity / FramesPerSecond);
        observation[6] = (float)left;

        var now = (-100 * Math.Sqrt((x * x) + (y * y))) - (100 * Math.Sqrt((velocityX * velocityX) + (velocityY * velocityY))) - (100 * Math.Abs(angle)) + (10 * left) + (10 * right);
        var reward = shaping is { } before ? now - before : 0;
        shaping = now;
        reward -= mainPower * 0.30;
        reward -= sidePower * 0.03;
        var isLost = hasCrashed || Math.Abs(x) >= 1;
        return !body.IsAwake ? new StepResult(100, true, false) : isLost ? new StepResult(-100, true, false) : new StepResult(reward, false, false);
    }
}
