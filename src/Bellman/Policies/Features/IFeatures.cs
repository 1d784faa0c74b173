namespace Bellman;

/// <summary>Describes an observation by numbers of which a value may be a linear function. Most are 0 for most observations: only the others are computed.</summary>
public interface IFeatures
{
    /// <summary>How many features there are.</summary>
    int Count { get; }

    /// <summary>How many of them are computed for an observation; the others are 0.</summary>
    int ActiveCount { get; }

    /// <summary>Computes the features of an observation.</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="indices">Receives the numbers of the features, <c>[ActiveCount]</c>.</param>
    /// <param name="values">Receives their values, <c>[ActiveCount]</c>; a number that comes twice counts with both.</param>
    void Compute(RowReader observation, Span<int> indices, Span<double> values);
}

/// <summary>The features of one observation: a view of somebody's memory.</summary>
/// <param name="indices">The numbers of those that may differ from 0; one that comes twice counts twice.</param>
/// <param name="values">Their values.</param>
public readonly ref struct FeatureVector(ReadOnlySpan<int> indices, ReadOnlySpan<double> values)
{
    /// <summary>The numbers of those that may differ from 0; one that comes twice counts twice.</summary>
    public ReadOnlySpan<int> Indices { get; } = indices;

    /// <summary>Their values.</summary>
    public ReadOnlySpan<double> Values { get; } = values;

    /// <summary>The sum of weights times features.</summary>
    /// <param name="weights">A weight for each feature, <c>[features]</c>.</param>
    public double Dot(ReadOnlySpan<double> weights)
    {
        var sum = 0.0;
        for (var i = 0; i < Indices.Length; i++)
        {
            sum += weights[Indices[i]] * Values[i];
        }

        return sum;
    }

    /// <summary>Adds a multiple of the features to weights.</summary>
    /// <param name="weights">A weight for each feature, <c>[features]</c>.</param>
    /// <param name="scale">The multiple.</param>
    public void AddTo(Span<double> weights, double scale)
    {
        for (var i = 0; i < Indices.Length; i++)
        {
            weights[Indices[i]] += scale * Values[i];
        }
    }
}

/// <summary>Memory for the features of one observation.</summary>
/// <param name="activeCount">How many may differ from 0.</param>
public sealed class FeatureRow(int activeCount)
{
    private readonly int[] indices = new int[activeCount];
    private readonly double[] values = new double[activeCount];
    private int count;

    /// <summary>What was computed or copied last; empty before.</summary>
    public FeatureVector Vector => new(indices.AsSpan(0, count), values.AsSpan(0, count));

    /// <summary>Computes the features of an observation.</summary>
    public FeatureVector Compute(IFeatures features, RowReader observation)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.Compute(observation, indices, values);
        count = indices.Length;
        return Vector;
    }

    /// <summary>Copies features.</summary>
    /// <exception cref="ArgumentException">There are more than this memory holds.</exception>
    public void CopyFrom(FeatureVector vector)
    {
        vector.Indices.CopyTo(indices);
        vector.Values.CopyTo(values);
        count = vector.Indices.Length;
    }

    /// <summary>Saves or loads what was computed or copied last.</summary>
    /// <param name="state">Where to or from.</param>
    /// <param name="features">How many features there are.</param>
    internal void Exchange(StateArchive state, int features)
    {
        var (stored, numbers) = (indices[..count], values[..count]);
        state.Exchange("indices", ref stored);
        state.Exchange("values", ref numbers);
        state.Require(stored.Length == numbers.Length && stored.Length <= indices.Length && stored.All(index => (uint)index < (uint)features) && numbers.All(double.IsFinite), "the features of its state are none");
        CopyFrom(new FeatureVector(stored, numbers));
    }
}
