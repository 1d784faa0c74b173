using System.Globalization;
using System.Text;

namespace Bellman;

/// <summary>Values of a space as short texts.</summary>
internal static class RowText
{
    private const int MostElements = 8;

    /// <summary>As <c>2</c>, <c>0.31 -0.5</c> or <c>move 1, speed 0.2</c>; long vectors are cut short.</summary>
    public static string Write(Rows rows, int row)
    {
        var text = new StringBuilder();
        for (var i = 0; i < rows.Layout.Leaves.Count; i++)
        {
            var leaf = rows.Layout.Leaves[i];
            text.Append(i > 0 ? ", " : "").Append(leaf.Name).Append(leaf.Name.Length > 0 ? " " : "");
            for (var j = 0; j < Math.Min(leaf.Length, MostElements); j++)
            {
                var at = (row * leaf.Length) + j;
                text.Append(j > 0 ? " " : "").Append(leaf.Type switch
                {
                    ElementType.Float32 => rows.Floats(i)[at].ToString(leaf.Length > 1 ? " 0.000;-0.000" : "0.000", CultureInfo.InvariantCulture),
                    ElementType.Int32 => rows.Integers(i)[at].ToString(CultureInfo.InvariantCulture),
                    _ => rows.Bytes(i)[at].ToString(CultureInfo.InvariantCulture),
                });
            }

            text.Append(leaf.Length > MostElements ? " ..." : "");
        }

        return text.ToString();
    }
}
