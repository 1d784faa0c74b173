namespace Bellman.Numerics.Tests;

/// <summary>Plain, slow arithmetic in double precision that operations are held to.</summary>
internal static class Twins
{
    public static double[] Map(int count, Func<int, double> element) => [.. Enumerable.Range(0, count).Select(element)];

    public static double[] Row(double[] x, int row, int columns) => x[(row * columns)..((row + 1) * columns)];

    public static double LogSumExp(IEnumerable<double> row) => Math.Log(row.Sum(Math.Exp));

    /// <summary>a·b, or a·bᵀ, row-major.</summary>
    public static double[] Product(double[] a, double[] b, int m, int k, int n, bool transposed = false) =>
        Map(m * n, i => Enumerable.Range(0, k).Sum(p => a[(i / n * k) + p] * (transposed ? b[(i % n * k) + p] : b[(p * n) + (i % n)])));

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>The error function by its Maclaurin series, exact to double precision for |x| ≤ 3.</summary>
    public static double Erf(double x)
    {
        double term = x, sum = x;
        for (var n = 1; n < 80; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
