namespace Bellman.Tests;

/// <summary>Equal within a tolerance.</summary>
internal sealed class Nearly(double tolerance) : IEqualityComparer<double>
{
    public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

    public int GetHashCode(double obj) => 0;
}
