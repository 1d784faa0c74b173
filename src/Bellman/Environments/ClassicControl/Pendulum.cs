using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Pendulum-v1: a pendulum hangs anywhere and is to stand upright, driven by a torque that cannot lift it in one go.
/// The reward is −(angle² + 0.1·speed² + 0.001·torque²) with the angle from upright in [−π, π]; it never terminates.
/// </summary>
/// <remarks>Observation: cosine and sine of the angle, angular velocity in [−8, 8] rad/s. Action: torque in [−2, 2] N·m, clipped. Limit 200 steps.
/// Parameters: gravity (m/s²), mass (kg), length (m), friction (N·m·s/rad), motorGain (torque at the axis by torque asked for).</remarks>
/// <param name="gravity">The acceleration of gravity, m/s².</param>
public sealed class Pendulum(double gravity = 10) : IEnvironment, IStateful, IStateVector, IParameters, IDrawable
{
    internal const double MaximumSpeed = 8;
    internal const double MaximumTorque = 2;
    internal const double TimeStep = 0.05;

    private ParameterTable? parameters;
    private double gravity = gravity;
    private double mass = 1;
    private double length = 1;
    private double friction;
    private double motorGain = 1;
    private double angle;
    private double angularVelocity;

    // For the picture alone.
    private double torque;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace([-1, -1, (float)-MaximumSpeed], [1, 1, (float)MaximumSpeed]);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new BoxSpace((float)-MaximumTorque, (float)MaximumTorque, 1);

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    private ParameterTable Parameters => parameters ??= new ParameterTable()
        .With("gravity", () => gravity, value => gravity = value)
        .With("mass", () => mass, value => mass = value, 1e-3)
        .With("length", () => length, value => length = value, 1e-3)
        .With("friction", () => friction, value => friction = value, 0)
        .With("motorGain", () => motorGain, value => motorGain = value);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        angle = random.Uniform(-Math.PI, Math.PI);
        angularVelocity = random.Uniform(-1, 1);
        torque = 0;
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        torque = Math.Clamp(action.Floats[0], -MaximumTorque, MaximumTorque);
        var fromUpright = Normalized(angle);
        // C's pow is not always the nearest double, and Gymnasium's reward is made with it.
        var cost = Math.Pow(fromUpright, 2) + (0.1 * (angularVelocity * angularVelocity)) + (0.001 * (torque * torque));

        // A rod, turned at its end; the new velocity moves the angle (semi-implicit Euler).
        var acceleration = (3 * gravity / (2 * length) * Math.Sin(angle)) + (3.0 / (mass * (length * length)) * ((motorGain * torque) - (friction * angularVelocity)));
        var velocity = angularVelocity + (acceleration * TimeStep);
        angularVelocity = Math.Clamp(velocity, -MaximumSpeed, MaximumSpeed);
        angle += angularVelocity * TimeStep;
        Observe(observation);
        return new StepResult(-cost, false, false);
    }

    /// <inheritdoc/>
    public double GetParameter(string name) => Parameters.Get(name);

    /// <inheritdoc/>
    public void SetParameter(string name, double value) => Parameters.Set(name, value);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => ClassicControl.Save(writer, angle, angularVelocity);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (angle, angularVelocity) = (reader.ReadDouble(), reader.ReadDouble());
    }

    /// <inheritdoc/>
    public int StateLength => 2;

    /// <inheritdoc/>
    public void ReadState(Span<double> state) => (state[0], state[1]) = (angle, angularVelocity);

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<double> state, RowWriter observation)
    {
        (angle, angularVelocity) = (state[0], state[1]);
        torque = 0;
        Observe(observation);
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(-1.3, -1.3, 1.3, 1.3);
        scene.Line(SceneColors.Red, 0.16, default, new ScenePoint(0, 1).Rotate(angle));
        scene.Circle(SceneColors.Black, 0, 0, 0.06);

        // The torque last applied, as an arrow around the axis that grows with it.
        if (Math.Abs(torque) > 0.02)
        {
            var arc = new ScenePoint[17];
            for (var i = 0; i < arc.Length; i++)
            {
                arc[i] = new ScenePoint(0.3, 0).Rotate(torque * i / (arc.Length - 1));
            }

            var side = Math.Sign(torque);
            scene.Line(SceneColors.Blue, 0.03, arc);
            scene.Polygon(SceneColors.Blue, new ScenePoint(0.22, 0).Rotate(torque), new ScenePoint(0.38, 0).Rotate(torque), new ScenePoint(0.3, side * 0.14).Rotate(torque));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // Python's remainder takes the divisor's sign, C#'s the dividend's.
    private static double Normalized(double angle)
    {
        var remainder = (angle + Math.PI) % (2 * Math.PI);
        return (remainder < 0 ? remainder + (2 * Math.PI) : remainder) - Math.PI;
    }

    private void Observe(RowWriter observation)
    {
        var values = observation.Floats;
        values[2] = (float)angularVelocity;
        values[0] = (float)Math.Cos(angle);
        values[1] = (float)Math.Sin(angle);
    }
}
