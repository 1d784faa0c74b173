using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of <see cref="Reacher"/>. The defaults are Gymnasium's.</summary>
public sealed record ReacherSettings : MujocoSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public ReacherSettings() => FrameSkip = 2;

    /// <summary>What a metre between fingertip and target costs, each step.</summary>
    public double DistanceRewardWeight { get; init; } = 1;

    /// <summary>What the sum of the squared controls costs, each step.</summary>
    public double ControlRewardWeight { get; init; } = 1;

    internal static ReacherSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = new ReacherSettings();
        return (version == MujocoVersion.V4 ? otherwise : new ReacherSettings
        {
            DistanceRewardWeight = options.Number("rewardDistWeight", otherwise.DistanceRewardWeight),
            ControlRewardWeight = options.Number("rewardControlWeight", otherwise.ControlRewardWeight),
        }).WithModel(options, version);
    }
}

/// <summary>Reacher: an arm of two links moves its fingertip to a target on a table. The reward is minus the distance, less the sum of the squared controls; it never terminates.</summary>
/// <remarks>
/// Observation: cosines of the two angles, their sines, the target's x and y (m), the two angular velocities (rad/s), from the target to the fingertip along x and y, in version 4 along z (0) too.
/// Action: two torques in [−1, 1], times 200 N·m. Limit 50 steps. In version 4 the distance is that before the step.
/// </remarks>
public sealed class Reacher : MujocoEnvironment
{
    private const double FarthestTarget = 0.2;

    private readonly MujocoVersion version;
    private readonly ReacherSettings settings;
    private readonly int fingertip, target;
    private double distanceBefore;

    /// <summary>A reacher.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public Reacher(MujocoVersion version = MujocoVersion.V5, ReacherSettings? settings = null)
        : base((settings ??= new ReacherSettings()).Load("reacher", 4), settings.FrameSkip, "reward_dist", "reward_ctrl")
    {
        this.version = version;
        this.settings = settings;
        (fingertip, target) = (Model.FindBody("fingertip"), Model.FindBody("target"));
    }

    /// <inheritdoc/>
    protected override int ObservationLength => version == MujocoVersion.V4 ? 11 : 10;

    /// <inheritdoc/>
    protected override MujocoView View => new(0, 1, null, 0, 0, 0.36, 0.36);

    /// <inheritdoc/>
    protected override void DrawState(RandomStream random, Span<double> positions, Span<double> velocities)
    {
        AddUniform(random, positions, 0.1);
        do
        {
            positions[2] = random.Uniform(-FarthestTarget, FarthestTarget);
            positions[3] = random.Uniform(-FarthestTarget, FarthestTarget);
        }
        while (!(Math.Sqrt((positions[2] * positions[2]) + (positions[3] * positions[3])) < FarthestTarget));

        AddUniform(random, velocities, 0.005);
        velocities[2..].Clear();
    }

    /// <inheritdoc/>
    protected override void BeforeStep() => distanceBefore = Distance();

    /// <inheritdoc/>
    protected override StepResult Judge(ReadOnlySpan<float> action, Span<double> signals)
    {
        signals[0] = -(version == MujocoVersion.V4 ? distanceBefore : Distance()) * settings.DistanceRewardWeight;
        signals[1] = -NumpyOrder.SumOfSquares(action) * settings.ControlRewardWeight;
        return new StepResult(signals[0] + signals[1], false, false);
    }

    /// <inheritdoc/>
    protected override void Observe(Span<float> observation)
    {
        var positions = Data.Positions;
        var velocities = Data.Velocities;
        var places = Data.BodyPositions;
        for (var i = 0; i < 2; i++)
        {
            observation[i] = (float)Math.Cos(positions[i]);
            observation[2 + i] = (float)Math.Sin(positions[i]);
            observation[4 + i] = (float)positions[2 + i];
            observation[6 + i] = (float)velocities[i];
        }

        for (var axis = 0; axis < observation.Length - 8; axis++)
        {
            observation[8 + axis] = (float)(places[(3 * fingertip) + axis] - places[(3 * target) + axis]);
        }
    }

    private double Distance()
    {
        var places = Data.BodyPositions;
        var x = places[3 * fingertip] - places[3 * target];
        var y = places[(3 * fingertip) + 1] - places[(3 * target) + 1];
        var z = places[(3 * fingertip) + 2] - places[(3 * target) + 2];
        return Math.Sqrt((x * x) + (y * y) + (z * z));
    }
}
