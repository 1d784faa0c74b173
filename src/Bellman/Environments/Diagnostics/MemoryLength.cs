using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// MemoryLength-v0 (bsuite; Osband et al. 2019, arXiv:1908.03568): bits are shown at first, and one of them is asked for at the end. The right answer earns 1, the wrong one −1; both terminate.
/// </summary>
/// <remarks>
/// Observation: the share of time that is left, which bit is asked for (shown in the last observation but one), and the bits as −1 or 1 (shown after the reset and the first step, as in bsuite; 0 otherwise).
/// Action: 0 or 1; only the last of length + 1 counts.
/// </remarks>
public sealed class MemoryLength : IEnvironment, IStateful, IDrawable
{
    private readonly int length;
    private readonly byte[] context;
    private int query;
    private int shown;
    private int steps;

    /// <summary>Makes a task.</summary>
    /// <param name="length">How long to remember.</param>
    /// <param name="bits">How many bits to remember.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is below 1.</exception>
    public MemoryLength(int length = 10, int bits = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        this.length = length;
        context = new byte[bits];
        var (low, high) = (new float[bits + 2], new float[bits + 2]);
        low.AsSpan(2).Fill(-1);
        high.AsSpan().Fill(1);
        high[1] = bits - 1;
        ObservationSpace = new BoxSpace(low, high);
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; }

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(2);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        steps = 0;
        foreach (ref var bit in context.AsSpan())
        {
            bit = (byte)random.Integers(0, 2);
        }

        query = random.Choice(context.Length);
        Observe(observation, 0);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        // bsuite observes before it counts the step.
        Observe(observation, steps);
        steps++;
        var ends = steps > length;
        return new StepResult(ends ? (action.Integers[0] == context[query] ? 1 : -1) : 0, ends, false);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(steps);
        writer.Write(shown);
        writer.Write(query);
        writer.Write(context);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (steps, shown, query) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        reader.BaseStream.ReadExactly(context);
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var width = Math.Max(context.Length, 5);
        scene.SetWindow(-0.2, -0.2, width + 0.2, 3);
        scene.Text(SceneColors.Black, width / 2.0, 2.55, 0.35, shown == 0 ? "remember" : shown >= length - 1 ? "which was it?" : "wait");
        for (var i = 0; i < context.Length; i++)
        {
            GridScene.Square(scene, i, 1, shown != 0 ? SceneColors.Gray : context[i] != 0 ? SceneColors.Green : SceneColors.Red);
            scene.Text(SceneColors.White, i + 0.5, 1.5, 0.4, shown != 0 ? (shown >= length - 1 && i == query ? "?" : "") : $"{context[i]}");
        }

        scene.Rectangle(SceneColors.LightGray, 0, 0.2, width, 0.6);
        scene.Rectangle(SceneColors.Blue, 0, 0.2, width * Math.Min(1, (double)steps / (length + 1)), 0.6);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Observe(RowWriter observation, int time)
    {
        shown = time;
        var values = observation.Floats;
        values.Clear();
        values[0] = 1 - ((float)time / length);
        values[1] = time == length - 1 ? query : 0;
        for (var i = 0; i < context.Length && time == 0; i++)
        {
            values[2 + i] = (2 * context[i]) - 1;
        }
    }
}
