using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Acrobot-v1 (Sutton 1996, dynamics of the book): a two-link arm hangs from a bar and is driven at its elbow; its tip is to swing above a line one link over the bar.
/// The reward is −1 a step and 0 at the end, which terminates.
/// </summary>
/// <remarks>
/// Observation: cosine and sine of the first angle (0 hangs down), cosine and sine of the second relative to the first, both angular velocities
/// in [−4π, 4π] and [−9π, 9π] rad/s. Action: torque −1, 0 or 1 N·m. Limit 500 steps.
/// Parameters: gravity (m/s²), mass1 and mass2 (kg), length1 and length2 (m), motorGain.
/// </remarks>
public sealed class Acrobot : IEnvironment, IStateful, IStateVector, IParameters, IDrawable
{
    private const double TimeStep = 0.2;
    private const double MaximumSpeed1 = 4 * Math.PI;
    private const double MaximumSpeed2 = 9 * Math.PI;

    private ParameterTable? parameters;
    private double gravity = 9.8;
    private double mass1 = 1;
    private double mass2 = 1;
    private double length1 = 1;
    private double length2 = 1;
    private double motorGain = 1;
    private State state;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace(
        [-1, -1, -1, -1, (float)-MaximumSpeed1, (float)-MaximumSpeed2],
        [1, 1, 1, 1, (float)MaximumSpeed1, (float)MaximumSpeed2]);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(3);

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    private ParameterTable Parameters => parameters ??= new ParameterTable()
        .With("gravity", () => gravity, value => gravity = value)
        .With("mass1", () => mass1, value => mass1 = value, 1e-3)
        .With("mass2", () => mass2, value => mass2 = value, 1e-3)
        .With("length1", () => length1, value => length1 = value, 1e-3)
        .With("length2", () => length2, value => length2 = value, 1e-3)
        .With("motorGain", () => motorGain, value => motorGain = value);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);

        // Gymnasium rounds the first state to float32.
        state = new State((float)random.Uniform(-0.1, 0.1), (float)random.Uniform(-0.1, 0.1), (float)random.Uniform(-0.1, 0.1), (float)random.Uniform(-0.1, 0.1));
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var torque = motorGain * (action.Integers[0] - 1);

        // One fourth-order Runge–Kutta step.
        var k1 = Derivative(state, torque);
        var k2 = Derivative(State.Add(state, TimeStep / 2, k1), torque);
        var k3 = Derivative(State.Add(state, TimeStep / 2, k2), torque);
        var k4 = Derivative(State.Add(state, TimeStep, k3), torque);
        var next = State.Add(state, TimeStep / 6.0, State.Add(State.Add(State.Add(k1, 2, k2), 2, k3), 1, k4));
        state = new State(
            Wrapped(next.Angle1),
            Wrapped(next.Angle2),
            Math.Clamp(next.Speed1, -MaximumSpeed1, MaximumSpeed1),
            Math.Clamp(next.Speed2, -MaximumSpeed2, MaximumSpeed2));

        Observe(observation);
        var terminated = -(length1 * Math.Cos(state.Angle1)) - (length2 * Math.Cos(state.Angle2 + state.Angle1)) > 1;
        return new StepResult(terminated ? 0 : -1, terminated, false);
    }

    /// <inheritdoc/>
    public double GetParameter(string name) => Parameters.Get(name);

    /// <inheritdoc/>
    public void SetParameter(string name, double value) => Parameters.Set(name, value);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => ClassicControl.Save(writer, state.Angle1, state.Angle2, state.Speed1, state.Speed2);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        state = new State(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
    }

    /// <inheritdoc/>
    public int StateLength => 4;

    /// <inheritdoc/>
    public void ReadState(Span<double> state) => (state[0], state[1], state[2], state[3]) = (this.state.Angle1, this.state.Angle2, this.state.Speed1, this.state.Speed2);

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<double> state, RowWriter observation)
    {
        this.state = new State(state[0], state[1], state[2], state[3]);
        Observe(observation);
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(-2.2, -2.2, 2.2, 2.2);
        scene.Line(SceneColors.Green, 0.02, new ScenePoint(-2.2, 1), new ScenePoint(2.2, 1));
        var elbow = new ScenePoint(0, -1).Rotate(state.Angle1);
        var tip = new ScenePoint(0, -1).Rotate(state.Angle1 + state.Angle2).Offset(elbow.X, elbow.Y);
        scene.Line(SceneColors.Blue, 0.18, default, elbow);
        scene.Line(SceneColors.Blue, 0.14, elbow, tip);
        scene.Circle(SceneColors.Black, 0, 0, 0.08);
        scene.Circle(SceneColors.Yellow, elbow.X, elbow.Y, 0.08);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // Centres of mass lie in the middle, moments of inertia are 1; written as in Gymnasium, so that it rounds alike.
    private State Derivative(State s, double torque)
    {
        double centre1 = length1 / 2, centre2 = length2 / 2;
        double cosine2 = Math.Cos(s.Angle2), sine2 = Math.Sin(s.Angle2);
        var coupling = mass2 * length1 * centre2;
        var d1 = (mass1 * (centre1 * centre1)) + (mass2 * ((length1 * length1) + (centre2 * centre2) + (2 * length1 * centre2 * cosine2))) + 1 + 1;
        var d2 = (mass2 * ((centre2 * centre2) + (length1 * centre2 * cosine2))) + 1;
        var phi2 = mass2 * centre2 * gravity * Math.Cos(s.Angle1 + s.Angle2 - (Math.PI / 2));
        var phi1 = (-coupling * Math.Pow(s.Speed2, 2) * sine2)
            - (2 * coupling * s.Speed2 * s.Speed1 * sine2)
            + (((mass1 * centre1) + (mass2 * length1)) * gravity * Math.Cos(s.Angle1 - (Math.PI / 2)))
            + phi2;
        var acceleration2 = (torque + (d2 / d1 * phi1) - (coupling * Math.Pow(s.Speed1, 2) * sine2) - phi2) / ((mass2 * (centre2 * centre2)) + 1 - (Math.Pow(d2, 2) / d1));
        var acceleration1 = -((d2 * acceleration2) + phi1) / d1;
        return new State(s.Speed1, s.Speed2, acceleration1, acceleration2);
    }

    private static double Wrapped(double angle)
    {
        while (angle > Math.PI)
        {
            angle -= 2 * Math.PI;
        }

        while (angle < -Math.PI)
        {
            angle += 2 * Math.PI;
        }

        return angle;
    }

    private void Observe(RowWriter observation)
    {
        var values = observation.Floats;
        values[5] = (float)state.Speed2;
        values[0] = (float)Math.Cos(state.Angle1);
        values[1] = (float)Math.Sin(state.Angle1);
        values[2] = (float)Math.Cos(state.Angle2);
        values[3] = (float)Math.Sin(state.Angle2);
        values[4] = (float)state.Speed1;
    }

    private readonly record struct State(double Angle1, double Angle2, double Speed1, double Speed2)
    {
        public static State Add(State a, double scale, State b) =>
            new(a.Angle1 + (scale * b.Angle1), a.Angle2 + (scale * b.Angle2), a.Speed1 + (scale * b.Speed1), a.Speed2 + (scale * b.Speed2));
    }
}
