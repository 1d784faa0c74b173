using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>The sizes of a tensor's axes, outermost first; one to four of them. Elements lie contiguously, the last axis fastest.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    // Set in each half that holds the size of an axis; the others are 1.
    private const ulong LowAxis = 1ul << 31;
    private const ulong HighAxis = 1ul << 63;
    private const ulong Both = LowAxis | HighAxis;

    // The sizes in pairs, the first in the low half: a shape then travels in two registers, and is read from memory as it was written. Narrower fields would be read in one piece while they are
    // still on their way to the cache, which takes longer than the arithmetic of a small operation.
    private readonly ulong outer;
    private readonly ulong inner;

    /// <summary>A vector <c>[length]</c>.</summary>
    public Shape(int length)
        : this(length, 1, 1, 1, LowAxis, 0)
    {
    }

    /// <summary>A matrix <c>[rows, columns]</c>.</summary>
    public Shape(int rows, int columns)
        : this(rows, columns, 1, 1, Both, 0)
    {
    }

    /// <summary>Three axes.</summary>
    public Shape(int first, int second, int third)
        : this(first, second, third, 1, Both, LowAxis)
    {
    }

    /// <summary>Four axes.</summary>
    public Shape(int first, int second, int third, int fourth)
        : this(first, second, third, fourth, Both, Both)
    {
    }

    private Shape(int first, int second, int third, int fourth, ulong outerAxes, ulong innerAxes)
    {
        if ((first | second | third | fourth) < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(first), "A shape's sizes cannot be negative.");
        }

        outer = Pair(first, second) | outerAxes;
        inner = Pair(third, fourth) | innerAxes;
    }

    /// <summary>How many axes there are, 1 to 4.</summary>
    public int Rank => BitOperations.PopCount(outer & Both) + BitOperations.PopCount(inner & Both);

    /// <summary>How many elements a tensor of this shape has.</summary>
    public int Count => (inner & Both) == 0 ? checked(First * Second) : checked(First * Second * Third * Fourth);

    /// <summary>The size of the last axis.</summary>
    public int Last => IsMatrix ? Second : LastOf(this);

    /// <summary>The product of all sizes but the last.</summary>
    public int Rows => IsMatrix && Second != 0 ? First : RowsOf(this);

    private bool IsMatrix => (outer & HighAxis) != 0 && (inner & Both) == 0;

    private int First => Low(outer);

    private int Second => High(outer);

    private int Third => Low(inner);

    private int Fourth => High(inner);

    /// <summary>The size of an axis, counted from the outermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int this[int axis]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)axis >= (uint)Rank)
            {
                ThrowNoAxis(this, axis);
            }

            var pair = axis < 2 ? outer : inner;
            return (axis & 1) == 0 ? Low(pair) : High(pair);
        }
    }

    /// <summary>A vector.</summary>
    public static implicit operator Shape(int length) => new(length);

    /// <summary>A matrix.</summary>
    public static implicit operator Shape((int Rows, int Columns) sizes) => new(sizes.Rows, sizes.Columns);

    /// <summary>Three axes.</summary>
    public static implicit operator Shape((int First, int Second, int Third) sizes) => new(sizes.First, sizes.Second, sizes.Third);

    /// <summary>Four axes.</summary>
    public static implicit operator Shape((int First, int Second, int Third, int Fourth) sizes) => new(sizes.First, sizes.Second, sizes.Third, sizes.Fourth);

    /// <summary>Whether the axes are the same.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether the axes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>Whether these axes are the last ones of <paramref name="other"/>, so that one can be repeated to fill the other.</summary>
    public bool IsSuffixOf(Shape other)
    {
        if (Rank > other.Rank)
        {
            return false;
        }

        for (var axis = 0; axis < Rank; axis++)
        {
            if (this[axis] != other[axis + other.Rank - Rank])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same axes with another size of the last one.</summary>
    public Shape WithLast(int size) => Rank switch
    {
        1 => new(size),
        2 => new(First, size),
        3 => new(First, Second, size),
        _ => new(First, Second, Third, size),
    };

    /// <summary>The same axes with another size of the first one.</summary>
    public Shape WithFirst(int size) => new(size, Second, Third, Fourth, outer & Both, inner & Both);

    /// <summary>The same axes with two of them exchanged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Shape WithSwapped(int axis, int other)
    {
        var (here, there) = (this[axis], this[other]);
        Span<int> sizes = [First, Second, Third, Fourth];
        (sizes[axis], sizes[other]) = (there, here);
        return new(sizes[0], sizes[1], sizes[2], sizes[3], outer & Both, inner & Both);
    }

    /// <summary>The axes without the last; one element where there was only one.</summary>
    public Shape WithoutLast() => Rank switch
    {
        1 => new(1),
        2 => new(First),
        3 => new(First, Second),
        _ => new(First, Second, Third),
    };

    /// <summary>The axes without the first; one element where there was only one.</summary>
    public Shape WithoutFirst() => Rank switch
    {
        1 => new(1),
        2 => new(Second),
        3 => new(Second, Third),
        _ => new(Second, Third, Fourth),
    };

    /// <summary>The same axes and another last one.</summary>
    /// <exception cref="ArgumentException">There are four already.</exception>
    public Shape WithAnother(int size) => Rank switch
    {
        1 => new(First, size),
        2 => new(First, Second, size),
        3 => new(First, Second, Third, size),
        _ => throw new ArgumentException($"A shape has at most four axes, and {this} has them already."),
    };

    /// <inheritdoc/>
    public bool Equals(Shape other) => outer == other.outer && inner == other.inner;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, First, Second, Third, Fourth);

    /// <summary>As <c>[64, 2]</c>.</summary>
    public override string ToString() => Rank switch
    {
        0 => "[]",
        1 => $"[{First}]",
        2 => $"[{First}, {Second}]",
        3 => $"[{First}, {Second}, {Third}]",
        _ => $"[{First}, {Second}, {Third}, {Fourth}]",
    };

    private static int Low(ulong pair) => (int)pair & int.MaxValue;

    private static int High(ulong pair) => (int)(pair >> 32) & int.MaxValue;

    private static ulong Pair(int low, int high) => (uint)low | ((ulong)(uint)high << 32);

    // Given the shape itself: a method that asks for its address would keep it out of registers.
    private static int LastOf(Shape shape) => shape[shape.Rank - 1];

    private static int RowsOf(Shape shape) => shape.Rank == 1 ? 1 : shape.Count / Math.Max(1, shape.Last);

    private static void ThrowNoAxis(Shape shape, int axis) => throw new ArgumentOutOfRangeException(nameof(axis), $"The shape {shape} has no axis {axis}.");
}
