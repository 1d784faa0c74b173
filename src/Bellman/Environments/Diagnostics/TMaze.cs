using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// TMaze-v0 (Bakker 2001): a cue, seen only at the start of a corridor, says which way to turn at its end. The right turn earns 1, the wrong one −1; both terminate.
/// What is seen in the corridor tells nothing, so the cue must be remembered.
/// </summary>
/// <remarks>
/// Observation: three bits; at the start (0, 1, 1) for up and (1, 1, 0) for down, in the corridor (1, 0, 1), at the junction (0, 1, 0). Action: 0 up, 1 right, 2 down, 3 left; bumping into a wall does nothing.
/// After 4 · (length + 1) steps the episode is truncated.
/// </remarks>
/// <param name="length">How many steps the junction is away.</param>
public sealed class TMaze(int length = 10) : IEnvironment, IStateful, IDrawable
{
    private readonly int length = length >= 1 ? length : throw new ArgumentOutOfRangeException(nameof(length), length, "A corridor needs a length of 1 at least.");
    private int position;
    private int steps;
    private bool goalIsUp;
    private int turned;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new BoxSpace(0, 1, 3);

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(4);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        (position, steps, turned) = (0, 0, 0);
        goalIsUp = random.Integers(0, 2) == 0;
        Observe(observation);
    }

    /// <inheritdoc/>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var chosen = action.Integers[0];
        steps++;
        var ends = position == length && chosen is 0 or 2;
        position = Math.Clamp(position + (chosen == 1 ? 1 : chosen == 3 ? -1 : 0), 0, length);
        turned = ends ? 1 - chosen : 0;
        Observe(observation);
        return new StepResult(ends ? ((chosen == 0) == goalIsUp ? 1 : -1) : 0, ends, !ends && steps >= 4 * (length + 1));
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(position);
        writer.Write(steps);
        writer.Write(goalIsUp);
        writer.Write(turned);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (position, steps, goalIsUp, turned) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean(), reader.ReadInt32());
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(-0.2, -0.2, length + 1.2, 3.2);
        for (var x = 0; x <= length; x++)
        {
            GridScene.Square(scene, x, 1, SceneColors.LightGray);
        }

        GridScene.Square(scene, length, goalIsUp ? 2 : 0, SceneColors.Green);
        GridScene.Square(scene, length, goalIsUp ? 0 : 2, SceneColors.Red);
        GridScene.Walker(scene, 3, 1 - turned, position);
        if (position == 0)
        {
            scene.Text(SceneColors.Black, 0.5, 2.5, 0.35, goalIsUp ? "up" : "down");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Observe(RowWriter observation)
    {
        var start = position == 0;
        var junction = position == length;
        var values = observation.Floats;
        values[0] = start ? (goalIsUp ? 0 : 1) : junction ? 0 : 1;
        values[1] = start || junction ? 1 : 0;
        values[2] = start ? (goalIsUp ? 1 : 0) : junction ? 0 : 1;
    }
}
