using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// MountainCarContinuous-v0: the weak car with a continuous force. The reward is 100 at the flag at 0.45, which terminates, less 0.1·force² a step.
/// </summary>
/// <remarks>Observation: position in [−1.2, 0.6], velocity in [−0.07, 0.07]. Action: force in [−1, 1], clipped; the cost is that of the unclipped one. Limit 999 steps. Parameters: power and gravity, in speed a step.</remarks>
/// <param name="goalVelocity">The least velocity at the flag.</param>
public sealed class MountainCarContinuous(double goalVelocity = 0) : IEnvironment, IStateful, IStateVector, IParameters, IDrawable
{
    private const double GoalPosition = 0.45;
    private const double Power = 0.0015;
    private const double Gravity = 0.0025;

    private ParameterTable? parameters;
    private double power = Power;
    private double gravity = Gravity;
    private CarOnHill car;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = CarOnHill.Space;

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new BoxSpace(-1, 1, 1);

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    private ParameterTable Parameters => parameters ??= new ParameterTable()
        .With("power", () => power, value => power = value)
        .With("gravity", () => gravity, value => gravity = value);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation) => car.Start(random, observation);

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        double asked = action.Floats[0], force = Math.Clamp(asked, -1, 1);
        car.Move((force * power) - (gravity * Math.Cos(3 * car.Position)));
        var terminated = car.Position >= GoalPosition && car.Velocity >= goalVelocity;

        // Gymnasium keeps this state in float32 between steps.
        (car.Position, car.Velocity) = ((float)car.Position, (float)car.Velocity);
        car.Observe(observation);
        return new StepResult((terminated ? 100 : 0) - (asked * asked * 0.1), terminated, false);
    }

    /// <inheritdoc/>
    public double GetParameter(string name) => Parameters.Get(name);

    /// <inheritdoc/>
    public void SetParameter(string name, double value) => Parameters.Set(name, value);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => ClassicControl.Save(writer, car.Position, car.Velocity);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader) => car.Load(reader);

    /// <inheritdoc/>
    public int StateLength => 2;

    /// <inheritdoc/>
    public void ReadState(Span<double> state) => (state[0], state[1]) = (car.Position, car.Velocity);

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<double> state, RowWriter observation) => car.Set(state, observation);

    /// <inheritdoc/>
    public void Draw(Scene scene) => car.Draw(scene, GoalPosition);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
