namespace Bellman;

/// <summary>Chooses the distribution that fits an action space.</summary>
public static class ActionDistributions
{
    /// <summary>The distribution over a space's actions.</summary>
    /// <param name="space">The action space; boxes must be floats.</param>
    /// <param name="features">Width of the last hidden layer.</param>
    /// <param name="logStandardDeviation">Where the log standard deviations of boxes start.</param>
    /// <param name="stateDependentExploration">Whether a box's noise depends on the state; for a single box only.</param>
    /// <param name="epsilon">Where outputs are action values instead of logits: the share of actions drawn evenly; for a single discrete choice only.</param>
    /// <param name="temperature">What logits of discrete actions are divided by.</param>
    /// <exception cref="ArgumentException">The space has no distribution, or a number cannot be.</exception>
    public static Distribution For(Space space, int features, double logStandardDeviation, bool stateDependentExploration, double? epsilon = null, double temperature = 1)
    {
        if (epsilon is not null)
        {
            return space is DiscreteSpace choice
                ? new EpsilonGreedyDistribution(choice.Count, choice.Start, epsilon.Value)
                : throw new ArgumentException($"Action values need a single discrete action, but the action space is {space}.", nameof(space));
        }

        var leaf = 0;
        return Make(space);

        Distribution Make(Space part) => part switch
        {
            DiscreteSpace discrete => new CategoricalDistribution([discrete.Count], discrete.Start, leaf++, temperature),
            MultiDiscreteSpace several => new CategoricalDistribution(several.Counts, 0, leaf++, temperature),
            MultiBinarySpace bits => new BernoulliDistribution(bits.Count, leaf++),
            BoxSpace { Type: ElementType.Float32 } box when stateDependentExploration && space is BoxSpace => new StateDependentGaussianDistribution(features, box.Length, logStandardDeviation, leaf++),
            BoxSpace { Type: ElementType.Float32 } box when !stateDependentExploration => new DiagonalGaussianDistribution(box.Length, logStandardDeviation, leaf++),
            CompositeSpace composite => new JointDistribution([.. composite.Parts.Select(inner => Make(inner.Space))]),
            _ => throw new ArgumentException($"No distribution fits the action space {part}{(stateDependentExploration ? " with state-dependent exploration, which needs a single box of floats" : "; boxes of actions must be floats")}.", nameof(space)),
        };
    }
}
