using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of a <see cref="PlanarWalker"/>.</summary>
public abstract record PlanarWalkerSettings : MujocoSettings
{
    private protected PlanarWalkerSettings() => FrameSkip = 4;

    /// <summary>What a metre a second forwards is worth, each step.</summary>
    public double ForwardRewardWeight { get; init; } = 1;

    /// <summary>What the sum of the squared controls costs, each step.</summary>
    public double ControlCostWeight { get; init; } = 1e-3;

    /// <summary>The reward of a step after which the robot stands.</summary>
    public double HealthyReward { get; init; } = 1;

    /// <summary>Whether a fall ends the episode.</summary>
    public bool TerminateWhenUnhealthy { get; init; } = true;

    /// <summary>Between which heights the torso must be, m.</summary>
    public ValueRange HealthyZRange { get; init; }

    /// <summary>Between which angles the torso must lean, rad.</summary>
    public ValueRange HealthyAngleRange { get; init; }

    /// <summary>How far initial coordinates and velocities lie from rest at most.</summary>
    public double ResetNoiseScale { get; init; } = 5e-3;

    /// <summary>Whether the observation leaves x out, so that what is learnt does not depend on the place.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; init; } = true;

    /// <summary>These settings as options change them.</summary>
    private protected static T Read<T>(T otherwise, EnvironmentOptions options, MujocoVersion version) where T : PlanarWalkerSettings => (otherwise with
    {
        ForwardRewardWeight = options.Number("forwardRewardWeight", otherwise.ForwardRewardWeight),
        ControlCostWeight = options.Number("ctrlCostWeight", otherwise.ControlCostWeight),
        HealthyReward = options.Number("healthyReward", otherwise.HealthyReward),
        TerminateWhenUnhealthy = options.Flag("terminateWhenUnhealthy", otherwise.TerminateWhenUnhealthy),
        HealthyZRange = ValueRange.Read(options, "healthyZRange", otherwise.HealthyZRange),
        HealthyAngleRange = ValueRange.Read(options, "healthyAngleRange", otherwise.HealthyAngleRange),
        ResetNoiseScale = options.Number("resetNoiseScale", otherwise.ResetNoiseScale),
        ExcludeCurrentPositionsFromObservation = options.Flag("excludeCurrentPositionsFromObservation", otherwise.ExcludeCurrentPositionsFromObservation),
    }).WithModel(options, version);
}

/// <summary>
/// A torso on legs in a plane, which walks or hops forwards. The reward is the speed forwards, 1 for standing, less the cost of the controls; the episode terminates when it falls.
/// Version 4 gives the reward for standing to a robot that has fallen too.
/// </summary>
/// <remarks>Coordinates are x, height, lean, then the joints' angles.</remarks>
public abstract class PlanarWalker : MujocoEnvironment
{
    private readonly MujocoVersion version;
    private readonly PlanarWalkerSettings settings;
    private double before;

    private protected PlanarWalker(string model, MujocoVersion version, PlanarWalkerSettings settings)
        : base(settings.Load(model, 3), settings.FrameSkip, "x_position", "z_distance_from_origin", "x_velocity", "reward_forward", "reward_ctrl", "reward_survive")
    {
        this.version = version;
        this.settings = settings;
    }

    /// <inheritdoc/>
    protected override int ObservationLength => Model.PositionCount + Model.VelocityCount - Hidden;

    /// <summary>Whether the robot stands.</summary>
    protected virtual bool IsHealthy => settings.HealthyZRange.Surrounds(Data.Positions[1]) && settings.HealthyAngleRange.Surrounds(Data.Positions[2]);

    private int Hidden => settings.ExcludeCurrentPositionsFromObservation ? 1 : 0;

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
        var healthy = IsHealthy;
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
        var count = ObserveState(observation, Hidden);
        foreach (ref var velocity in observation[(count - Model.VelocityCount)..count])
        {
            velocity = Math.Clamp(velocity, -10, 10);
        }
    }
}
