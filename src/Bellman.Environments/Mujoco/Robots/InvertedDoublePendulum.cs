using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of <see cref="InvertedDoublePendulum"/>. The defaults are Gymnasium's.</summary>
public sealed record InvertedDoublePendulumSettings : MujocoSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public InvertedDoublePendulumSettings() => FrameSkip = 5;

    /// <summary>The reward of a step after which the poles stand.</summary>
    public double HealthyReward { get; init; } = 10;

    /// <summary>How far initial coordinates lie from rest at most, and the standard deviation of the velocities.</summary>
    public double ResetNoiseScale { get; init; } = 0.1;

    internal static InvertedDoublePendulumSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = new InvertedDoublePendulumSettings();
        return (version == MujocoVersion.V4 ? otherwise : new InvertedDoublePendulumSettings
        {
            HealthyReward = options.Number("healthyReward", otherwise.HealthyReward),
            ResetNoiseScale = options.Number("resetNoiseScale", otherwise.ResetNoiseScale),
        }).WithModel(options, version);
    }
}

/// <summary>
/// InvertedDoublePendulum: two poles, one upon the other, stand on a cart that is pushed along a rail. The reward is 10 less 0.01·x² + (y − 2)² of the tip and 0.001·ω₁² + 0.005·ω₂² of the angular
/// velocities; the episode terminates when the tip sinks to 1 m.
/// </summary>
/// <remarks>
/// Observation: the cart's place (m), sines of the two angles, their cosines; velocities, cut to [−10, 10]; the force of the rail's ends on the cart (N), cut likewise, in version 4 on the hinges (0) too.
/// Action: a force in [−1, 1], times 500 N. Limit 1,000 steps. Version 4 gives the 10 for the last step too.
/// </remarks>
public sealed class InvertedDoublePendulum : MujocoEnvironment
{
    private readonly MujocoVersion version;
    private readonly InvertedDoublePendulumSettings settings;

    /// <summary>An inverted double pendulum.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public InvertedDoublePendulum(MujocoVersion version = MujocoVersion.V5, InvertedDoublePendulumSettings? settings = null)
        : base((settings ??= new InvertedDoublePendulumSettings()).Load("inverted_double_pendulum", 3, sites: 1), settings.FrameSkip, "reward_survive", "distance_penalty", "velocity_penalty")
    {
        this.version = version;
        this.settings = settings;
    }

    /// <inheritdoc/>
    protected override int ObservationLength => version == MujocoVersion.V4 ? 11 : 9;

    /// <inheritdoc/>
    protected override MujocoView View => new(0, 2, null, 0, 0.35, 1.4, 1.05);

    /// <inheritdoc/>
    protected override void DrawState(RandomStream random, Span<double> positions, Span<double> velocities)
    {
        AddUniform(random, positions, settings.ResetNoiseScale);
        AddNormal(random, velocities, settings.ResetNoiseScale);
    }

    /// <inheritdoc/>
    protected override StepResult Judge(ReadOnlySpan<float> action, Span<double> signals)
    {
        var (x, height) = (Data.SitePositions[0], Data.SitePositions[2]);
        var (first, second) = (Data.Velocities[1], Data.Velocities[2]);
        var terminated = height <= 1;

        // C's pow is not always the nearest double, and Gymnasium's reward is made with it.
        var distance = (0.01 * Math.Pow(x, 2)) + Math.Pow(height - 2, 2);
        var velocity = (1e-3 * Math.Pow(first, 2)) + (5e-3 * Math.Pow(second, 2));
        signals[0] = terminated && version == MujocoVersion.V5 ? 0 : settings.HealthyReward;
        signals[1] = -distance;
        signals[2] = -velocity;
        return new StepResult(signals[0] - distance - velocity, terminated, false);
    }

    /// <inheritdoc/>
    protected override void Observe(Span<float> observation)
    {
        var positions = Data.Positions;
        var velocities = Data.Velocities;
        var forces = Data.ConstraintForces;
        observation[0] = (float)positions[0];
        for (var i = 0; i < 2; i++)
        {
            observation[1 + i] = (float)Math.Sin(positions[1 + i]);
            observation[3 + i] = (float)Math.Cos(positions[1 + i]);
        }

        for (var i = 0; i < 3; i++)
        {
            observation[5 + i] = (float)Math.Clamp(velocities[i], -10, 10);
        }

        for (var i = 0; i < observation.Length - 8; i++)
        {
            observation[8 + i] = (float)Math.Clamp(forces[i], -10, 10);
        }
    }
}
