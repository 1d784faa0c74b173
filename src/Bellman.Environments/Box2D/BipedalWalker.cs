using Bellman.Environments.Physics2D;
using Bellman.Numerics;
using Shape = Bellman.Environments.Physics2D.Shape;

namespace Bellman.Environments;

/// <summary>
/// BipedalWalker-v3 and BipedalWalkerHardcore-v3: a hull on two legs, each with a hip and a knee, shall walk to the end of the ground. Reward: 130/30 for each
/// metre forward (some 300 in all), less 5 for each radian that the hull is turned more, less 0.028 a step for each motor at full torque; −100 for a fall,
/// which is the hull on the ground, or for going back over the start.
/// </summary>
/// <remarks>
/// Observation: angle of the hull (rad), its angular velocity (in 25 rad/s), its velocities (0.12 and 0.08 for 1 m/s), for each leg: hip's angle (rad), its
/// speed (in 4 rad/s), knee's angle + 1, its speed (in 6 rad/s), whether its lower part is on the ground; then ten rays of 5.33 m from straight down to 77°
/// forward: the share of each that is free. Action: torques of hip and knee of one leg and of the other, in [−1, 1] of the largest one. Limit 1,600 steps of
/// 0.02 s, 2,000 in hardcore, where stumps, stairs and pits lie on the way. Terrain and first push are drawn in Gymnasium's order.
/// Parameters: gravity (m/s², negative) and motorTorque (N·m) at once; hullDensity, legDensity (kg/m²) and friction (of the ground) from the next reset on.
/// </remarks>
public sealed partial class BipedalWalker : IEnvironment, IStateful, IPreciseActions, IParameters, IDrawable, IContactListener
{
    private const double FramesPerSecond = 50;
    private const double Scale = WalkerTerrain.Scale;
    private const double ViewWidth = 600 / Scale;
    private const double ViewHeight = 400 / Scale;
    private const double HipSpeed = 4;
    private const double KneeSpeed = 6;
    private const double LegDown = -8 / Scale;
    private const double LegWidth = 8 / Scale;
    private const double LegHeight = 34 / Scale;
    private const double RayLength = 160 / Scale;
    private const int Rays = 10;
    private const int CloudNumbers = 10 * 11;
    private const double StartX = WalkerTerrain.Step * WalkerTerrain.StartPad / 2;
    private const double StartY = WalkerTerrain.StartHeight + (2 * LegHeight);
    private const double EndX = (WalkerTerrain.Length - WalkerTerrain.EndPad) * WalkerTerrain.Step;
    private const ushort GroundBit = 0x0001;
    private const ushort WalkerBit = 0x0020;

    private static readonly Shape Hull = Shape.Polygon([.. Corners.ToArray().Select(corner => new Vector2D((float)(corner.X / Scale), (float)(corner.Y / Scale)))]);
    private static readonly Shape Upper = Shape.Box((float)(LegWidth / 2), (float)(LegHeight / 2));
    private static readonly Shape Lower = Shape.Box((float)(0.8 * LegWidth / 2), (float)(LegHeight / 2));

    // How far each ray goes to the right and up, in m.
    private static readonly (double X, double Y)[] RayWays = [.. Enumerable.Range(0, Rays).Select(i => (Math.Sin(1.5 * i / Rays) * RayLength, -(Math.Cos(1.5 * i / Rays) * RayLength)))];

    private readonly bool isHardcore;
    private readonly World world = new(default);
    private readonly WalkerTerrain terrain = new();
    private readonly Shape[] edges = [.. Enumerable.Range(0, WalkerTerrain.Length - 1).Select(_ => Shape.Edge(default, new(1, 0)))];
    private readonly Shape[] rocks = [.. Enumerable.Range(0, WalkerTerrain.MostBoxes).Select(_ => Shape.Box(1, 1))];
    private readonly int[] legs = new int[4];
    private readonly int[] joints = new int[4];
    private readonly bool[] touches = new bool[2];
    private ParameterTable? parameters;
    private double gravity = -10;
    private double motorTorque = 80;
    private double hullDensity = 5;
    private double legDensity = 1;
    private double friction = 2.5;
    private Build built;
    private int hull;
    private bool hasFallen;
    private double? shaping;

