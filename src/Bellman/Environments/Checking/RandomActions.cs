using Bellman.Numerics;

namespace Bellman;

/// <summary>Draws actions as a policy that knows nothing: uniformly among those that the mask allows.</summary>
internal static class RandomActions
{
    /// <summary>The simple spaces of a space, one for each leaf, in the row's order.</summary>
    public static Space[] Leaves(Space space) => space is CompositeSpace composite ? [.. composite.Parts.SelectMany(part => Leaves(part.Space))] : [space];

    /// <summary>How many mask entries each discrete choice of a simple space has.</summary>
    public static IEnumerable<int> Choices(Space leaf) => leaf switch
    {
        DiscreteSpace discrete => [discrete.Count],
        MultiDiscreteSpace multi => multi.Counts,
        MultiBinarySpace binary => Enumerable.Repeat(2, binary.Count),
        _ => [],
    };

    /// <summary>Draws an action. Every sixteenth goes to the corners of boxes, where mistakes hide.</summary>
    public static void Sample(Space[] leaves, RandomStream random, RowWriter writer, ReadOnlySpan<byte> mask, bool corners)
    {
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i].Sample(random, writer[i]);
            if (corners && leaves[i] is BoxSpace { Type: ElementType.Float32 } box)
            {
                Corner(box, random, writer[i].Floats);
            }

            mask = Restrict(leaves[i], random, writer[i], mask);
        }
    }

    private static void Corner(BoxSpace box, RandomStream random, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var bound = random.Choice(2) == 0 ? box.Low[i] : box.High[i];
            values[i] = float.IsFinite(bound) ? bound : values[i];
        }
    }

    // Draws again among what is allowed, choice by choice; returns the rest of the mask.
    private static ReadOnlySpan<byte> Restrict(Space leaf, RandomStream random, RowWriter row, ReadOnlySpan<byte> mask)
    {
        if (mask.IsEmpty)
        {
            return mask;
        }

        switch (leaf)
        {
            case DiscreteSpace discrete:
                row.Integers[0] = discrete.Start + Allowed(mask[..discrete.Count], random);
                return mask[discrete.Count..];
            case MultiDiscreteSpace multi:
                for (var i = 0; i < multi.Counts.Count; i++)
                {
                    row.Integers[i] = Allowed(mask[..multi.Counts[i]], random);
                    mask = mask[multi.Counts[i]..];
                }

                return mask;
            case MultiBinarySpace binary:
                for (var i = 0; i < binary.Count; i++)
                {
                    row.Bytes[i] = (byte)Allowed(mask[..2], random);
                    mask = mask[2..];
                }

                return mask;
            default:
                return mask;
        }
    }

    private static int Allowed(ReadOnlySpan<byte> mask, RandomStream random)
    {
        var count = mask.Length - mask.Count((byte)0);
        var left = count > 0 ? random.Choice(count) : 0;
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i] != 0 && left-- == 0)
            {
                return i;
            }
        }

        return 0;
    }
}
