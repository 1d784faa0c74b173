using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// BitFlip-v0 (Andrychowicz et al. 2017, arXiv:1707.01495): n bits must be made equal to n others by flipping one a step. The reward is −1 until they are, then 0, which terminates.
/// Without hindsight, or shaping, nothing is learnt from about 40 bits on: the reward never changes.
/// </summary>
/// <remarks>
/// Observation: a dictionary of the bits ("observation" and "achieved_goal") and the wanted ones ("desired_goal"). Action: which bit to flip. After n steps the episode is truncated.
/// Signal: "is_success". An episode never begins at its goal.
/// </remarks>
public sealed class BitFlip : IEnvironment, IStateful, IGoal, ISignals, IDrawable
{
    private readonly byte[] state;
    private readonly byte[] goal;
    private int steps;

    /// <summary>So many bits.</summary>
    /// <param name="bits">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public BitFlip(int bits = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        (state, goal) = (new byte[bits], new byte[bits]);
        ObservationSpace = new DictSpace(("observation", new MultiBinarySpace(bits)), ("achieved_goal", new MultiBinarySpace(bits)), ("desired_goal", new MultiBinarySpace(bits)));
        ActionSpace = new DiscreteSpace(bits);
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; }

    /// <inheritdoc/>
    public Space ActionSpace { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> SignalNames { get; } = ["is_success"];

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        steps = 0;
        do
        {
            for (var i = 0; i < state.Length; i++)
            {
                state[i] = (byte)random.Integers(0, 2);
                goal[i] = (byte)random.Integers(0, 2);
            }
        }
        while (state.AsSpan().SequenceEqual(goal));
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        state[action.Integers[0]] ^= 1;
        steps++;
        Observe(observation);
        var there = state.AsSpan().SequenceEqual(goal);
        return new StepResult(there ? 0 : -1, there, !there && steps >= state.Length);
    }

    /// <inheritdoc/>
    public double ComputeReward(RowReader achieved, RowReader desired) => ComputeTerminated(achieved, desired) ? 0 : -1;

    /// <inheritdoc/>
    public bool ComputeTerminated(RowReader achieved, RowReader desired) => achieved.Bytes.SequenceEqual(desired.Bytes);

    /// <inheritdoc/>
    public void ReadSignals(Span<double> values) => values[0] = state.AsSpan().SequenceEqual(goal) ? 1 : 0;

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(steps);
        writer.Write(state);
        writer.Write(goal);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        steps = reader.ReadInt32();
        reader.BaseStream.ReadExactly(state);
        reader.BaseStream.ReadExactly(goal);
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(-1.4, -0.3, state.Length + 0.2, 2.6);
        scene.Text(SceneColors.Black, -0.65, 1.8, 0.25, "bits");
        scene.Text(SceneColors.Black, -0.65, 0.5, 0.25, "goal");
        for (var i = 0; i < state.Length; i++)
        {
            GridScene.Square(scene, i, 0, goal[i] != 0 ? SceneColors.Green : SceneColors.LightGray);
            GridScene.Square(scene, i, 1.3, state[i] != goal[i] ? SceneColors.Red : state[i] != 0 ? SceneColors.Green : SceneColors.LightGray);
            scene.Text(SceneColors.Black, i + 0.5, 0.5, 0.35, goal[i] != 0 ? "1" : "0");
            scene.Text(SceneColors.Black, i + 0.5, 1.8, 0.35, state[i] != 0 ? "1" : "0");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Observe(RowWriter observation)
    {
        state.CopyTo(observation[0].Bytes);
        state.CopyTo(observation[1].Bytes);
        goal.CopyTo(observation[2].Bytes);
    }
}
