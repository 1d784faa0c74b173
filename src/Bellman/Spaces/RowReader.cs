using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>One value of a space, to read: a view of somebody's memory, typed by the space.</summary>
public readonly ref struct RowReader
{
    private readonly ReadOnlySpan<byte> data;
    private readonly ElementType type;
    private readonly Rows? rows;
    private readonly int row;

    /// <summary>A value of a space with one leaf of floats.</summary>
    public RowReader(ReadOnlySpan<float> values)
        : this(MemoryMarshal.AsBytes(values), ElementType.Float32)
    {
    }

    /// <summary>A value of a space with one leaf of whole numbers.</summary>
    public RowReader(ReadOnlySpan<int> values)
        : this(MemoryMarshal.AsBytes(values), ElementType.Int32)
    {
    }

    /// <summary>A value of a space with one leaf of bytes.</summary>
    public RowReader(ReadOnlySpan<byte> values)
        : this(values, ElementType.Byte)
    {
    }

    internal RowReader(ReadOnlySpan<byte> data, ElementType type)
    {
        this.data = data;
        this.type = type;
    }

    internal RowReader(Rows rows, int row)
    {
        this.rows = rows;
        this.row = row;
    }

    /// <summary>The floats of a one-leaf space.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(Data(ElementType.Float32));

    /// <summary>The whole numbers of a one-leaf space; for a discrete one start + index.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public ReadOnlySpan<int> Integers => MemoryMarshal.Cast<byte, int>(Data(ElementType.Int32));

    /// <summary>The bytes of a one-leaf space.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public ReadOnlySpan<byte> Bytes => Data(ElementType.Byte);

    /// <summary>One leaf of a tuple or dictionary, by position.</summary>
    public RowReader this[int leaf] => rows is null
        ? leaf == 0 ? this : throw new ArgumentOutOfRangeException(nameof(leaf), "The value has one leaf.")
        : new RowReader(rows.Raw(leaf, row), rows.Layout.Leaves[leaf].Type);

    /// <summary>One leaf of a dictionary, by its path.</summary>
    public RowReader this[string leaf] => rows is null
        ? throw new InvalidOperationException($"The value has one leaf and no entry '{leaf}'.")
        : this[rows.Layout.IndexOf(leaf)];

    private ReadOnlySpan<byte> Data(ElementType asked) => rows is null && type == asked ? data : throw Mismatch(rows is null, type, asked);

    internal static InvalidOperationException Mismatch(bool single, ElementType type, ElementType asked) => new(single
        ? $"The value holds {type}, not {asked}."
        : $"The value has several leaves; name one, as row[\"key\"] or row[0], before asking for {asked}.");
}

/// <summary>One value of a space, to write: a view of somebody's memory, typed by the space.</summary>
public readonly ref struct RowWriter
{
    private readonly Span<byte> data;
    private readonly ElementType type;
    private readonly Rows? rows;
    private readonly int row;

    /// <summary>A value of a space with one leaf of floats.</summary>
    public RowWriter(Span<float> values)
        : this(MemoryMarshal.AsBytes(values), ElementType.Float32)
    {
    }

    /// <summary>A value of a space with one leaf of whole numbers.</summary>
    public RowWriter(Span<int> values)
        : this(MemoryMarshal.AsBytes(values), ElementType.Int32)
    {
    }

    /// <summary>A value of a space with one leaf of bytes.</summary>
    public RowWriter(Span<byte> values)
        : this(values, ElementType.Byte)
    {
    }

    internal RowWriter(Span<byte> data, ElementType type)
    {
        this.data = data;
        this.type = type;
    }

    internal RowWriter(Rows rows, int row)
    {
        this.rows = rows;
        this.row = row;
    }

    /// <summary>The floats of a one-leaf space.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public Span<float> Floats => MemoryMarshal.Cast<byte, float>(Data(ElementType.Float32));

    /// <summary>The whole numbers of a one-leaf space; for a discrete one start + index.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public Span<int> Integers => MemoryMarshal.Cast<byte, int>(Data(ElementType.Int32));

    /// <summary>The bytes of a one-leaf space.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public Span<byte> Bytes => Data(ElementType.Byte);

    /// <summary>One leaf of a tuple or dictionary, by position.</summary>
    public RowWriter this[int leaf] => rows is null
        ? leaf == 0 ? this : throw new ArgumentOutOfRangeException(nameof(leaf), "The value has one leaf.")
        : new RowWriter(rows.Raw(leaf, row), rows.Layout.Leaves[leaf].Type);

    /// <summary>One leaf of a dictionary, by its path.</summary>
    public RowWriter this[string leaf] => rows is null
        ? throw new InvalidOperationException($"The value has one leaf and no entry '{leaf}'.")
        : this[rows.Layout.IndexOf(leaf)];

    private Span<byte> Data(ElementType asked) => rows is null && type == asked ? data : throw RowReader.Mismatch(rows is null, type, asked);
}
