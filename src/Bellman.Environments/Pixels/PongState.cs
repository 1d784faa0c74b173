using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>PongState-v0: <see cref="Pong"/> as six numbers instead of pixels, for learning without a convolution.</summary>
/// <remarks>
/// Observation, each in [−1, 1]: the agent's paddle, the opponent's, the ball across and down the court, its speeds across and down. Action: 0 stay, 1 up, 2 down, held for <paramref name="frameSkip"/> frames.
/// Signals: both scores. Limit 10,000 steps.
/// </remarks>
/// <param name="frameSkip">How many frames a step takes.</param>
public sealed class PongState(int frameSkip = 4) : IEnvironment, IStateful, ISignals, IDrawable
{
    private readonly int frameSkip = frameSkip >= 1 ? frameSkip : throw new ArgumentOutOfRangeException(nameof(frameSkip), frameSkip, "A step takes one frame at least.");
    private readonly PongGame game = new();

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace(-1, 1, 6);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(3);

    /// <inheritdoc/>
    public IReadOnlyList<string> SignalNames { get; } = ["agent_score", "opponent_score"];

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        game.Begin(random);
        Observe(observation.Floats);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The action is none of the three.</exception>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var reward = Pong.Play(game, action.Integers[0], frameSkip);
        Observe(observation.Floats);
        return new StepResult(reward, game.Over, false);
    }

    /// <inheritdoc/>
    public void ReadSignals(Span<double> values) => (values[0], values[1]) = (game.AgentScore, game.OpponentScore);

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => game.Save(writer);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader) => game.Load(reader);

    /// <inheritdoc/>
    public void Draw(Scene scene) => game.Draw(scene);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Observe(Span<float> values)
    {
        values[5] = (float)(game.SpeedY / PongGame.MaximumSpeedY);
        values[0] = Down(game.AgentY);
        values[1] = Down(game.OpponentY);
        values[2] = (float)Math.Clamp((game.BallX / (PongGame.Size / 2.0)) - 1, -1, 1);
        values[3] = Down(game.BallY);
        values[4] = (float)(game.SpeedX / PongGame.MaximumSpeedX);
    }

    private static float Down(double y) => (float)Math.Clamp(((2 * (y - PongGame.Top)) / (PongGame.Bottom - PongGame.Top)) - 1, -1, 1);
}
