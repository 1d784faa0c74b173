namespace Bellman;

/// <summary>One feature for each value of a finite space: with it, linear methods are those of tables.</summary>
/// <param name="space">The space.</param>
/// <exception cref="ArgumentException">The space is not finite, or has more values than an array has places.</exception>
public sealed class OneHotFeatures(Space space) : IFeatures
{
    private readonly StateIndex states = new(space);

    /// <inheritdoc/>
    public int Count => states.Count;

    /// <inheritdoc/>
    public int ActiveCount => 1;

    /// <inheritdoc/>
    public void Compute(RowReader observation, Span<int> indices, Span<double> values) => (indices[0], values[0]) = (states.Of(observation), 1);
}
