using System.Globalization;
using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of <see cref="Ant"/>. The defaults are those of Gymnasium's version 5; <see cref="ForVersion4"/> has the other's.</summary>
public sealed record AntSettings : MujocoSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public AntSettings() => FrameSkip = 5;

    /// <summary>What version 4 does: no contact forces in reward and observation.</summary>
    public static AntSettings ForVersion4 { get; } = new() { UseContactForcesInReward = false, IncludeContactForcesInObservation = false };

    /// <summary>What a metre a second along x is worth, each step.</summary>
    public double ForwardRewardWeight { get; init; } = 1;

    /// <summary>What the sum of the squared controls costs, each step.</summary>
    public double ControlCostWeight { get; init; } = 0.5;

    /// <summary>What the sum of the squared forces of contacts costs, each step.</summary>
    public double ContactCostWeight { get; init; } = 5e-4;

    /// <summary>The reward of a step after which the robot stands.</summary>
    public double HealthyReward { get; init; } = 1;

    /// <summary>The body whose speed is rewarded, by number or name.</summary>
    public string MainBody { get; init; } = "1";

    /// <summary>Whether lying or jumping ends the episode.</summary>
    public bool TerminateWhenUnhealthy { get; init; } = true;

    /// <summary>Between which heights the torso must be, m; the bounds are allowed.</summary>
    public ValueRange HealthyZRange { get; init; } = new(0.2, 1);

    /// <summary>To which bounds the forces of contacts are cut.</summary>
    public ValueRange ContactForceRange { get; init; } = new(-1, 1);

    /// <summary>How far initial coordinates lie from rest at most, and the standard deviation of the velocities.</summary>
    public double ResetNoiseScale { get; init; } = 0.1;

    /// <summary>Whether the observation leaves x and y out, so that what is learnt does not depend on the place.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; init; } = true;

    /// <summary>Whether the observation has the forces of contacts on each body.</summary>
    public bool IncludeContactForcesInObservation { get; init; } = true;

    /// <summary>Whether forces of contacts cost.</summary>
    public bool UseContactForcesInReward { get; init; } = true;

    internal static AntSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = version == MujocoVersion.V4 ? ForVersion4 : new AntSettings();
        var settings = otherwise with
        {
            ControlCostWeight = options.Number("ctrlCostWeight", otherwise.ControlCostWeight),
            ContactCostWeight = options.Number("contactCostWeight", otherwise.ContactCostWeight),
            HealthyReward = options.Number("healthyReward", otherwise.HealthyReward),
            TerminateWhenUnhealthy = options.Flag("terminateWhenUnhealthy", otherwise.TerminateWhenUnhealthy),
            HealthyZRange = ValueRange.Read(options, "healthyZRange", otherwise.HealthyZRange),
            ContactForceRange = ValueRange.Read(options, "contactForceRange", otherwise.ContactForceRange),
            ResetNoiseScale = options.Number("resetNoiseScale", otherwise.ResetNoiseScale),
            ExcludeCurrentPositionsFromObservation = options.Flag("excludeCurrentPositionsFromObservation", otherwise.ExcludeCurrentPositionsFromObservation),
        };
        if (version == MujocoVersion.V4)
        {
            // The one robot whose version 4 takes another model.
            var forces = options.Flag("useContactForces", false);
            return settings with { IncludeContactForcesInObservation = forces, UseContactForcesInReward = forces, XmlFile = options.Text("xmlFile", null) };
        }

        return (settings with
        {
            ForwardRewardWeight = options.Number("forwardRewardWeight", otherwise.ForwardRewardWeight),
            MainBody = options.Text("mainBody", otherwise.MainBody),
            IncludeContactForcesInObservation = options.Flag("includeCfrcExtInObservation", otherwise.IncludeContactForcesInObservation),
        }).WithModel(options, version);
    }
}

/// <summary>
/// Ant (Schulman et al. 2015): a ball on four legs of two links walks along x, free in space. The reward is the speed along x, 1 for a torso at a fair height, less the costs of controls and contacts;
/// the episode terminates when the torso is too low or too high, or a number is not finite.
/// </summary>
/// <remarks>
/// Observation: height, orientation (quaternion, w first), angles of hip and ankle of the four legs (rad); velocities of the torso along and around the axes and of those angles; in version 5 torque and
/// force of contacts on each of the 13 bodies, cut to [−1, 1]. Action: eight torques in [−1, 1], times 150 N·m: hip and ankle of the right back, front left, front right and back leg. Limit 1,000 steps.
/// Version 4 gives the reward for standing in the last step too.
/// </remarks>
public sealed class Ant : MujocoEnvironment
{
    private readonly MujocoVersion version;
    private readonly AntSettings settings;
    private readonly int body;
    private double xBefore, yBefore;

