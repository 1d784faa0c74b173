using Bellman.Numerics;

namespace Bellman;

/// <summary>Q(s, a) as a linear function of features of s, with weights for each action.</summary>
public sealed class LinearActionValues
{
    private readonly double[] weights;

    /// <summary>Values of 0 everywhere.</summary>
    /// <param name="features">What describes a state.</param>
    /// <param name="actions">How many actions.</param>
    public LinearActionValues(IFeatures features, int actions)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(actions, 1);
        (Features, ActionCount) = (features, actions);
        weights = new double[checked(actions * features.Count)];
    }

    /// <summary>What describes a state.</summary>
    public IFeatures Features { get; }

    /// <summary>How many actions.</summary>
    public int ActionCount { get; }

    /// <summary>All weights, <c>[actions, features]</c>.</summary>
    public Span<double> Weights => weights;

    /// <summary>Q(s, a).</summary>
    public double this[FeatureVector state, int action] => state.Dot(WeightsOf(action));

    /// <summary>The weights of an action, <c>[features]</c>.</summary>
    public Span<double> WeightsOf(int action) => weights.AsSpan(action * Features.Count, Features.Count);

    /// <summary>max over allowed actions of Q(s, a).</summary>
    /// <param name="state">The features of the state.</param>
    /// <param name="mask">1 for each allowed action; empty if all are.</param>
    public double Max(FeatureVector state, ReadOnlySpan<byte> mask = default) => this[state, Greedy(state, mask)];

    /// <summary>The first of the best allowed actions.</summary>
    /// <param name="state">The features of the state.</param>
    /// <param name="mask">1 for each allowed action; empty if all are.</param>
    public int Greedy(FeatureVector state, ReadOnlySpan<byte> mask = default)
    {
        var (best, chosen) = (double.NegativeInfinity, -1);
        for (var action = 0; action < ActionCount; action++)
        {
            if (mask.IsEmpty || mask[action] != 0)
            {
                var value = this[state, action];
                (best, chosen) = value > best || chosen < 0 ? (value, action) : (best, chosen);
            }
        }

        return chosen >= 0 ? chosen : throw new ArgumentException("The mask allows no action.", nameof(mask));
    }

    /// <summary>
    /// The values as a policy, in single precision: to evaluate, save, play and serve. Deterministically it takes the first of the best actions; otherwise, with probability ε, any. What is learned later does not change it.
    /// </summary>
    /// <param name="observationSpace">What it sees.</param>
    /// <param name="actionSpace">What it does.</param>
    /// <param name="features">How observations become features: the same as here, in a form that files can hold.</param>
    /// <param name="epsilon">ε, in [0, 1].</param>
    /// <exception cref="ArgumentException">The features or actions are others than here.</exception>
    public Policy ToPolicy(Space observationSpace, DiscreteSpace actionSpace, FeatureSettings features, double epsilon = 0)
    {
        ArgumentNullException.ThrowIfNull(actionSpace);
        ArgumentNullException.ThrowIfNull(features);
        var count = features.Build(observationSpace).Count;
        if (count != Features.Count || actionSpace.Count != ActionCount)
        {
            throw new ArgumentException($"The values are those of {Features.Count} features and {ActionCount} actions, but {count} features and {actionSpace} were given.", nameof(features));
        }

        var policy = new Policy(observationSpace, actionSpace, new PolicySettings { HiddenSizes = [], Features = features, Epsilon = epsilon }, new SplittableRandom(0));
        policy.WriteWeights(weights);
        return policy;
    }
}
