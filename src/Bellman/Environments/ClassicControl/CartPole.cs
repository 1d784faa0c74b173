using System.Runtime.CompilerServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// CartPole-v1 (Barto, Sutton and Anderson 1983): a pole stands on a cart that is pushed left or right with 10 N. The reward is 1 a step;
/// the episode terminates when the pole leans beyond 12° or the cart leaves ±2.4 m.
/// </summary>
/// <remarks>
/// Observation: position (m), velocity (m/s), angle (rad), angular velocity (rad/s). Action: 0 pushes left, 1 right. Limit 500 steps.
/// Parameters: gravity (m/s²), cartMass and poleMass (kg), halfLength of the pole (m), force (N).
/// </remarks>
/// <param name="suttonBartoReward">Whether the reward is −1 at the end and 0 before, as in the book, instead of 1 a step.</param>
public sealed class CartPole(bool suttonBartoReward = false) : IEnvironment, IStateful, IStateVector, IParameters, IDrawable
{
    internal const double Gravity = 9.8;
    internal const double PoleMass = 0.1;
    internal const double TotalMass = PoleMass + 1.0;
    internal const double HalfLength = 0.5;
    internal const double PoleMassLength = PoleMass * HalfLength;
    internal const double Force = 10;
    internal const double TimeStep = 0.02;
    internal const double PositionLimit = 2.4;
    internal const double AngleLimit = 12 * 2 * Math.PI / 360;

    private static ReadOnlySpan<double> Directions => [-1, 1];

    private ParameterTable? parameters;
    private double gravity = Gravity;
    private double cartMass = 1.0;
    private double poleMass = PoleMass;
    private double halfLength = HalfLength;
    private double force = Force;
    private double totalMass = TotalMass;
    private double poleMassLength = PoleMassLength;
    private double position;
    private double velocity;
    private double angle;
    private double angularVelocity;
    private double sine;
    private double cosine;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace(
        [(float)(-2 * PositionLimit), float.NegativeInfinity, (float)(-2 * AngleLimit), float.NegativeInfinity],
        [(float)(2 * PositionLimit), float.PositiveInfinity, (float)(2 * AngleLimit), float.PositiveInfinity]);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(2);

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    private ParameterTable Parameters => parameters ??= new ParameterTable(() => (totalMass, poleMassLength) = (poleMass + cartMass, poleMass * halfLength))
        .With("gravity", () => gravity, value => gravity = value)
        .With("cartMass", () => cartMass, value => cartMass = value, 1e-3)
        .With("poleMass", () => poleMass, value => poleMass = value, 1e-3)
        .With("halfLength", () => halfLength, value => halfLength = value, 1e-3)
        .With("force", () => force, value => force = value);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        position = random.Uniform(-0.05, 0.05);
        velocity = random.Uniform(-0.05, 0.05);
        angle = random.Uniform(-0.05, 0.05);
        angularVelocity = random.Uniform(-0.05, 0.05);
        (sine, cosine) = Math.SinCos(angle);
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        // Read from a table: a branch would be mispredicted for every other random action.
        var push = force * Directions[action.Integers[0] == 1 ? 1 : 0];

        // Explicit Euler moves positions with the old velocities, so the next angle is known at once, and its sine and cosine are computed beside the accelerations.
        var (sine, cosine) = (this.sine, this.cosine);
        angle += TimeStep * angularVelocity;
        (this.sine, this.cosine) = Math.SinCos(angle);

        // Barto's equations in Florian's correction (2007), in Gymnasium's order of operations.
        var shared = (push + (poleMassLength * (angularVelocity * angularVelocity) * sine)) / totalMass;
        var angularAcceleration = ((gravity * sine) - (cosine * shared)) / (halfLength * ((4.0 / 3.0) - (poleMass * (cosine * cosine) / totalMass)));
        var acceleration = shared - (poleMassLength * angularAcceleration * cosine / totalMass);
        position += TimeStep * velocity;
        velocity += TimeStep * acceleration;
        angularVelocity += TimeStep * angularAcceleration;

        Observe(observation);
        var terminated = position < -PositionLimit || position > PositionLimit || angle < -AngleLimit || angle > AngleLimit;
        return new StepResult(suttonBartoReward ? (terminated ? -1 : 0) : 1, terminated, false);
    }

    /// <inheritdoc/>
    public double GetParameter(string name) => Parameters.Get(name);

    /// <inheritdoc/>
    public void SetParameter(string name, double value) => Parameters.Set(name, value);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => ClassicControl.Save(writer, position, velocity, angle, angularVelocity);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (position, velocity, angle, angularVelocity) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        (sine, cosine) = Math.SinCos(angle);
    }

    /// <inheritdoc/>
    public int StateLength => 4;

    /// <inheritdoc/>
    public void ReadState(Span<double> state) => (state[0], state[1], state[2], state[3]) = (position, velocity, angle, angularVelocity);

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<double> state, RowWriter observation)
    {
        (position, velocity, angle, angularVelocity) = (state[0], state[1], state[2], state[3]);
        (sine, cosine) = Math.SinCos(angle);
        Observe(observation);
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(-2.7, -0.6, 2.7, 1.6);
        scene.Line(SceneColors.Gray, 0.02, new ScenePoint(-2.7, -0.18), new ScenePoint(2.7, -0.18));
        foreach (var limit in new[] { -PositionLimit, PositionLimit })
        {
            scene.Line(SceneColors.Red, 0.03, new ScenePoint(limit, -0.28), new ScenePoint(limit, -0.08));
        }

        scene.Rectangle(SceneColors.Black, position - 0.25, -0.15, position + 0.25, 0.12);
        scene.Line(SceneColors.Brown, 0.1, new ScenePoint(position, 0), new ScenePoint(0, 2 * HalfLength).Rotate(-angle).Offset(position, 0));
        scene.Circle(SceneColors.Blue, position, 0, 0.05);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Observe(RowWriter observation)
    {
        var values = observation.Floats;
        values[3] = (float)angularVelocity;
        values[0] = (float)position;
        values[1] = (float)velocity;
        values[2] = (float)angle;
    }
}