    /// <summary>An ant.</summary>
    /// <param name="version">Which version's rewards.</param>
    /// <param name="settings">How; null for the version's defaults.</param>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    /// <exception cref="ArgumentException">There is no such main body.</exception>
    public Ant(MujocoVersion version = MujocoVersion.V5, AntSettings? settings = null)
        : base(
            (settings ??= version == MujocoVersion.V4 ? AntSettings.ForVersion4 : new AntSettings()).Load("ant", 3), settings.FrameSkip,
            "x_position", "y_position", "distance_from_origin", "x_velocity", "y_velocity", "reward_forward", "reward_ctrl", "reward_contact", "reward_survive")
    {
        this.version = version;
        this.settings = settings;
        body = int.TryParse(settings.MainBody, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Model.BodyCount ? number : Model.FindBody(settings.MainBody);
    }

    /// <inheritdoc/>
    protected override int ObservationLength => Model.PositionCount + Model.VelocityCount - First + (settings.IncludeContactForcesInObservation ? Forces.Length : 0);

    /// <inheritdoc/>
    protected override MujocoView View => MujocoView.Side(0.7);

    private int First => settings.ExcludeCurrentPositionsFromObservation ? 2 : 0;

    // Version 5 leaves the world's out, which are zero.
    private ReadOnlySpan<double> Forces => Data.ContactForces[(version == MujocoVersion.V4 ? 0 : 6)..];

    /// <inheritdoc/>
    protected override void DrawState(RandomStream random, Span<double> positions, Span<double> velocities)
    {
        AddUniform(random, positions, settings.ResetNoiseScale);
        AddNormal(random, velocities, settings.ResetNoiseScale);
    }

    /// <inheritdoc/>
    protected override void BeforeStep() => (xBefore, yBefore) = (Data.BodyPositions[3 * body], Data.BodyPositions[(3 * body) + 1]);

    /// <inheritdoc/>
    protected override StepResult Judge(ReadOnlySpan<float> action, Span<double> signals)
    {
        var healthy = IsHealthy();
        var xVelocity = (Data.BodyPositions[3 * body] - xBefore) / StepTime;
        var forward = xVelocity * settings.ForwardRewardWeight;
        var survive = healthy || (version == MujocoVersion.V4 && settings.TerminateWhenUnhealthy) ? settings.HealthyReward : 0;
        var controlCost = settings.ControlCostWeight * NumpyOrder.SumOfSquares(action);
        var contactCost = settings.UseContactForcesInReward ? settings.ContactCostWeight * NumpyOrder.SumOfClippedSquares(Data.ContactForces, settings.ContactForceRange) : 0;
        TellPlace(signals);
        signals[3] = xVelocity;
        signals[4] = (Data.BodyPositions[(3 * body) + 1] - yBefore) / StepTime;
        signals[5] = forward;
        signals[6] = -controlCost;
        signals[7] = -contactCost;
        signals[8] = survive;
        return new StepResult(forward + survive - (controlCost + contactCost), !healthy && settings.TerminateWhenUnhealthy, false);
    }

    /// <inheritdoc/>
    protected override void TellPlace(Span<double> signals)
    {
        var (x, y) = (Data.Positions[0], Data.Positions[1]);
        (signals[0], signals[1], signals[2]) = (x, y, Math.Sqrt((x * x) + (y * y)));
    }

    /// <inheritdoc/>
    protected override void Observe(Span<float> observation)
    {
        var count = ObserveState(observation, First);
        if (settings.IncludeContactForcesInObservation)
        {
            foreach (var force in Forces)
            {
                observation[count++] = (float)Math.Min(Math.Max(force, settings.ContactForceRange.Low), settings.ContactForceRange.High);
            }
        }
    }

    private bool IsHealthy()
    {
        var healthy = settings.HealthyZRange.Contains(Data.Positions[2]);
        foreach (var position in Data.Positions)
        {
            healthy &= double.IsFinite(position);
        }

        foreach (var velocity in Data.Velocities)
        {
            healthy &= double.IsFinite(velocity);
        }

        return healthy;
    }
}
