using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of <see cref="Swimmer"/>. The defaults are Gymnasium's.</summary>
public sealed record SwimmerSettings : MujocoSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public SwimmerSettings() => FrameSkip = 4;

    /// <summary>What a metre a second along x is worth, each step.</summary>
    public double ForwardRewardWeight { get; init; } = 1;

    /// <summary>What the sum of the squared controls costs, each step.</summary>
    public double ControlCostWeight { get; init; } = 1e-4;

    /// <summary>How far initial coordinates and velocities lie from rest at most.</summary>
    public double ResetNoiseScale { get; init; } = 0.1;

    /// <summary>Whether the observation leaves x and y out, so that what is learnt does not depend on the place.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; init; } = true;

    internal static SwimmerSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = new SwimmerSettings();
        return new SwimmerSettings
        {
            ForwardRewardWeight = options.Number("forwardRewardWeight", otherwise.ForwardRewardWeight),
            ControlCostWeight = options.Number("ctrlCostWeight", otherwise.ControlCostWeight),
            ResetNoiseScale = options.Number("resetNoiseScale", otherwise.ResetNoiseScale),
            ExcludeCurrentPositionsFromObservation = options.Flag("excludeCurrentPositionsFromObservation", otherwise.ExcludeCurrentPositionsFromObservation),
        }.WithModel(options, version);
    }
}

/// <summary>Swimmer (Coulom 2002): three links in a viscous fluid wriggle along x. The reward is the speed along x less the cost of the controls; it never terminates.</summary>
/// <remarks>
/// Observation: angle of the first link and of the two joints (rad); then velocities of x, y and those angles. Action: two torques in [−1, 1], times 150 N·m. Limit 1,000 steps.
/// </remarks>
public sealed class Swimmer : MujocoEnvironment
{
    private readonly SwimmerSettings settings;
    private double xBefore, yBefore;

    /// <summary>A swimmer.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public Swimmer(SwimmerSettings? settings = null)
        : base(
            (settings ??= new SwimmerSettings()).Load("swimmer", 2), settings.FrameSkip,
            "x_position", "y_position", "distance_from_origin", "x_velocity", "y_velocity", "reward_forward", "reward_ctrl") => this.settings = settings;

    /// <inheritdoc/>
    protected override int ObservationLength => Model.PositionCount + Model.VelocityCount - (settings.ExcludeCurrentPositionsFromObservation ? 2 : 0);

    /// <inheritdoc/>
    protected override MujocoView View => new(0, 1, 2, 0, 0, 3, 2, FollowUp: true);

    /// <inheritdoc/>
    protected override void DrawState(RandomStream random, Span<double> positions, Span<double> velocities)
    {
        AddUniform(random, positions, settings.ResetNoiseScale);
        AddUniform(random, velocities, settings.ResetNoiseScale);
    }

    /// <inheritdoc/>
    protected override void BeforeStep() => (xBefore, yBefore) = (Data.Positions[0], Data.Positions[1]);

    /// <inheritdoc/>
    protected override StepResult Judge(ReadOnlySpan<float> action, Span<double> signals)
    {
        var (x, y) = (Data.Positions[0], Data.Positions[1]);
        var velocity = (x - xBefore) / StepTime;
        var forward = settings.ForwardRewardWeight * velocity;
        var cost = settings.ControlCostWeight * NumpyOrder.SumOfSquares(action);
        TellPlace(signals);
        signals[3] = velocity;
        signals[4] = (y - yBefore) / StepTime;
        signals[5] = forward;
        signals[6] = -cost;
        return new StepResult(forward - cost, false, false);
    }

    /// <inheritdoc/>
    protected override void TellPlace(Span<double> signals)
    {
        var (x, y) = (Data.Positions[0], Data.Positions[1]);
        (signals[0], signals[1], signals[2]) = (x, y, Math.Sqrt((x * x) + (y * y)));
    }

    /// <inheritdoc/>
    protected override void Observe(Span<float> observation) => ObserveState(observation, settings.ExcludeCurrentPositionsFromObservation ? 2 : 0);
}
