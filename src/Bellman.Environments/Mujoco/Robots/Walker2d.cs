namespace Bellman.Environments;

/// <summary>Settings of <see cref="Walker2d"/>. The defaults are Gymnasium's.</summary>
public sealed record Walker2dSettings : PlanarWalkerSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public Walker2dSettings() => (HealthyZRange, HealthyAngleRange) = (new(0.8, 2), new(-1, 1));

    internal static Walker2dSettings Read(EnvironmentOptions options, MujocoVersion version) => Read(new Walker2dSettings(), options, version);
}

/// <summary>
/// Walker2d: two legs of three links below a torso walk forwards in a plane. The reward is the speed forwards, 1 for standing, less the cost of the controls; the episode terminates when it falls.
/// </summary>
/// <remarks>
/// Observation: height, lean, angles of the right and the left hip, knee and ankle (rad); then velocities of x, height and those angles, cut to [−10, 10]. Action: six torques in [−1, 1],
/// times 100 N·m, right leg first. Limit 1,000 steps. Version 4 gives the reward for standing to a robot that has fallen too, and its right foot has less grip than its left one.
/// </remarks>
public sealed class Walker2d : PlanarWalker
{
    /// <summary>A walker.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public Walker2d(MujocoVersion version = MujocoVersion.V5, Walker2dSettings? settings = null)
        : base(version == MujocoVersion.V4 ? "walker2d" : "walker2d_v5", version, settings ?? new Walker2dSettings())
    {
    }
}
