using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Lays any observation out as one vector of floats, leaf after leaf, as Gymnasium's flatten does: floats and bytes as they are, bits as 0 and 1, each discrete choice as a one among zeros.
/// </summary>
public sealed class FlattenObservation : StatefulWrapper
{
    private readonly Rows raw;
    private readonly List<Part> parts = [];

    /// <summary>Flattens observations.</summary>
    /// <param name="inner">The environment inside.</param>
    public FlattenObservation(IEnvironment inner)
        : base(inner)
    {
        raw = new Rows(Inner.ObservationSpace.Layout, 1);
        List<float> low = [], high = [];
        Add(Inner.ObservationSpace, low, high);
        ObservationSpace = new BoxSpace([.. low], [.. high]);
    }

    /// <inheritdoc/>
    public override Space ObservationSpace { get; }

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        Inner.Reset(random, raw.Writer(0));
        Show(observation.Floats);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, raw.Writer(0));
        Show(observation.Floats);
        return result;
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IGoal) || base.Withdraws(capability);

    private void Add(Space space, List<float> low, List<float> high)
    {
        switch (space)
        {
            case CompositeSpace composite:
                foreach (var (_, part) in composite.Parts)
                {
                    Add(part, low, high);
                }

                return;
            case BoxSpace box:
                parts.Add(new Part(box.Type, [], 0));
                low.AddRange(box.Low);
                high.AddRange(box.High);
                return;
            case MultiBinarySpace bits:
                parts.Add(new Part(ElementType.Byte, [], 0));
                AddUnit(bits.Count);
                return;
            case DiscreteSpace discrete:
                parts.Add(new Part(ElementType.Int32, [discrete.Count], discrete.Start));
                AddUnit(discrete.Count);
                return;
            case MultiDiscreteSpace multi:
                parts.Add(new Part(ElementType.Int32, [.. multi.Counts], 0));
                AddUnit(multi.Counts.Sum());
                return;
            default:
                throw new ArgumentException($"FlattenObservation does not know how to lay out {space}.", nameof(space));
        }

        void AddUnit(int count)
        {
            low.AddRange(Enumerable.Repeat(0f, count));
            high.AddRange(Enumerable.Repeat(1f, count));
        }
    }

    private void Show(Span<float> values)
    {
        for (var leaf = 0; leaf < parts.Count; leaf++)
        {
            values = values[parts[leaf].Show(raw.Reader(0)[leaf], values)..];
        }
    }

    /// <summary>How one leaf is laid out: with counts, each integer is a choice.</summary>
    private sealed record Part(ElementType Type, int[] Counts, int Start)
    {
        public int Show(RowReader leaf, Span<float> values)
        {
            switch (Type)
            {
                case ElementType.Float32:
                    leaf.Floats.CopyTo(values);
                    return leaf.Floats.Length;
                case ElementType.Byte:
                    var bytes = leaf.Bytes;
                    for (var i = 0; i < bytes.Length; i++)
                    {
                        values[i] = bytes[i];
                    }

                    return bytes.Length;
                default:
                    var choices = leaf.Integers;
                    var place = 0;
                    for (var i = 0; i < choices.Length; i++)
                    {
                        values.Slice(place, Counts[i]).Clear();
                        values[place + choices[i] - Start] = 1;
                        place += Counts[i];
                    }

                    return place;
            }
        }
    }
}
