using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>Settings of <see cref="InvertedPendulum"/>. The defaults are Gymnasium's.</summary>
public sealed record InvertedPendulumSettings : MujocoSettings
{
    /// <summary>Gymnasium's defaults.</summary>
    public InvertedPendulumSettings() => FrameSkip = 2;

    /// <summary>How far initial coordinates and velocities lie from rest at most.</summary>
    public double ResetNoiseScale { get; init; } = 0.01;

    internal static InvertedPendulumSettings Read(EnvironmentOptions options, MujocoVersion version)
    {
        var otherwise = new InvertedPendulumSettings();
        return (version == MujocoVersion.V4 ? otherwise : new InvertedPendulumSettings { ResetNoiseScale = options.Number("resetNoiseScale", otherwise.ResetNoiseScale) }).WithModel(options, version);
    }
}

/// <summary>InvertedPendulum (Barto, Sutton and Anderson 1983): a pole stands on a cart that is pushed along a rail. The reward is 1 a step; the episode terminates when the pole leans by more than 0.2 rad.</summary>
/// <remarks>
/// Observation: the cart's place (m), the pole's angle (rad), their velocities. Action: a force in [−3, 3], times 100 N. Limit 1,000 steps. Version 4 gives 1 for the last step too.
/// </remarks>
public sealed class InvertedPendulum : MujocoEnvironment
{
    private const double GreatestAngle = 0.2;

    private readonly MujocoVersion version;
    private readonly InvertedPendulumSettings settings;

    /// <summary>An inverted pendulum.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing, or does not take the model.</exception>
    public InvertedPendulum(MujocoVersion version = MujocoVersion.V5, InvertedPendulumSettings? settings = null)
        : base((settings ??= new InvertedPendulumSettings()).Load("inverted_pendulum", 2), settings.FrameSkip, "reward_survive")
    {
        this.version = version;
        this.settings = settings;
    }

    /// <inheritdoc/>
    protected override int ObservationLength => Model.PositionCount + Model.VelocityCount;

    /// <inheritdoc/>
    protected override MujocoView View => new(0, 2, null, 0, 0.3, 1.3, 0.65);

    /// <inheritdoc/>
    protected override void DrawState(RandomStream random, Span<double> positions, Span<double> velocities)
    {
        AddUniform(random, positions, settings.ResetNoiseScale);
        AddUniform(random, velocities, settings.ResetNoiseScale);
    }

    /// <inheritdoc/>
    protected override StepResult Judge(ReadOnlySpan<float> action, Span<double> signals)
    {
        var stands = Math.Abs(Data.Positions[1]) <= GreatestAngle;
        foreach (var position in Data.Positions)
        {
            stands &= double.IsFinite(position);
        }

        foreach (var velocity in Data.Velocities)
        {
            stands &= double.IsFinite(velocity);
        }

        signals[0] = stands || version == MujocoVersion.V4 ? 1 : 0;
        return new StepResult(signals[0], !stands, false);
    }

    /// <inheritdoc/>
    protected override void Observe(Span<float> observation) => ObserveState(observation, 0);
}
