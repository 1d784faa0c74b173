using System.Runtime.CompilerServices;

namespace Bellman;

/// <summary>One value of a space, to read: a view of somebody's memory, typed by the space.</summary>
public readonly ref struct RowReader
{
    // The array of one leaf with the row's place in it, or rows of several leaves with the row's number and length −1.
    // Sixteen bytes pass in registers; one field more and the struct would be copied through memory at every call.
    private readonly object? owner;
    private readonly int start;
    private readonly int length;

    /// <summary>A value of a space with one leaf of floats.</summary>
    public RowReader(float[] values)
        : this(values, 0, values?.Length ?? 0)
    {
    }

    /// <summary>A value of a space with one leaf of whole numbers.</summary>
    public RowReader(int[] values)
        : this(values, 0, values?.Length ?? 0)
    {
    }

    /// <summary>A value of a space with one leaf of bytes.</summary>
    public RowReader(byte[] values)
        : this(values, 0, values?.Length ?? 0)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RowReader(Array? column, int start, int length) => (owner, this.start, this.length) = (column, start, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RowReader(Rows rows, int row) => (owner, start, length) = (rows, row, -1);

    /// <summary>The floats of a one-leaf space.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public ReadOnlySpan<float> Floats => View<float>();

    /// <summary>The whole numbers of a one-leaf space; for a discrete one start + index.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public ReadOnlySpan<int> Integers => View<int>();

    /// <summary>The bytes of a one-leaf space.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public ReadOnlySpan<byte> Bytes => View<byte>();

    /// <summary>One leaf of a tuple or dictionary, by position.</summary>
    public RowReader this[int leaf] => owner is Rows rows ? rows.LeafReader(leaf, start)
        : leaf == 0 ? this : throw new ArgumentOutOfRangeException(nameof(leaf), "The value has one leaf.");

    /// <summary>One leaf of a dictionary, by its path.</summary>
    public RowReader this[string leaf] => owner is Rows rows ? this[rows.Layout.IndexOf(leaf)]
        : throw new InvalidOperationException($"The value has one leaf and no entry '{leaf}'.");

    // A comparison of types is inlined where a cast to an array would be a call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<T> View<T>() where T : unmanaged =>
        owner is { } array && array.GetType() == typeof(T[]) ? Unsafe.As<T[]>(array).AsSpan(start, length) : throw Mismatch(owner, typeof(T));

    internal static InvalidOperationException Mismatch(object? owner, Type asked) => new(owner is Rows
        ? $"The value has several leaves; name one, as row[\"key\"] or row[0], before asking for {Named(asked)}."
        : $"The value holds {Named(owner?.GetType().GetElementType())}, not {Named(asked)}.");

    private static string Named(Type? element) => element is null ? "nothing" : element == typeof(float) ? nameof(ElementType.Float32) : element.Name;
}

/// <summary>One value of a space, to write: a view of somebody's memory, typed by the space.</summary>
public readonly ref struct RowWriter
{
    // The array of one leaf with the row's place in it, or rows of several leaves with the row's number and length −1.
    // Sixteen bytes pass in registers; one field more and the struct would be copied through memory at every call.
    private readonly object? owner;
    private readonly int start;
    private readonly int length;

    /// <summary>A value of a space with one leaf of floats.</summary>
    public RowWriter(float[] values)
        : this(values, 0, values?.Length ?? 0)
    {
    }

    /// <summary>A value of a space with one leaf of whole numbers.</summary>
    public RowWriter(int[] values)
        : this(values, 0, values?.Length ?? 0)
    {
    }

    /// <summary>A value of a space with one leaf of bytes.</summary>
    public RowWriter(byte[] values)
        : this(values, 0, values?.Length ?? 0)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RowWriter(Array? column, int start, int length) => (owner, this.start, this.length) = (column, start, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RowWriter(Rows rows, int row) => (owner, start, length) = (rows, row, -1);

    /// <summary>The floats of a one-leaf space.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public Span<float> Floats => View<float>();

    /// <summary>The whole numbers of a one-leaf space; for a discrete one start + index.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public Span<int> Integers => View<int>();

    /// <summary>The bytes of a one-leaf space.</summary>
    /// <exception cref="InvalidOperationException">The value has several leaves, or another type.</exception>
    public Span<byte> Bytes => View<byte>();

    /// <summary>One leaf of a tuple or dictionary, by position.</summary>
    public RowWriter this[int leaf] => owner is Rows rows ? rows.LeafWriter(leaf, start)
        : leaf == 0 ? this : throw new ArgumentOutOfRangeException(nameof(leaf), "The value has one leaf.");

    /// <summary>One leaf of a dictionary, by its path.</summary>
    public RowWriter this[string leaf] => owner is Rows rows ? this[rows.Layout.IndexOf(leaf)]
        : throw new InvalidOperationException($"The value has one leaf and no entry '{leaf}'.");

    // A comparison of types is inlined where a cast to an array would be a call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<T> View<T>() where T : unmanaged =>
        owner is { } array && array.GetType() == typeof(T[]) ? Unsafe.As<T[]>(array).AsSpan(start, length) : throw RowReader.Mismatch(owner, typeof(T));
}
