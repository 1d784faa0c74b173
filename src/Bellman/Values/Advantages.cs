using System.Numerics;

namespace Bellman;

/// <summary>Estimates of how much better an action was than the policy's average.</summary>
public static class Advantages
{
    /// <summary>Generalized advantage estimation: A_t = δ_t + γ·λ·A_{t+1} within an episode, δ_t = r_t + γ·V(s_{t+1}) − V(s_t).</summary>
    /// <param name="rewards">r_t, <c>[steps, environments]</c>, as the environment gave them.</param>
    /// <param name="values">V(s_t), <c>[steps, environments]</c>.</param>
    /// <param name="nextValues">V of the observation that followed, the final one where an episode was truncated; 0 where it terminated.</param>
    /// <param name="ended">1 where the episode ended after the step, by termination or truncation.</param>
    /// <param name="environments">How many columns.</param>
    /// <param name="gamma">The discount γ in [0, 1].</param>
    /// <param name="lambda">λ in [0, 1]: 0 is the one-step TD error, 1 the Monte Carlo return minus V.</param>
    /// <param name="advantages">Receives A_t, <c>[steps, environments]</c>.</param>
    /// <remarks>Schulman et al. 2016, arXiv:1506.02438, equation 16.</remarks>
    /// <exception cref="ArgumentException">The lengths differ, or γ or λ lies outside [0, 1].</exception>
    public static void Generalized<T>(
        ReadOnlySpan<T> rewards, ReadOnlySpan<T> values, ReadOnlySpan<T> nextValues, ReadOnlySpan<byte> ended, int environments, T gamma, T lambda, Span<T> advantages)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Arguments.Check(rewards.Length, environments, values.Length, nextValues.Length, ended.Length, advantages.Length);
        Arguments.CheckFraction(gamma, nameof(gamma));
        Arguments.CheckFraction(lambda, nameof(lambda));
        for (var i = rewards.Length - 1; i >= 0; i--)
        {
            var delta = rewards[i] + (gamma * nextValues[i]) - values[i];
            var later = i + environments;

            // Nothing leaks across an end: what follows belongs to another episode.
            advantages[i] = ended[i] != 0 || later >= rewards.Length ? delta : delta + (gamma * lambda * advantages[later]);
        }
    }

    /// <summary>V-trace: targets for V from another policy's steps, with importance ratios truncated so that their variance stays bounded.</summary>
    /// <param name="behaviourLogProbabilities">log μ(a_t|s_t) of the policy that acted, <c>[steps, environments]</c>.</param>
    /// <param name="targetLogProbabilities">log π(a_t|s_t) of the policy that learns.</param>
    /// <param name="rewards">r_t.</param>
    /// <param name="discounts">γ after the step, 0 where the episode terminated.</param>
    /// <param name="values">V(s_t).</param>
    /// <param name="bootstrap">V of the observation after the last step, <c>[environments]</c>.</param>
    /// <param name="lambda">λ of the traces in [0, 1].</param>
    /// <param name="ratioLimit">ρ̄: where the ratios of the TD errors are cut.</param>
    /// <param name="traceLimit">c̄: where the ratios of the traces are cut.</param>
    /// <param name="policyRatioLimit">Where the ratios of the policy gradient are cut.</param>
    /// <param name="targets">Receives v_t.</param>
    /// <param name="advantages">Receives ρ_t·(r_t + γ·v_{t+1} − V(s_t)), for the policy gradient.</param>
    /// <remarks>Espeholt et al. 2018 (IMPALA), arXiv:1802.01561, equation 1 and section 4.2.</remarks>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void VTrace<T>(
        ReadOnlySpan<T> behaviourLogProbabilities, ReadOnlySpan<T> targetLogProbabilities, ReadOnlySpan<T> rewards, ReadOnlySpan<T> discounts, ReadOnlySpan<T> values, ReadOnlySpan<T> bootstrap,
        T lambda, T ratioLimit, T traceLimit, T policyRatioLimit, Span<T> targets, Span<T> advantages)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var environments = bootstrap.Length;
        Arguments.Check(rewards.Length, environments, behaviourLogProbabilities.Length, targetLogProbabilities.Length, discounts.Length, values.Length, targets.Length, advantages.Length);
        Arguments.CheckFraction(lambda, nameof(lambda));
        for (var i = rewards.Length - 1; i >= 0; i--)
        {
            var later = i + environments;
            var last = later >= rewards.Length;
            var nextValue = last ? bootstrap[i % environments] : values[later];
            var nextTarget = last ? nextValue : targets[later];
            var ratio = T.Exp(targetLogProbabilities[i] - behaviourLogProbabilities[i]);
            var delta = T.Min(ratioLimit, ratio) * (rewards[i] + (discounts[i] * nextValue) - values[i]);
            targets[i] = values[i] + delta + (discounts[i] * lambda * T.Min(traceLimit, ratio) * (nextTarget - nextValue));
            advantages[i] = T.Min(policyRatioLimit, ratio) * (rewards[i] + (discounts[i] * nextTarget) - values[i]);
        }
    }
}

/// <summary>Checks that the functions of this folder share.</summary>
internal static class Arguments
{
    public static void Check(int length, int environments, params ReadOnlySpan<int> others)
    {
        if (environments < 1 || length % environments != 0)
        {
            throw new ArgumentException($"{length} elements are no whole steps of {environments} environments.", nameof(environments));
        }

        foreach (var other in others)
        {
            if (other != length)
            {
                throw new ArgumentException($"All arrays need the same length, but one has {length} elements and another {other}.", nameof(others));
            }
        }
    }

    public static void CheckFraction<T>(T value, string name) where T : IBinaryFloatingPointIeee754<T>
    {
        if (!(value >= T.Zero && value <= T.One))
        {
            throw new ArgumentException($"{name} is {value}; it must lie in [0, 1].", name);
        }
    }
}
