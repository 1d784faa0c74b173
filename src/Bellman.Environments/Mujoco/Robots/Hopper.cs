namespace Bellman.Environments;

/// <summary>Settings of <see cref="Hopper"/>. The defaults are Gymnasium's.</summary>
public sealed record HopperSettings : PlanarWalkerSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public HopperSettings() => (HealthyZRange, HealthyAngleRange) = (new(0.7, double.PositiveInfinity), new(-0.2, 0.2));

    /// <summary>Between which bounds all coordinates but x and height, and all velocities, must lie.</summary>
    public ValueRange HealthyStateRange { get; init; } = new(-100, 100);

    internal static HopperSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = new HopperSettings();
        return Read(otherwise with { HealthyStateRange = ValueRange.Read(options, "healthyStateRange", otherwise.HealthyStateRange) }, options, version);
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
public sealed class Hopper : PlanarWalker
{
    private readonly ValueRange healthyState;

    /// <summary>A hopper.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public Hopper(MujocoVersion version = MujocoVersion.V5, HopperSettings? settings = null)
        : base("hopper", version, settings ??= new HopperSettings()) => healthyState = settings.HealthyStateRange;

    /// <inheritdoc/>
    protected override bool IsHealthy => base.IsHealthy && Surrounded(Data.Positions[2..]) && Surrounded(Data.Velocities);

    private bool Surrounded(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!healthyState.Surrounds(value))
            {
                return false;
            }
        }

        return true;
    }
}
