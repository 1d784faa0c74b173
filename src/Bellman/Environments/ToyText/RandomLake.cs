using Bellman.Numerics;

namespace Bellman;

/// <summary>Draws maps for <see cref="FrozenLake"/>, the same ones as Gymnasium for a seed.</summary>
public static class RandomLake
{
    // Gymnasium goes on for ever.
    private const int MostTries = 100_000;

    private static readonly (int Row, int Column)[] Directions = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    /// <summary>A square map on which the goal, in the last corner, can be reached from the start in the first.</summary>
    /// <param name="size">How many rows and columns.</param>
    /// <param name="frozen">How probable it is for a cell to be frozen rather than a hole, in (0, 1].</param>
    /// <param name="seed">Where the random numbers come from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 2, or the probability is none.</exception>
    /// <exception cref="ArgumentException">There is so little ice that no map can be crossed.</exception>
    public static IReadOnlyList<string> Create(int size = 8, double frozen = 0.8, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        if (!(frozen is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(frozen), frozen, "The probability of ice must lie in (0, 1].");
        }

        var random = new RandomStream(seed);
        var board = new char[size, size];
        var tries = 0;
        do
        {
            if (++tries > MostTries)
            {
                throw new ArgumentException($"Of {MostTries} lakes of {size} × {size} cells with a share of ice of {frozen} none could be crossed; ask for more ice or a smaller lake.", nameof(frozen));
            }

            for (var i = 0; i < size * size; i++)
            {
                board[i / size, i % size] = random.NextDouble() < frozen ? 'F' : 'H';
            }

            board[0, 0] = 'S';
            board[size - 1, size - 1] = 'G';
        }
        while (!CanBeCrossed(board, size));

        return [.. Enumerable.Range(0, size).Select(row => string.Concat(Enumerable.Range(0, size).Select(column => board[row, column])))];
    }

    private static bool CanBeCrossed(char[,] board, int size)
    {
        var seen = new bool[size, size];
        var open = new Stack<(int Row, int Column)>([(0, 0)]);
        while (open.TryPop(out var cell))
        {
            if (cell.Row < 0 || cell.Row >= size || cell.Column < 0 || cell.Column >= size || seen[cell.Row, cell.Column] || board[cell.Row, cell.Column] == 'H')
            {
                continue;
            }

            seen[cell.Row, cell.Column] = true;
            foreach (var (row, column) in Directions)
            {
                open.Push((cell.Row + row, cell.Column + column));
            }
        }

        return seen[size - 1, size - 1];
    }
}
