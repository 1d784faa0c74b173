using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of <see cref="Walker2d"/>. The defaults are Gymnasium's.</summary>
public sealed record Walker2dSettings : MujocoSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public Walker2dSettings() => FrameSkip = 4;

    /// <summary>What a metre a second forwards is worth, each step.</summary>
    public double ForwardRewardWeight { get; init; } = 1;

    /// <summary>What the sum of the squared controls costs, each step.</summary>
    public double ControlCostWeight { get; init; } = 1e-3;

    /// <summary>The reward of a step after which the robot stands.</summary>
    public double HealthyReward { get; init; } = 1;

    /// <summary>Whether a fall ends the episode.</summary>
    public bool TerminateWhenUnhealthy { get; init; } = true;

    /// <summary>Between which heights the torso must be, m.</summary>
    public ValueRange HealthyZRange { get; init; } = new(0.8, 2);

    /// <summary>Between which angles the torso must lean, rad.</summary>
    public ValueRange HealthyAngleRange { get; init; } = new(-1, 1);

    /// <summary>How far initial coordinates and velocities lie from rest at most.</summary>
    public double ResetNoiseScale { get; init; } = 5e-3;

    /// <summary>Whether the observation leaves x out, so that what is learnt does not depend on the place.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; init; } = true;

    internal static Walker2dSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = new Walker2dSettings();
        return new Walker2dSettings
        {
            ForwardRewardWeight = options.Number("forwardRewardWeight", otherwise.ForwardRewardWeight),
            ControlCostWeight = options.Number("ctrlCostWeight", otherwise.ControlCostWeight),
            HealthyReward = options.Number("healthyReward", otherwise.HealthyReward),
            TerminateWhenUnhealthy = options.Flag("terminateWhenUnhealthy", otherwise.TerminateWhenUnhealthy),
            HealthyZRange = ValueRange.Read(options, "healthyZRange", otherwise.HealthyZRange),
            HealthyAngleRange = ValueRange.Read(options, "healthyAngleRange", otherwise.HealthyAngleRange),
            ResetNoiseScale = options.Number("resetNoiseScale", otherwise.ResetNoiseScale),
            ExcludeCurrentPositionsFromObservation = options.Flag("excludeCurrentPositionsFromObservation", otherwise.ExcludeCurrentPositionsFromObservation),
        }.WithModel(options, version);
    }
}

/// <summary>
/// Walker2d: two legs of three links below a torso walk forwards in a plane. The reward is the speed forwards, 1 for standing, less the cost of the controls; the episode terminates when it falls.
/// </summary>
/// <remarks>
/// Observation: height, lean, angles of the right and the left hip, knee and ankle (rad); then velocities of x, height and those angles, cut to [−10, 10]. Action: six torques in [−1, 1],
/// times 100 N·m, right leg first. Limit 1,000 steps. Version 4 gives the reward for standing to a robot that has fallen too, and its right foot has less grip than its left one.
/// </remarks>
public sealed class Walker2d : MujocoEnvironment
{
    private readonly MujocoVersion version;
    private readonly Walker2dSettings settings;
    private double before;

    /// <summary>A walker.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public Walker2d(MujocoVersion version = MujocoVersion.V5, Walker2dSettings? settings = null)
        : base(
            (settings ??= new Walker2dSettings()).Load(version == MujocoVersion.V4 ? "walker2d" : "walker2d_v5", 3), settings.FrameSkip,
            "x_position", "z_distance_from_origin", "x_velocity", "reward_forward", "reward_ctrl", "reward_survive")
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
        var healthy = settings.HealthyZRange.Surrounds(Data.Positions[1]) && settings.HealthyAngleRange.Surrounds(Data.Positions[2]);
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
}
