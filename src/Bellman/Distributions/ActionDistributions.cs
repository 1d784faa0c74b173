namespace Bellman;

/// <summary>Chooses the distribution that fits an action space.</summary>
public static class ActionDistributions
{
    /// <summary>The distribution over a space's actions.</summary>
    /// <param name="space">The action space; boxes must be floats.</param>
    /// <param name="features">Width of the last hidden layer.</param>
    /// <param name="logStandardDeviation">Where the log standard deviations of boxes start.</param>
    /// <param name="stateDependentExploration">Whether a box's noise depends on the state; for a single box only.</param>
    /// <exception cref="ArgumentException">The space has no distribution.</exception>
    public static Distribution For(Space space, int features, double logStandardDeviation, bool stateDependentExploration)
    {
        var leaf = 0;
        return Make(space);

        Distribution Make(Space part) => part switch
        {
            DiscreteSpace discrete => new CategoricalDistribution([discrete.Count], discrete.Start, leaf++),
            MultiDiscreteSpace several => new CategoricalDistribution(several.Counts, 0, leaf++),
            MultiBinarySpace bits => new BernoulliDistribution(bits.Count, leaf++),
            BoxSpace { Type: ElementType.Float32 } box when stateDependentExploration && space is BoxSpace => new StateDependentGaussianDistribution(features, box.Length, logStandardDeviation, leaf++),
            BoxSpace { Type: ElementType.Float32 } box when !stateDependentExploration => new DiagonalGaussianDistribution(box.Length, logStandardDeviation, leaf++),
            CompositeSpace composite => new JointDistribution([.. composite.Parts.Select(inner => Make(inner.Space))]),
            _ => throw new ArgumentException($"No distribution fits the action space {part}{(stateDependentExploration ? " with state-dependent exploration, which needs a single box of floats" : "; boxes of actions must be floats")}.", nameof(space)),
        };
    }
}
