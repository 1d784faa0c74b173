using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// MountainCar-v0 (Moore 1990): a car too weak for the hill must gain speed by swinging. The reward is −1 a step until the flag at 0.5 is reached, which terminates.
/// </summary>
/// <remarks>Observation: position in [−1.2, 0.6], velocity in [−0.07, 0.07]. Action: 0 left, 1 nothing, 2 right. Limit 200 steps. Parameters: force and gravity, in speed a step.</remarks>
/// <param name="goalVelocity">The least velocity at the flag.</param>
public sealed class MountainCar(double goalVelocity = 0) : IEnvironment, IStateful, IStateVector, IParameters, IDrawable
{
    internal const double MinimumPosition = -1.2;
    internal const double MaximumPosition = 0.6;
    internal const double MaximumSpeed = 0.07;
    internal const double GoalPosition = 0.5;
    internal const double Force = 0.001;
    internal const double Gravity = 0.0025;

    private ParameterTable? parameters;
    private double force = Force;
    private double gravity = Gravity;
    private double position;
    private double velocity;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace([(float)MinimumPosition, (float)-MaximumSpeed], [(float)MaximumPosition, (float)MaximumSpeed]);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(3);

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    private ParameterTable Parameters => parameters ??= new ParameterTable()
        .With("force", () => force, value => force = value)
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
        velocity += ((action.Integers[0] - 1) * force) + (Math.Cos(3 * position) * -gravity);
        velocity = Math.Clamp(velocity, -MaximumSpeed, MaximumSpeed);
        position = Math.Clamp(position + velocity, MinimumPosition, MaximumPosition);
        if (position == MinimumPosition && velocity < 0)
        {
            velocity = 0;
        }

        Observe(observation);
        return new StepResult(-1, position >= GoalPosition && velocity >= goalVelocity, false);
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
