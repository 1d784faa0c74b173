using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>The sizes of a tensor's axes, outermost first; one to four of them. Elements lie contiguously, the last axis fastest.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int first;
    private readonly int second;
    private readonly int third;
    private readonly int fourth;

    /// <summary>A vector <c>[length]</c>.</summary>
    public Shape(int length)
        : this(1, length, 1, 1, 1)
    {
    }

    /// <summary>A matrix <c>[rows, columns]</c>.</summary>
    public Shape(int rows, int columns)
        : this(2, rows, columns, 1, 1)
    {
    }

    /// <summary>Three axes.</summary>
    public Shape(int first, int second, int third)
        : this(3, first, second, third, 1)
    {
    }

    /// <summary>Four axes.</summary>
    public Shape(int first, int second, int third, int fourth)
        : this(4, first, second, third, fourth)
    {
    }

    private Shape(int rank, int first, int second, int third, int fourth)
    {
        if (first < 0 || second < 0 || third < 0 || fourth < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(first), "A shape's sizes cannot be negative.");
        }

        Rank = rank;
        this.first = first;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    /// <summary>How many axes there are, 1 to 4.</summary>
    public int Rank { get; }

    /// <summary>How many elements a tensor of this shape has.</summary>
    public int Count => checked(first * second * third * fourth);

    /// <summary>The size of the last axis.</summary>
    public int Last => this[Rank - 1];

    /// <summary>The product of all sizes but the last.</summary>
    public int Rows => Rank == 1 ? 1 : Count / Math.Max(1, Last);

    /// <summary>The size of an axis, counted from the outermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int this[int axis]
    {
        get
        {
            if ((uint)axis >= (uint)Rank)
            {
                throw new ArgumentOutOfRangeException(nameof(axis), $"The shape {this} has no axis {axis}.");
            }

            return axis switch { 0 => first, 1 => second, 2 => third, _ => fourth };
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
        2 => new(first, size),
        3 => new(first, second, size),
        _ => new(first, second, third, size),
    };

    /// <summary>The same axes with another size of the first one.</summary>
    public Shape WithFirst(int size) => new(Rank, size, second, third, fourth);

    /// <summary>The same axes with two of them exchanged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Shape WithSwapped(int axis, int other)
    {
        var (here, there) = (this[axis], this[other]);
        Span<int> sizes = [first, second, third, fourth];
        (sizes[axis], sizes[other]) = (there, here);
        return new(Rank, sizes[0], sizes[1], sizes[2], sizes[3]);
    }

    /// <summary>The axes without the last; one element where there was only one.</summary>
    public Shape WithoutLast() => Rank switch
    {
        1 => new(1),
        2 => new(first),
        3 => new(first, second),
        _ => new(first, second, third),
    };

    /// <summary>The axes without the first; one element where there was only one.</summary>
    public Shape WithoutFirst() => Rank switch
    {
        1 => new(1),
        2 => new(second),
        3 => new(second, third),
        _ => new(second, third, fourth),
    };

    /// <summary>The same axes and another last one.</summary>
    /// <exception cref="ArgumentException">There are four already.</exception>
    public Shape WithAnother(int size) => Rank switch
    {
        1 => new(first, size),
        2 => new(first, second, size),
        3 => new(first, second, third, size),
        _ => throw new ArgumentException($"A shape has at most four axes, and {this} has them already."),
    };

    /// <inheritdoc/>
    public bool Equals(Shape other) => Same(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, first, second, third, fourth);

    /// <summary>As <c>[64, 2]</c>.</summary>
    public override string ToString() => Rank switch
    {
        0 => "[]",
        1 => $"[{first}]",
        2 => $"[{first}, {second}]",
        3 => $"[{first}, {second}, {third}]",
        _ => $"[{first}, {second}, {third}, {fourth}]",
    };

    /// <summary>Whether the axes are the same, without copies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Same(in Shape left, in Shape right) =>
        left.first == right.first && left.second == right.second && left.Rank == right.Rank && left.third == right.third && left.fourth == right.fourth;
}
