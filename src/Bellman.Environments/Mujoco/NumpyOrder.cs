namespace Bellman.Environments;

/// <summary>Sums in NumPy's order, so that rewards have Gymnasium's bits.</summary>
internal static class NumpyOrder
{
    /// <summary>Σ x², x in single precision as an action is: <c>np.sum(np.square(x))</c> in double precision.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        Span<double> squares = stackalloc double[values.Length];
        for (var i = 0; i < squares.Length; i++)
        {
            squares[i] = (double)values[i] * values[i];
        }

        return Sum(squares);
    }

    /// <summary>Σ x², after clipping each x: <c>np.sum(np.square(np.clip(x, low, high)))</c>.</summary>
    public static double SumOfClippedSquares(ReadOnlySpan<double> values, ValueRange range)
    {
        Span<double> squares = stackalloc double[values.Length];
        for (var i = 0; i < squares.Length; i++)
        {
            var clipped = Math.Min(Math.Max(values[i], range.Low), range.High);
            squares[i] = clipped * clipped;
        }

        return Sum(squares);
    }

    // Eight accumulators from eight numbers on, added in pairs, then what is left over; longer arrays are halved first.
    private static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length > 128)
        {
            var half = values.Length / 2;
            half -= half % 8;
            return Sum(values[..half]) + Sum(values[half..]);
        }

        var sum = 0.0;
        var i = 0;
        if (values.Length >= 8)
        {
            Span<double> sums = stackalloc double[8];
            for (; i < values.Length - (values.Length % 8); i += 8)
            {
                for (var lane = 0; lane < 8; lane++)
                {
                    sums[lane] = i == 0 ? values[lane] : sums[lane] + values[i + lane];
                }
            }

            sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
        }

        for (; i < values.Length; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
