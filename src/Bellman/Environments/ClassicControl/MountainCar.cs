using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// MountainCar-v0 (Moore 1990): a car too weak for the hill must gain speed by swinging. The reward is −1 a step until the flag at 0.5 is reached, which terminates.
/// </summary>
/// <remarks>Observation: position in [−1.2, 0.6], velocity in [−0.07, 0.07]. Action: 0 left, 1 nothing, 2 right. Limit 200 steps. Parameters: force and gravity, in speed a step.</remarks>
/// <param name="goalVelocity">The least velocity at the flag.</param>
public sealed class MountainCar(double goalVelocity = 0) : IEnvironment, IStateful, IStateVector, IParameters, IDrawable
{
    internal const double GoalPosition = 0.5;
    internal const double Force = 0.001;
    internal const double Gravity = 0.0025;

    private ParameterTable? parameters;
    private double force = Force;
    private double gravity = Gravity;
    private CarOnHill car;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = CarOnHill.Space;

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(3);

    /// <inheritdoc/>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    private ParameterTable Parameters => parameters ??= new ParameterTable()
        .With("force", () => force, value => force = value)
        .With("gravity", () => gravity, value => gravity = value);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation) => car.Start(random, observation);

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        car.Move(((action.Integers[0] - 1) * force) + (Math.Cos(3 * car.Position) * -gravity));
        car.Observe(observation);
        return new StepResult(-1, car.Position >= GoalPosition && car.Velocity >= goalVelocity, false);
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
