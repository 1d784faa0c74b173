using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// MountainCarContinuous-v0: the weak car with a continuous force. The reward is 100 at the flag at 0.45, which terminates, less 0.1·force² a step.
/// </summary>
/// <remarks>Observation: position in [−1.2, 0.6], velocity in [−0.07, 0.07]. Action: force in [−1, 1], clipped; the cost is that of the unclipped one. Limit 999 steps. Parameters: power and gravity, in speed a step.</remarks>
/// <param name="goalVelocity">The least velocity at the flag.</param>
public sealed class MountainCarContinuous(double goalVelocity = 0) : IEnvironment, IStateful, IStateVector, IParameters, IDrawable
{
    private const double MinimumPosition = -1.2;
    private const double MaximumPosition = 0.6;
    private const double MaximumSpeed = 0.07;
    private const double GoalPosition = 0.45;
    private const double Power = 0.0015;
    private const double Gravity = 0.0025;

    private ParameterTable? parameters;
    private double power = Power;
    private double gravity = Gravity;
    private double position;
    private double velocity;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace([(float)MinimumPosition, (float)-MaximumSpeed], [(float)MaximumPosition, (float)MaximumSpeed]);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new BoxSpace(-1, 1, 1);

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    private ParameterTable Parameters => parameters ??= new ParameterTable()
        .With("power", () => power, value => power = value)
        .With("gravity", () => gravity, value => gravity = value);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        position = random.Uniform(-0.6, -0.4);
        velocity = 0;
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        double asked = action.Floats[0], force = Math.Clamp(asked, -1, 1);
        velocity += (force * power) - (gravity * Math.Cos(3 * position));
        velocity = Math.Clamp(velocity, -MaximumSpeed, MaximumSpeed);
        position = Math.Clamp(position + velocity, MinimumPosition, MaximumPosition);
        if (position == MinimumPosition && velocity < 0)
        {
            velocity = 0;
        }

        var terminated = position >= GoalPosition && velocity >= goalVelocity;

        // Gymnasium keeps this state in float32 between steps.
        (position, velocity) = ((float)position, (float)velocity);
        Observe(observation);
        return new StepResult((terminated ? 100 : 0) - (asked * asked * 0.1), terminated, false);
    }

    /// <inheritdoc/>
    public double GetParameter(string name) => Parameters.Get(name);

    /// <inheritdoc/>
    public void SetParameter(string name, double value) => Parameters.Set(name, value);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => ClassicControl.Save(writer, position, velocity);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (position, velocity) = (reader.ReadDouble(), reader.ReadDouble());
    }

    /// <inheritdoc/>
    public int StateLength => 2;

    /// <inheritdoc/>
    public void ReadState(Span<double> state) => (state[0], state[1]) = (position, velocity);

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<double> state, RowWriter observation)
    {
        (position, velocity) = (state[0], state[1]);
        Observe(observation);
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        MountainScene.Draw(scene, position, GoalPosition);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Observe(RowWriter observation)
    {
        var values = observation.Floats;
        values[1] = (float)velocity;
        values[0] = (float)position;
    }
}
