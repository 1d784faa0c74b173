using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of <see cref="Hopper"/>. The defaults are Gymnasium's.</summary>
public sealed record HopperSettings : MujocoSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public HopperSettings() => FrameSkip = 4;

    /// <summary>What a metre a second forwards is worth, each step.</summary>
    public double ForwardRewardWeight { get; init; } = 1;

    /// <summary>What the sum of the squared controls costs, each step.</summary>
    public double ControlCostWeight { get; init; } = 1e-3;

    /// <summary>The reward of a step after which the robot stands.</summary>
    public double HealthyReward { get; init; } = 1;

    /// <summary>Whether a fall ends the episode.</summary>
    public bool TerminateWhenUnhealthy { get; init; } = true;

    /// <summary>Between which bounds all coordinates but x and height, and all velocities, must lie.</summary>
    public ValueRange HealthyStateRange { get; init; } = new(-100, 100);

    /// <summary>Between which heights the torso must be, m.</summary>
    public ValueRange HealthyZRange { get; init; } = new(0.7, double.PositiveInfinity);

    /// <summary>Between which angles the torso must lean, rad.</summary>
    public ValueRange HealthyAngleRange { get; init; } = new(-0.2, 0.2);

    /// <summary>How far initial coordinates and velocities lie from rest at most.</summary>
    public double ResetNoiseScale { get; init; } = 5e-3;

    /// <summary>Whether the observation leaves x out, so that what is learnt does not depend on the place.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; init; } = true;

    internal static HopperSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = new HopperSettings();
        return new HopperSettings
        {
            ForwardRewardWeight = options.Number("forwardRewardWeight", otherwise.ForwardRewardWeight),
            ControlCostWeight = options.Number("ctrlCostWeight", otherwise.ControlCostWeight),
            HealthyReward = options.Number("healthyReward", otherwise.HealthyReward),
            TerminateWhenUnhealthy = options.Flag("terminateWhenUnhealthy", otherwise.TerminateWhenUnhealthy),
            HealthyStateRange = ValueRange.Read(options, "healthyStateRange", otherwise.HealthyStateRange),
            HealthyZRange = ValueRange.Read(options, "healthyZRange", otherwise.HealthyZRange),
            HealthyAngleRange = ValueRange.Read(options, "healthyAngleRange", otherwise.HealthyAngleRange),
            ResetNoiseScale = options.Number("resetNoiseScale", otherwise.ResetNoiseScale),
            ExcludeCurrentPositionsFromObservation = options.Flag("excludeCurrentPositionsFromObservation", otherwise.ExcludeCurrentPositionsFromObservation),
        }.WithModel(options, version);
    }
}

/// <summary>
/// Hopper (Erez, Tassa and Todorov 2011): a leg of three links below a torso hops forwards in a plane. The reward is the speed forwards, 1 for standing, less the cost of the controls;
/// the episode terminates when it falls.
/// </summary>
/// <remarks>
/// Observation: height, lean, angles of hip, knee and ankle (rad); then velocities of x, height and those angles, cut to [−10, 10]. Action: three torques in [−1, 1], times 200 N·m. Limit 1,000 steps.
/// Version 4 gives the reward for standing to a robot that has fallen too.
/// </remarks>
public sealed class Hopper : MujocoEnvironment
{
    private readonly MujocoVersion version;
    private readonly HopperSettings settings;
    private double before;

    /// <summary>A hopper.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public Hopper(MujocoVersion version = MujocoVersion.V5, HopperSettings? settings = null)
        : base((settings ??= new HopperSettings()).Load("hopper", 3), settings.FrameSkip, "x_position", "z_distance_from_origin", "x_velocity", "reward_forward", "reward_ctrl", "reward_survive")
    {
        this.version = version;
        this.settings = settings;
    }

    /// <inheritdoc/>
    protected override int ObservationLength => Model.PositionCount + Model.VelocityCount - (settings.ExcludeCurrentPositionsFromObservation ? 1 : 0);

    /// <inheritdoc/>
    protected override void DrawState(RandomStream random, Span<double> positions, Span<double> velocities)
    {
        AddUniform(random, positions, settings.ResetNoiseScale);
        AddUniform(random, velocities, settings.ResetNoiseScale);
    }

    /// <inheritdoc/>
    protected override void BeforeStep() => before = Data.Positions[0];

    /// <inheritdoc/>
    protected override StepResult Judge(ReadOnlySpan<float> action, Span<double> signals)
    {
        var healthy = IsHealthy();
        var velocity = (Data.Positions[0] - before) / StepTime;
        var forward = settings.ForwardRewardWeight * velocity;
        var survive = healthy || (version == MujocoVersion.V4 && settings.TerminateWhenUnhealthy) ? settings.HealthyReward : 0;
        var cost = settings.ControlCostWeight * NumpyOrder.SumOfSquares(action);
        TellPlace(signals);
        signals[2] = velocity;
        signals[3] = forward;
        signals[4] = -cost;
        signals[5] = survive;
        return new StepResult(forward + survive - cost, !healthy && settings.TerminateWhenUnhealthy, false);
    }

    /// <inheritdoc/>
    protected override void TellPlace(Span<double> signals) =>
        (signals[0], signals[1]) = (Data.Positions[0], Data.Positions[1] - Model.InitialPositions[1]);

    /// <inheritdoc/>
    protected override void Observe(Span<float> observation)
    {
        var count = ObserveState(observation, settings.ExcludeCurrentPositionsFromObservation ? 1 : 0);
        foreach (ref var velocity in observation[(count - Model.VelocityCount)..count])
        {
            velocity = Math.Clamp(velocity, -10, 10);
        }
    }

    private bool IsHealthy()
    {
        var (height, angle) = (Data.Positions[1], Data.Positions[2]);
        var healthy = settings.HealthyZRange.Surrounds(height) && settings.HealthyAngleRange.Surrounds(angle);
        foreach (var position in Data.Positions[2..])
        {
            healthy &= settings.HealthyStateRange.Surrounds(position);
        }

        foreach (var velocity in Data.Velocities)
        {
            healthy &= settings.HealthyStateRange.Surrounds(velocity);
        }

        return healthy;
    }
}
