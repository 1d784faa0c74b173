using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>Many values of one space, in the caller's memory: one typed column <c>[count, length]</c> for each leaf.</summary>
public sealed class Rows
{
    private readonly Array[] columns;
    private readonly RowLeaf[] leaves;
    private readonly Array? only;
    private readonly int firstLength;

    /// <summary>Zeroed rows.</summary>
    /// <param name="layout">How a row lies in memory.</param>
    /// <param name="count">How many rows.</param>
    public Rows(RowLayout layout, int count)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Layout = layout;
        Count = count;
        leaves = [.. layout.Leaves];
        firstLength = leaves.Length > 0 ? leaves[0].Length : 0;
        columns = new Array[leaves.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            var length = checked(count * leaves[i].Length);
            columns[i] = leaves[i].Type switch
            {
                ElementType.Float32 => new float[length],
                ElementType.Int32 => new int[length],
                _ => new byte[length],
            };
        }

        only = columns.Length == 1 ? columns[0] : null;
    }

    /// <summary>How a row lies in memory.</summary>
    public RowLayout Layout { get; }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>A column of floats, <c>[count, length]</c>.</summary>
    /// <exception cref="InvalidOperationException">The leaf holds another type.</exception>
    public Span<float> Floats(int leaf = 0) => Column<float>(leaf);

    /// <summary>A column of whole numbers, <c>[count, length]</c>.</summary>
    /// <exception cref="InvalidOperationException">The leaf holds another type.</exception>
    public Span<int> Integers(int leaf = 0) => Column<int>(leaf);

    /// <summary>A column of bytes, <c>[count, length]</c>.</summary>
    /// <exception cref="InvalidOperationException">The leaf holds another type.</exception>
    public Span<byte> Bytes(int leaf = 0) => Column<byte>(leaf);

    /// <summary>A row, to read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowReader Reader(int row) => only is not null ? new RowReader(only, row * firstLength, firstLength) : new RowReader(this, row);

    /// <summary>A row, to write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowWriter Writer(int row) => only is not null ? new RowWriter(only, row * firstLength, firstLength) : new RowWriter(this, row);

    /// <summary>Copies one row to another place of the same layout.</summary>
    public void CopyRow(int from, Rows destination, int to)
    {
        ArgumentNullException.ThrowIfNull(destination);
        for (var leaf = 0; leaf < columns.Length; leaf++)
        {
            Raw(leaf, from).CopyTo(destination.Raw(leaf, to));
        }
    }

    /// <summary>Copies chosen rows of <paramref name="source"/>, in the order given, to the rows from the first.</summary>
    public void Gather(Rows source, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(source);
        for (var leaf = 0; leaf < columns.Length; leaf++)
        {
            var length = leaves[leaf].Length;
            switch (columns[leaf])
            {
                case float[] floats:
                    Gather((float[])source.columns[leaf], rows, length, floats);
                    break;
                case int[] integers:
                    Gather((int[])source.columns[leaf], rows, length, integers);
                    break;
                default:
                    Gather((byte[])source.columns[leaf], rows, length, (byte[])columns[leaf]);
                    break;
            }
        }

        static void Gather<T>(ReadOnlySpan<T> from, ReadOnlySpan<int> rows, int length, Span<T> to)
        {
            if (length == 1)
            {
                for (var i = 0; i < rows.Length; i++)
                {
                    to[i] = from[rows[i]];
                }

                return;
            }

            for (var i = 0; i < rows.Length; i++)
            {
                from.Slice(rows[i] * length, length).CopyTo(to.Slice(i * length, length));
            }
        }
    }

    /// <summary>Copies all rows of <paramref name="source"/> to the rows from <paramref name="start"/>.</summary>
    public void CopyFrom(Rows source, int start = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        for (var leaf = 0; leaf < columns.Length; leaf++)
        {
            Array.Copy(source.columns[leaf], 0, columns[leaf], start * leaves[leaf].Length, source.columns[leaf].Length);
        }
    }

    internal RowReader LeafReader(int leaf, int row) => new(columns[leaf], row * leaves[leaf].Length, leaves[leaf].Length);

    internal RowWriter LeafWriter(int leaf, int row) => new(columns[leaf], row * leaves[leaf].Length, leaves[leaf].Length);

    /// <summary>The bytes of one leaf of one row.</summary>
    internal Span<byte> Raw(int leaf, int row)
    {
        var length = leaves[leaf].Length;
        return columns[leaf] switch
        {
            float[] floats => MemoryMarshal.AsBytes(floats.AsSpan(row * length, length)),
            int[] integers => MemoryMarshal.AsBytes(integers.AsSpan(row * length, length)),
            var bytes => ((byte[])bytes).AsSpan(row * length, length),
        };
    }

    /// <summary>The bytes of one leaf of all rows.</summary>
    internal Span<byte> Raw(int leaf) => columns[leaf] switch
    {
        float[] floats => MemoryMarshal.AsBytes(floats.AsSpan()),
        int[] integers => MemoryMarshal.AsBytes(integers.AsSpan()),
        var bytes => ((byte[])bytes).AsSpan(),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<T> Column<T>(int leaf) where T : unmanaged => columns[leaf].GetType() == typeof(T[]) ? Unsafe.As<T[]>(columns[leaf]) : throw WrongType(leaf, typeof(T));

    private InvalidOperationException WrongType(int leaf, Type asked) => new($"Leaf {leaf} '{leaves[leaf].Name}' holds {leaves[leaf].Type}, not {asked.Name}.");
}
