namespace Bellman.Numerics;

/// <summary>A square matrix in double precision, factored by Gaussian elimination with partial pivoting, so that systems with it are solved in n² operations each.</summary>
/// <remarks>For the least-squares methods of reinforcement learning, whose matrices are neither symmetric nor large. n³/3 multiplications; the bits do not depend on the machine's vector width.</remarks>
public sealed class LuDecomposition
{
    private readonly double[] factors;
    private readonly int[] order;

    /// <summary>Factors a matrix.</summary>
    /// <param name="matrix">The matrix, row by row, <c>[size, size]</c>; it is copied.</param>
    /// <param name="size">How many rows and columns.</param>
    /// <exception cref="ArgumentException">The matrix has another number of elements, or some that are not finite.</exception>
    /// <exception cref="ArithmeticException">The matrix is singular.</exception>
    public LuDecomposition(ReadOnlySpan<double> matrix, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (matrix.Length != (long)size * size)
        {
            throw new ArgumentException($"A matrix of {size} rows and columns has {(long)size * size} elements, but {matrix.Length} were given.", nameof(matrix));
        }

        Size = size;
        factors = matrix.ToArray();
        order = [.. Enumerable.Range(0, size)];
        var largest = 0.0;
        foreach (var value in factors)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException($"The matrix holds {value}.", nameof(matrix));
            }

            largest = Math.Max(largest, Math.Abs(value));
        }

        for (var column = 0; column < size; column++)
        {
            Pivot(column, largest);
            Eliminate(column);
        }
    }

    /// <summary>How many rows and columns.</summary>
    public int Size { get; }

    /// <summary>Solves A·x = b.</summary>
    /// <param name="right">b, <c>[size]</c>.</param>
    /// <param name="solution">Receives x, <c>[size]</c>; must not overlap b.</param>
    /// <exception cref="ArgumentException">A length differs from the matrix's size.</exception>
    public void Solve(ReadOnlySpan<double> right, Span<double> solution)
    {
        if (right.Length != Size || solution.Length != Size)
        {
            throw new ArgumentException($"The matrix has {Size} rows, but the vectors {right.Length} and {solution.Length} elements.", nameof(right));
        }

        for (var row = 0; row < Size; row++)
        {
            solution[row] = right[order[row]] - Dot(factors.AsSpan(row * Size, row), solution[..row]);
        }

        for (var row = Size - 1; row >= 0; row--)
        {
            var line = factors.AsSpan(row * Size, Size);
            solution[row] = (solution[row] - Dot(line[(row + 1)..], solution[(row + 1)..])) / line[row];
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private void Pivot(int column, double largest)
    {
        var pivot = column;
        for (var row = column + 1; row < Size; row++)
        {
            pivot = Math.Abs(factors[(row * Size) + column]) > Math.Abs(factors[(pivot * Size) + column]) ? row : pivot;
        }

        // What is left of a dependent column is rounding, a few units of the last place of the largest element for each row.
        if (Math.Abs(factors[(pivot * Size) + column]) <= largest * Size * 2.3e-16)
        {
            throw new ArithmeticException($"The matrix is singular: column {column} is a combination of those before it.");
        }

        if (pivot != column)
        {
            (order[pivot], order[column]) = (order[column], order[pivot]);
            for (var i = 0; i < Size; i++)
            {
                (factors[(pivot * Size) + i], factors[(column * Size) + i]) = (factors[(column * Size) + i], factors[(pivot * Size) + i]);
            }
        }
    }

    private void Eliminate(int column)
    {
        var pivotRow = factors.AsSpan(column * Size, Size);
        for (var row = column + 1; row < Size; row++)
        {
            var line = factors.AsSpan(row * Size, Size);
            var factor = line[column] /= pivotRow[column];
            if (factor != 0)
            {
                for (var i = column + 1; i < line.Length; i++)
                {
                    line[i] -= factor * pivotRow[i];
                }
            }
        }
    }
}