    /// <summary>Makes a walker.</summary>
    /// <param name="hardcore">Whether stumps, stairs and pits lie on the way.</param>
    public BipedalWalker(bool hardcore = false)
    {
        isHardcore = hardcore;
        world.Listener = this;
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace(
        [-Pi, -5, -5, -5, -Pi, -5, -Pi, -5, -0f, -Pi, -5, -Pi, -5, -0f, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1],
        [Pi, 5, 5, 5, Pi, 5, Pi, 5, 5, Pi, 5, Pi, 5, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new BoxSpace(-1, 1, 4);

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    /// <summary>Where the bodies are, for tests.</summary>
    internal World World => world;

    /// <summary>What it walks on, for tests.</summary>
    internal WalkerTerrain Terrain => terrain;

    /// <summary>The first of the walker's bodies in the world: the hull, then for each leg the upper and the lower part.</summary>
    internal int HullIndex => hull;

    private static float Pi => (float)Math.PI;

    private static ReadOnlySpan<(int X, int Y)> Corners => new (int, int)[] { (-30, 9), (6, 9), (34, 1), (34, -8), (-30, -8) };

    private ParameterTable Parameters => parameters ??= new ParameterTable()
        .With("gravity", () => gravity, value => gravity = value)
        .With("motorTorque", () => motorTorque, value => motorTorque = value, 0)
        .With("hullDensity", () => hullDensity, value => hullDensity = value, double.Epsilon)
        .With("legDensity", () => legDensity, value => legDensity = value, double.Epsilon)
        .With("friction", () => friction, value => friction = value, 0);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        terrain.Draw(random, isHardcore);

        // Gymnasium draws its clouds from the same stream.
        for (var i = 0; i < CloudNumbers; i++)
        {
            random.NextDouble();
        }

        MakeWorld(new(hullDensity, legDensity, friction));
        world.Bodies[hull].ApplyForce(new((float)random.Uniform(-5, 5), 0));
        (hasFallen, shaping, touches[0], touches[1]) = (false, null, false, false);
        Advance([0, 0, 0, 0], observation.Floats);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var torques = action.Floats;
        return Advance([torques[0], torques[1], torques[2], torques[3]], observation.Floats);
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<double> action, RowWriter observation) => Advance(action, observation.Floats);

    /// <inheritdoc/>
    public double GetParameter(string name) => Parameters.Get(name);

    /// <inheritdoc/>
    public void SetParameter(string name, double value) => Parameters.Set(name, value);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        terrain.Save(writer);
        writer.Write(built.HullDensity);
        writer.Write(built.LegDensity);
        writer.Write(built.Friction);
        writer.Write(hasFallen);
        writer.Write(touches[0]);
        writer.Write(touches[1]);
        writer.Write(shaping ?? double.NaN);
        world.SaveState(writer);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        terrain.Load(reader);
        MakeWorld(new(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));
        (hasFallen, touches[0], touches[1]) = (reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadBoolean());
        var saved = reader.ReadDouble();
        shaping = double.IsNaN(saved) ? null : saved;
        world.LoadState(reader);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    void IContactListener.BeginContact(int bodyA, int bodyB)
    {
        hasFallen |= bodyA == hull || bodyB == hull;
        touches[0] |= bodyA == legs[1] || bodyB == legs[1];
        touches[1] |= bodyA == legs[3] || bodyB == legs[3];
    }

    void IContactListener.EndContact(int bodyA, int bodyB)
    {
        // The end of any contact counts, even while the leg still touches the next piece of ground.
        touches[0] &= bodyA != legs[1] && bodyB != legs[1];
        touches[1] &= bodyA != legs[3] && bodyB != legs[3];
    }

    /// <summary>Goes on by a step. The torques are doubles because Gymnasium takes them as they come.</summary>
    internal StepResult Advance(ReadOnlySpan<double> torques, Span<float> observation)
    {
        world.Gravity = new(0, (float)gravity);
        for (var i = 0; i < 4; i++)
        {
            var speed = i % 2 == 0 ? HipSpeed : KneeSpeed;
            world.SetMotor(joints[i], (float)(speed * SignOf(torques[i])), (float)(motorTorque * ShareOf(torques[i])));
        }

        world.Step((float)(1.0 / FramesPerSecond), 6 * 30, 2 * 30);
        return Observe(torques, observation);
    }

    private static double ShareOf(double torque) => Math.Min(Math.Abs(torque), 1);

    private static int SignOf(double torque) => torque > 0 ? 1 : torque < 0 ? -1 : 0;

    private StepResult Observe(ReadOnlySpan<double> torques, Span<float> observation)
    {
        ref readonly var body = ref world.Bodies[hull];
        var position = body.Transform.Position;
        double x = position.X;
        double angle = body.Sweep.Angle;
        observation[23] = 0;
        observation[0] = (float)angle;
        observation[1] = (float)(2.0 * body.AngularVelocity / FramesPerSecond);
        observation[2] = (float)(0.3 * body.Velocity.X * ViewWidth / FramesPerSecond);
        observation[3] = (float)(0.3 * body.Velocity.Y * ViewHeight / FramesPerSecond);
        for (var leg = 0; leg < 2; leg++)
        {
            var (hip, knee) = (joints[2 * leg], joints[(2 * leg) + 1]);
            var seen = observation.Slice(4 + (5 * leg), 5);
            seen[0] = world.JointAngle(hip);
            seen[1] = (float)(world.JointSpeed(hip) / HipSpeed);
            seen[2] = (float)(world.JointAngle(knee) + 1.0);
            seen[3] = (float)(world.JointSpeed(knee) / KneeSpeed);
            seen[4] = touches[leg] ? 1 : 0;
        }

        LookAhead(observation.Slice(14, Rays));
        var now = (130 * x / Scale) - (5.0 * Math.Abs(angle));
        var reward = shaping is { } before ? now - before : 0;
        shaping = now;
        foreach (var torque in torques)
        {
            reward -= 0.00035 * motorTorque * ShareOf(torque);
        }

        return hasFallen || x < 0 ? new StepResult(-100, true, false) : new StepResult(reward, x > EndX, false);
    }

    /// <summary>Casts the rays.</summary>
    /// <param name="free">Becomes the share of each that meets nothing.</param>
    private void LookAhead(Span<float> free)
    {
        Span<Vector2D> ends = stackalloc Vector2D[Rays];
        Span<RayHit> hits = stackalloc RayHit[Rays];
        var from = world.Bodies[hull].Transform.Position;
        for (var i = 0; i < Rays; i++)
        {
            ends[i] = RayEnd(from, i);
        }

        world.CastRays(from, ends, GroundBit, hits);
        for (var i = 0; i < Rays; i++)
        {
            free[i] = hits[i].Fraction;
        }
    }

    private static Vector2D RayEnd(Vector2D from, int ray)
    {
        var (x, y) = RayWays[ray];
        return new((float)(from.X + x), (float)(from.Y + y));
    }

    private void MakeWorld(Build build)
    {
        built = build;
        world.Clear();
        var ground = new Material(0, (float)build.Friction);
        for (var i = 0; i < terrain.Boxes.Length; i++)
        {
            ref readonly var box = ref terrain.Boxes[i];
            var (left, right, bottom, top) = ((float)box.Left, (float)box.Right, (float)box.Bottom, (float)box.Top);
            rocks[i].Reshape([new(left, bottom), new(right, bottom), new(right, top), new(left, top)]);
            world.AddBody(default);
            world.AddFixture(rocks[i], ground);
        }

        var heights = terrain.Heights;
        for (var i = 0; i < edges.Length; i++)
        {
            edges[i].Reshape([new((float)(i * WalkerTerrain.Step), (float)heights[i]), new((float)((i + 1) * WalkerTerrain.Step), (float)heights[i + 1])]);
            world.AddBody(default);
            world.AddFixture(edges[i], ground);
        }

        hull = world.AddBody(new((float)StartX, (float)StartY), isDynamic: true);
        world.AddFixture(Hull, new Material((float)build.HullDensity, 0.1f, Category: WalkerBit, Mask: GroundBit));
        for (var i = 0; i < 2; i++)
        {
            MakeLeg(i, build.LegDensity);
        }
    }

    private void MakeLeg(int index, double density)
    {
        var material = new Material((float)density, 0.2f, Category: WalkerBit, Mask: GroundBit);
        var angle = (float)(((2 * index) - 1) * 0.05);
        var upper = world.AddBody(new((float)StartX, (float)(StartY - (LegHeight / 2) - LegDown)), angle, isDynamic: true);
        world.AddFixture(Upper, material);
        joints[2 * index] = world.AddJoint(new RevoluteJoint
        {
            BodyA = hull,
            BodyB = upper,
            AnchorA = new(0, (float)LegDown),
            AnchorB = new(0, (float)(LegHeight / 2)),
            ReferenceAngle = angle,
            HasLimit = true,
            Lower = -0.8f,
            Upper = 1.1f,
            HasMotor = true,
        });
        var lower = world.AddBody(new((float)StartX, (float)(StartY - (LegHeight * 3 / 2) - LegDown)), angle, isDynamic: true);
        world.AddFixture(Lower, material);
        joints[(2 * index) + 1] = world.AddJoint(new RevoluteJoint
        {
            BodyA = upper,
            BodyB = lower,
            AnchorA = new(0, (float)(-LegHeight / 2)),
            AnchorB = new(0, (float)(LegHeight / 2)),
            HasLimit = true,
            Lower = -1.6f,
            Upper = -0.1f,
            HasMotor = true,
        });
        (legs[2 * index], legs[(2 * index) + 1]) = (upper, lower);
    }

    /// <summary>The parameters that the bodies were made with.</summary>
    private readonly record struct Build(double HullDensity, double LegDensity, double Friction);
}
