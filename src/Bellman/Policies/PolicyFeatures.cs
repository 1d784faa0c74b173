using System.Runtime.InteropServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>The function of a policy that is linear in features: each head output is a sum of weights times features. Only the features that may differ from 0 are read.</summary>
internal sealed class PolicyFeatures : PolicyFunction
{
    private readonly IFeatures features;
    private readonly int width;

    /// <summary>Weights of zero.</summary>
    /// <exception cref="ArgumentException">The features cannot be made of these observations, or are too many.</exception>
    public PolicyFeatures(Space observationSpace, FeatureSettings settings, int width)
    {
        var count = settings.Count(observationSpace) * width;
        if (count > Array.MaxLength)
        {
            throw new ArgumentException(FormattableString.Invariant($"{count:0.##e0} weights are more than an array holds; take fewer tiles or points, or hash the tiles (hashedCount)."));
        }

        (features, this.width) = (settings.Build(observationSpace), width);
        Weights = new Parameter("policy.weights", (width, features.Count));
    }

    /// <summary><c>[width, features]</c>.</summary>
    public override Parameter Weights { get; }

    /// <inheritdoc/>
    /// <remarks>No gradient leads to the weights: who learns them knows their features.</remarks>
    public override Tensor Rows(Tape tape, Rows observations, int count)
    {
        var output = tape.Input((count, width), out var sums);
        Memory(tape, out var indices, out var values);
        for (var row = 0; row < count; row++)
        {
            Sum(observations.Reader(row), indices, values, sums.Slice(row * width, width));
        }

        return output;
    }

    /// <inheritdoc/>
    public override Tensor Rows(Tape tape, Rows observations, ReadOnlySpan<int> rows)
    {
        var output = tape.Input((rows.Length, width), out var sums);
        Memory(tape, out var indices, out var values);
        for (var i = 0; i < rows.Length; i++)
        {
            Sum(observations.Reader(rows[i]), indices, values, sums.Slice(i * width, width));
        }

        return output;
    }

    private void Sum(RowReader observation, Span<int> indices, Span<double> values, Span<float> sums)
    {
        features.Compute(observation, indices, values);
        var weights = Weights.Values;
        for (var output = 0; output < sums.Length; output++)
        {
            var row = weights.Slice(output * features.Count, features.Count);
            var sum = 0.0;
            for (var i = 0; i < indices.Length; i++)
            {
                sum += row[indices[i]] * values[i];
            }

            sums[output] = (float)sum;
        }
    }

    // The tape's memory is the caller's own, so that threads may share the policy.
    private void Memory(Tape tape, out Span<int> indices, out Span<double> values)
    {
        tape.Indices(features.ActiveCount, out indices);
        tape.Input(2 * features.ActiveCount, out var floats);
        values = MemoryMarshal.Cast<float, double>(floats);
    }
}
