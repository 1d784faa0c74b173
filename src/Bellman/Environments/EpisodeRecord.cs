using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// What brings back an environment that cannot save its state: its stream at the last reset and the actions since. A deterministic environment that goes through them again is where it was.
/// </summary>
/// <param name="layout">How an action lies in memory.</param>
/// <param name="slots">How many agents act in a step.</param>
internal sealed class EpisodeRecord(RowLayout layout, int slots)
{
    private readonly int width = slots * layout.Leaves.Sum(leaf => leaf.Length * (leaf.Type == ElementType.Byte ? 1 : sizeof(int)));
    private byte[] actions = [];
    private int steps;

    /// <summary>The stream at the last reset.</summary>
    public RandomStreamState Start { get; private set; }

    /// <summary>How many steps the episode has had.</summary>
    public int Steps => steps;

    /// <summary>An episode begins.</summary>
    public void Begin(RandomStream stream) => (Start, steps) = (stream.Save(), 0);

    /// <summary>A step is taken; memory grows to the longest episode and no further.</summary>
    /// <param name="rows">The actions.</param>
    /// <param name="first">The row of the environment's first agent.</param>
    public void Add(Rows rows, int first)
    {
        if (actions.Length < (steps + 1) * width)
        {
            Array.Resize(ref actions, Math.Max(256, 2 * (steps + 1)) * width);
        }

        Copy(rows, first, steps++, save: true);
    }

    /// <summary>Writes the actions of a step into rows again.</summary>
    public void Restore(int step, Rows rows, int first) => Copy(rows, first, step, save: false);

    public void Save(BinaryWriter writer)
    {
        writer.Write(Start);
        writer.Write(steps * width);
        writer.Write(actions, 0, steps * width);
    }

    /// <exception cref="InvalidDataException">The actions have another size than these environments'.</exception>
    public void Load(BinaryReader reader)
    {
        Start = reader.ReadStream();
        actions = reader.ReadBytes(reader.ReadLength());
        steps = width > 0 ? actions.Length / width : 0;
        if (steps * width != actions.Length)
        {
            throw new InvalidDataException($"its {actions.Length} bytes of actions are no whole number of steps of {width} bytes");
        }
    }

    private void Copy(Rows rows, int first, int step, bool save)
    {
        var place = actions.AsSpan(step * width, width);
        for (var slot = 0; slot < slots; slot++)
        {
            for (var leaf = 0; leaf < layout.Leaves.Count; leaf++)
            {
                var values = rows.Raw(leaf, first + slot);
                if (save)
                {
                    values.CopyTo(place);
                }
                else
                {
                    place[..values.Length].CopyTo(values);
                }

                place = place[values.Length..];
            }
        }
    }
}
