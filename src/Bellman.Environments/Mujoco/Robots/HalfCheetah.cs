using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of <see cref="HalfCheetah"/>. The defaults are Gymnasium's.</summary>
public sealed record HalfCheetahSettings : MujocoSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public HalfCheetahSettings() => FrameSkip = 5;

    /// <summary>What a metre a second forwards is worth, each step.</summary>
    public double ForwardRewardWeight { get; init; } = 1;

    /// <summary>What the sum of the squared controls costs, each step.</summary>
    public double ControlCostWeight { get; init; } = 0.1;

    /// <summary>How far initial coordinates lie from rest at most, and the standard deviation of the velocities.</summary>
    public double ResetNoiseScale { get; init; } = 0.1;

    /// <summary>Whether the observation leaves x out, so that what is learnt does not depend on the place.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; init; } = true;

    internal static HalfCheetahSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = new HalfCheetahSettings();
        return new HalfCheetahSettings
        {
            ForwardRewardWeight = options.Number("forwardRewardWeight", otherwise.ForwardRewardWeight),
            ControlCostWeight = options.Number("ctrlCostWeight", otherwise.ControlCostWeight),
            ResetNoiseScale = options.Number("resetNoiseScale", otherwise.ResetNoiseScale),
            ExcludeCurrentPositionsFromObservation = options.Flag("excludeCurrentPositionsFromObservation", otherwise.ExcludeCurrentPositionsFromObservation),
        }.WithModel(options, version);
    }
}

/// <summary>
/// HalfCheetah (Wawrzyński 2009): a trunk on a hind and a fore leg with springs in their joints runs forwards in a plane. The reward is the speed forwards less the cost of the controls; it never terminates.
/// </summary>
/// <remarks>
/// Observation: height, lean, angles of the hind and the fore thigh, shin and foot (rad); then velocities of x, height and those angles. Action: six torques in [−1, 1], times 120, 90, 60, 120, 60
/// and 30 N·m. Limit 1,000 steps.
/// </remarks>
public sealed class HalfCheetah : MujocoEnvironment
{
    private readonly HalfCheetahSettings settings;
    private double before;

    /// <summary>A half cheetah.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public HalfCheetah(HalfCheetahSettings? settings = null)
        : base((settings ??= new HalfCheetahSettings()).Load("half_cheetah", 1), settings.FrameSkip, "x_position", "x_velocity", "reward_forward", "reward_ctrl") => this.settings = settings;

    /// <inheritdoc/>
    protected override int ObservationLength => Model.PositionCount + Model.VelocityCount - (settings.ExcludeCurrentPositionsFromObservation ? 1 : 0);

    /// <inheritdoc/>
    protected override MujocoView View => MujocoView.Side(0.7);

    /// <inheritdoc/>
    protected override void DrawState(RandomStream random, Span<double> positions, Span<double> velocities)
    {
        AddUniform(random, positions, settings.ResetNoiseScale);
        AddNormal(random, velocities, settings.ResetNoiseScale);
    }

    /// <inheritdoc/>
    protected override void BeforeStep() => before = Data.Positions[0];

    /// <inheritdoc/>
    protected override StepResult Judge(ReadOnlySpan<float> action, Span<double> signals)
    {
        var velocity = (Data.Positions[0] - before) / StepTime;
        var forward = settings.ForwardRewardWeight * velocity;
        var cost = settings.ControlCostWeight * NumpyOrder.SumOfSquares(action);
        TellPlace(signals);
        signals[1] = velocity;
        signals[2] = forward;
        signals[3] = -cost;
        return new StepResult(forward - cost, false, false);
    }

    /// <inheritdoc/>
    protected override void TellPlace(Span<double> signals) => signals[0] = Data.Positions[0];

    /// <inheritdoc/>
    protected override void Observe(Span<float> observation) => ObserveState(observation, settings.ExcludeCurrentPositionsFromObservation ? 1 : 0);
}
