using Bellman.Numerics;

namespace Bellman.Environments;

/// <summary>
/// One frame of Pong a step, 84 × 84 grey pixels; Pong-v0 stacks four of them. A point won earns 1, a point lost −1; 21 points of either side terminate. The opponent follows the ball and returns every flat one,
/// so that only steep returns, from the edge of the paddle, beat it.
/// </summary>
/// <remarks>Observation: bytes <c>[84, 84, 1]</c>, the agent's paddle on the right. Action: 0 stay, 1 up, 2 down, held for <paramref name="frameSkip"/> frames of 1/60 s. Signals: both scores. Limit 10,000 steps.</remarks>
/// <param name="frameSkip">How many frames a step takes.</param>
public sealed class Pong(int frameSkip = 4) : IEnvironment, IStateful, ISignals, IDrawable
{
    private readonly int frameSkip = frameSkip >= 1 ? frameSkip : throw new ArgumentOutOfRangeException(nameof(frameSkip), frameSkip, "A step takes one frame at least.");
    private readonly PongGame game = new();

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = BoxSpace.Bytes(PongGame.Size, PongGame.Size, 1);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(3);

    /// <inheritdoc/>
    public IReadOnlyList<string> SignalNames { get; } = ["agent_score", "opponent_score"];

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        game.Begin(random);
        game.Render(observation.Bytes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The action is none of the three.</exception>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var reward = Play(game, action.Integers[0], frameSkip);
        game.Render(observation.Bytes);
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

    internal static int Play(PongGame game, int action, int frames)
    {
        if ((uint)action > 2)
        {
            throw new ArgumentOutOfRangeException(nameof(action), action, "Actions are 0 (stay), 1 (up) and 2 (down).");
        }

        var (move, reward) = (action == 1 ? -1 : action == 2 ? 1 : 0, 0);
        for (var frame = 0; frame < frames && !game.Over; frame++)
        {
            reward += game.Advance(move);
        }

        return reward;
    }
}
