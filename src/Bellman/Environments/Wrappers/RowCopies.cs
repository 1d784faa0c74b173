namespace Bellman;

/// <summary>Copies values of any space between memory of a wrapper's own and a caller's.</summary>
internal static class RowCopies
{
    /// <summary>Takes a value in as a row.</summary>
    public static void Take(this Rows rows, int row, RowReader value)
    {
        for (var leaf = 0; leaf < rows.Layout.Leaves.Count; leaf++)
        {
            var target = rows.Writer(row)[leaf];
            switch (rows.Layout.Leaves[leaf].Type)
            {
                case ElementType.Float32:
                    value[leaf].Floats.CopyTo(target.Floats);
                    break;
                case ElementType.Int32:
                    value[leaf].Integers.CopyTo(target.Integers);
                    break;
                default:
                    value[leaf].Bytes.CopyTo(target.Bytes);
                    break;
            }
        }
    }

    /// <summary>Gives a row out.</summary>
    public static void Give(this Rows rows, int row, RowWriter target)
    {
        var value = rows.Reader(row);
        for (var leaf = 0; leaf < rows.Layout.Leaves.Count; leaf++)
        {
            switch (rows.Layout.Leaves[leaf].Type)
            {
                case ElementType.Float32:
                    value[leaf].Floats.CopyTo(target[leaf].Floats);
                    break;
                case ElementType.Int32:
                    value[leaf].Integers.CopyTo(target[leaf].Integers);
                    break;
                default:
                    value[leaf].Bytes.CopyTo(target[leaf].Bytes);
                    break;
            }
        }
    }

    /// <summary>A space as a box of floats, or a sentence saying that the wrapper needs one.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static BoxSpace FloatBox(Space space, string wrapper, string what) => space is BoxSpace { Type: ElementType.Float32 } box
        ? box
        : throw new ArgumentException($"{wrapper} needs {what} of floats, but has {space}.", nameof(space));

    /// <summary>A box as another with the same shape and bounds for all its elements.</summary>
    public static BoxSpace WithBounds(this BoxSpace box, float low, float high) => BoxSpace.Bounded([low], [high], [.. box.Shape]);
}
