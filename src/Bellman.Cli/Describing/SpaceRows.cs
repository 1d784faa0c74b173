using System.Globalization;

namespace Bellman.Cli;

/// <summary>A line on what some numbers of a space are.</summary>
/// <param name="Place">Where they are: <c>0</c>, <c>5–8</c>, <c>desired_goal</c>, <c>[10, 10, 3]</c>.</param>
/// <param name="Meaning">What they mean; empty if nobody said.</param>
/// <param name="Unit">Their unit; empty for none.</param>
/// <param name="Range">Which values they may have.</param>
internal readonly record struct SpaceRow(string Place, string Meaning, string Unit, string Range);

/// <summary>Says of each number of a space what it means and which values it may have.</summary>
internal static class SpaceRows
{
    /// <summary>The lines.</summary>
    /// <param name="space">The space.</param>
    /// <param name="labels">What its numbers mean, leaf by leaf; null if nobody said.</param>
    /// <exception cref="ArgumentException">The labels do not fit the space.</exception>
    public static IReadOnlyList<SpaceRow> Of(Space space, IReadOnlyList<ValueLabel>? labels)
    {
        var rows = new List<SpaceRow>();
        var left = new Queue<ValueLabel>(labels ?? []);
        foreach (var (name, leaf) in Leaves("", space))
        {
            if (leaf is DiscreteSpace discrete && labels is not null && left.Count >= discrete.Count && discrete.Count > 1)
            {
                rows.AddRange(Enumerable.Range(discrete.Start, discrete.Count).Select(value => new SpaceRow(Number(value), left.Dequeue().Meaning, "", "")));
            }
            else
            {
                Append(rows, name, leaf, labels is null ? null : left);
            }
        }

        return left.Count == 0 ? rows : throw new ArgumentException($"There are {left.Count} labels more than {space} has room for, the first being '{left.Peek().Meaning}'.", nameof(labels));
    }

    private static IEnumerable<(string Name, Space Leaf)> Leaves(string name, Space space) => space is CompositeSpace composite
        ? composite.Parts.SelectMany(part => Leaves(name.Length > 0 ? $"{name}.{part.Name}" : part.Name, part.Space))
        : [(name, space)];

    private static void Append(List<SpaceRow> rows, string name, Space leaf, Queue<ValueLabel>? labels)
    {
        // Of images the last axis is told apart; the others are places.
        var isImage = leaf is BoxSpace { Shape.Count: 3 };
        var length = isImage ? ((BoxSpace)leaf).Shape[^1] : leaf.Layout.Leaves[0].Length;
        for (var from = 0; from < length;)
        {
            var label = labels is null ? ValueLabel.All("") : labels.TryDequeue(out var next) ? next : throw new ArgumentException($"There are too few labels for {leaf}: {from} of {length} elements have one.");
            var count = label.Count == 0 ? length - from : label.Count;
            if (from + count > length)
            {
                throw new ArgumentException($"The label '{label.Meaning}' reaches beyond {leaf}.");
            }

            rows.Add(new SpaceRow(Place(name, leaf, from, count, length), label.Meaning, label.Unit, Range(leaf, from, count)));
            from += count;
        }
    }

    private static string Place(string name, Space leaf, int from, int count, int length)
    {
        var shape = leaf is BoxSpace { Shape.Count: > 1 } box ? box.Shape : null;
        var inside = shape is { Count: 3 } && count < length ? $"[{shape[0]}, {shape[1]}, {Span(from, count)}]"
            : shape is not null && count == length ? $"[{string.Join(", ", shape)}]"
            : leaf is DiscreteSpace ? ""
            : Span(from, count);
        return name.Length == 0 ? inside : count == length ? name : $"{name}[{inside}]";
    }

    private static string Span(int from, int count) => count == 1 ? Number(from) : $"{from}–{from + count - 1}";

    private static string Range(Space leaf, int from, int count)
    {
        switch (leaf)
        {
            case DiscreteSpace discrete:
                return $"{discrete.Start} to {discrete.Start + discrete.Count - 1}";
            case MultiDiscreteSpace multi:
                return $"0 to {Number(multi.Counts.Skip(from).Take(count).Max() - 1)}";
            case BoxSpace box:
                // Channels of an image share their bounds, so that the first ones' are all there is to say.
                var (least, most) = (box.Low[from], box.High[from]);
                for (var i = from + 1; i < from + count; i++)
                {
                    (least, most) = (Math.Min(least, box.Low[i]), Math.Max(most, box.High[i]));
                }

                return float.IsInfinity(least) && float.IsInfinity(most) ? "any" : $"{Number(least)} to {Number(most)}";
            default:
                return "0 or 1";
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(float value) => float.IsInfinity(value) ? (value < 0 ? "−∞" : "∞")
        : (value.ToString("G4", CultureInfo.InvariantCulture) is "-0" ? "0" : value.ToString("G4", CultureInfo.InvariantCulture)).Replace('-', '−');
}
