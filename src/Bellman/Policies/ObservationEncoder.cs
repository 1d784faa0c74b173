using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Turns observations of any space into rows of floats for a network: floats as they are (normalised if asked), image bytes divided by 255 once,
/// bits as 0 and 1, discrete values one-hot, entries of tuples and dictionaries side by side.
/// </summary>
internal sealed class ObservationEncoder
{
    private readonly List<Part> parts = [];

    public ObservationEncoder(Space space)
    {
        Add(space);
        Width = parts.Sum(part => part.Width);
        FloatLength = parts.Where(part => part.Kind == Kind.Floats).Sum(part => part.Width);
        IsPlain = parts.Count == 1 && parts[0].Kind == Kind.Floats;
    }

    private enum Kind
    {
        Floats,
        Image,
        Bits,
        OneHot,
    }

    /// <summary>How wide an encoded row is.</summary>
    public int Width { get; }

    /// <summary>How many floats an observation has: those that a normaliser works on.</summary>
    public int FloatLength { get; }

    /// <summary>Whether an observation is one array of floats, encoded as it is.</summary>
    public bool IsPlain { get; }

    /// <summary>Encodes the rows of the given numbers, in that order.</summary>
    public void Encode(Rows observations, ReadOnlySpan<int> rows, ObservationNormalizer? normalizer, Span<float> into)
    {
        if (IsPlain)
        {
            ReadOnlySpan<float> column = observations.Floats();
            for (var i = 0; i < rows.Length; i++)
            {
                var source = column.Slice(rows[i] * Width, Width);
                var target = into.Slice(i * Width, Width);
                for (var j = 0; j < source.Length; j++)
                {
                    target[j] = source[j];
                }

                normalizer?.Apply(target);
            }

            return;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            EncodeRow(observations, rows[i], normalizer, into.Slice(i * Width, Width));
        }
    }

    /// <summary>Encodes the first rows.</summary>
    public void Encode(Rows observations, int count, ObservationNormalizer? normalizer, Span<float> into)
    {
        if (IsPlain)
        {
            Encode(observations.Floats()[..(count * Width)], normalizer, into);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            EncodeRow(observations, i, normalizer, into.Slice(i * Width, Width));
        }
    }

    /// <summary>Encodes plain floats, <c>[rows, width]</c>.</summary>
    public void Encode(ReadOnlySpan<float> observations, ObservationNormalizer? normalizer, Span<float> into)
    {
        observations.CopyTo(into);
        if (normalizer is not null)
        {
            for (var i = 0; i < into.Length; i += Width)
            {
                normalizer.Apply(into.Slice(i, Width));
            }
        }
    }

    /// <summary>The floats of the first rows without anything else, <c>[count, <see cref="FloatLength"/>]</c>: what a normaliser learns from.</summary>
    public void CopyFloats(Rows observations, int count, Span<float> into)
    {
        var offset = 0;
        foreach (var part in parts)
        {
            if (part.Kind == Kind.Floats)
            {
                var column = observations.Floats(part.Leaf);
                for (var row = 0; row < count; row++)
                {
                    column.Slice(row * part.Width, part.Width).CopyTo(into[((row * FloatLength) + offset)..]);
                }

                offset += part.Width;
            }
        }
    }

    private void EncodeRow(Rows observations, int row, ObservationNormalizer? normalizer, Span<float> into)
    {
        var (position, floats) = (0, 0);
        foreach (var part in parts)
        {
            var target = into.Slice(position, part.Width);
            switch (part.Kind)
            {
                case Kind.Floats:
                    observations.Floats(part.Leaf).Slice(row * part.Width, part.Width).CopyTo(target);
                    normalizer?.Apply(target, floats);
                    floats += part.Width;
                    break;
                case Kind.Image:
                    Pixels.ToUnitFloats(observations.Bytes(part.Leaf).Slice(row * part.Width, part.Width), target);
                    break;
                case Kind.Bits:
                    var bits = observations.Bytes(part.Leaf).Slice(row * part.Width, part.Width);
                    for (var i = 0; i < bits.Length; i++)
                    {
                        target[i] = bits[i];
                    }

                    break;
                default:
                    target.Clear();
                    var values = observations.Integers(part.Leaf).Slice(row * part.Counts.Length, part.Counts.Length);
                    for (int i = 0, offset = 0; i < values.Length; offset += part.Counts[i++])
                    {
                        target[offset + values[i] - part.Start] = 1;
                    }

                    break;
            }

            position += part.Width;
        }
    }

    private void Add(Space space)
    {
        var leaf = parts.Count;
        switch (space)
        {
            case BoxSpace box:
                parts.Add(new Part(box.Type == ElementType.Byte ? Kind.Image : Kind.Floats, leaf, box.Length, [], 0));
                break;
            case MultiBinarySpace bits:
                parts.Add(new Part(Kind.Bits, leaf, bits.Count, [], 0));
                break;
            case DiscreteSpace discrete:
                parts.Add(new Part(Kind.OneHot, leaf, discrete.Count, [discrete.Count], discrete.Start));
                break;
            case MultiDiscreteSpace several:
                parts.Add(new Part(Kind.OneHot, leaf, several.Counts.Sum(), [.. several.Counts], 0));
                break;
            case CompositeSpace composite:
                foreach (var (_, inner) in composite.Parts)
                {
                    Add(inner);
                }

                break;
        }
    }

    private readonly record struct Part(Kind Kind, int Leaf, int Width, int[] Counts, int Start);
}
