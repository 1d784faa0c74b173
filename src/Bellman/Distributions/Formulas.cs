using System.Numerics;

namespace Bellman;

/// <summary>The categorical distribution over logits, for one row.</summary>
public static class CategoricalFormulas
{
    /// <summary>log p of each value: logits − log Σ exp. Values that the mask forbids get −∞.</summary>
    /// <param name="logits">Unnormalised log-probabilities, <c>[values]</c>.</param>
    /// <param name="mask">0 forbids a value; empty allows all.</param>
    /// <param name="into">Receives the log-probabilities, <c>[values]</c>.</param>
    /// <exception cref="ArgumentException">The mask allows nothing, or lengths differ.</exception>
    public static void LogProbabilities<T>(ReadOnlySpan<T> logits, ReadOnlySpan<byte> mask, Span<T> into) where T : IBinaryFloatingPointIeee754<T>
    {
        if (into.Length != logits.Length || (!mask.IsEmpty && mask.Length != logits.Length))
        {
            throw new ArgumentException($"There are {logits.Length} logits, {mask.Length} mask entries and room for {into.Length}; the numbers must be equal.", nameof(mask));
        }

        if (!mask.IsEmpty && mask.IndexOfAnyExcept((byte)0) < 0)
        {
            throw new ArgumentException("The mask allows no action; at least one must be allowed.", nameof(mask));
        }

        var maximum = T.NegativeInfinity;
        for (var i = 0; i < logits.Length; i++)
        {
            into[i] = mask.IsEmpty || mask[i] != 0 ? logits[i] : T.NegativeInfinity;
            maximum = T.Max(maximum, into[i]);
        }

        var sum = T.Zero;
        foreach (var logit in into)
        {
            sum += T.Exp(logit - maximum);
        }

        var logSum = maximum + T.Log(sum);
        foreach (ref var logit in into)
        {
            logit -= logSum;
        }
    }

    /// <summary>−Σ p·log p over the values that are possible.</summary>
    public static T Entropy<T>(ReadOnlySpan<T> logProbabilities) where T : IBinaryFloatingPointIeee754<T>
    {
        var entropy = T.Zero;
        foreach (var logProbability in logProbabilities)
        {
            entropy -= T.IsNegativeInfinity(logProbability) ? T.Zero : T.Exp(logProbability) * logProbability;
        }

        return entropy;
    }

    /// <summary>KL(p ‖ q) from the two rows of log-probabilities.</summary>
    public static T KullbackLeibler<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> q) where T : IBinaryFloatingPointIeee754<T>
    {
        var divergence = T.Zero;
        for (var i = 0; i < p.Length; i++)
        {
            divergence += T.IsNegativeInfinity(p[i]) ? T.Zero : T.Exp(p[i]) * (p[i] - q[i]);
        }

        return divergence;
    }

    /// <summary>The first value whose cumulative probability exceeds a uniform number; the last possible one if rounding leaves none.</summary>
    public static int Sample<T>(ReadOnlySpan<T> probabilities, T uniform) where T : IBinaryFloatingPointIeee754<T>
    {
        var (cumulative, last) = (T.Zero, 0);
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > T.Zero)
            {
                cumulative += probabilities[i];
                last = i;
                if (cumulative > uniform)
                {
                    return i;
                }
            }
        }

        return last;
    }
}

/// <summary>Independent bits with a logit each.</summary>
public static class BernoulliFormulas
{
    /// <summary>Σ log p(bit): −softplus(−logit) for 1, −softplus(logit) for 0.</summary>
    public static T LogProbability<T>(ReadOnlySpan<T> logits, ReadOnlySpan<byte> bits) where T : IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        for (var i = 0; i < logits.Length; i++)
        {
            sum -= Softplus(bits[i] != 0 ? -logits[i] : logits[i]);
        }

        return sum;
    }

    /// <summary>Σ of the bits' entropies: softplus(logit) − logit·p.</summary>
    public static T Entropy<T>(ReadOnlySpan<T> logits) where T : IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        foreach (var logit in logits)
        {
            sum += Softplus(logit) - (logit / (T.One + T.Exp(-logit)));
        }

        return sum;
    }

    /// <summary>Σ KL(p ‖ q) of the bits.</summary>
    public static T KullbackLeibler<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> q) where T : IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        for (var i = 0; i < p.Length; i++)
        {
            var probability = T.One / (T.One + T.Exp(-p[i]));
            sum += (probability * (Softplus(-q[i]) - Softplus(-p[i]))) + ((T.One - probability) * (Softplus(q[i]) - Softplus(p[i])));
        }

        return sum;
    }

    // log(1 + e^x) without overflow.
    private static T Softplus<T>(T x) where T : IBinaryFloatingPointIeee754<T> => T.Max(x, T.Zero) + T.LogP1(T.Exp(-T.Abs(x)));
}

/// <summary>Independent normal variables.</summary>
public static class DiagonalGaussianFormulas
{
    /// <summary>Σ log N(action; mean, e^logStandardDeviation).</summary>
    public static T LogProbability<T>(ReadOnlySpan<T> mean, ReadOnlySpan<T> logStandardDeviation, ReadOnlySpan<T> action) where T : IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        var half = T.CreateChecked(0.5);
        var halfLogTwoPi = half * T.Log(T.Tau);
        for (var i = 0; i < mean.Length; i++)
        {
            var z = (action[i] - mean[i]) * T.Exp(-logStandardDeviation[i]);
            sum -= (half * z * z) + logStandardDeviation[i] + halfLogTwoPi;
        }

        return sum;
    }

    /// <summary>Σ (½ + ½·log 2π + log σ).</summary>
    public static T Entropy<T>(ReadOnlySpan<T> logStandardDeviation) where T : IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        var half = T.CreateChecked(0.5);
        foreach (var logSigma in logStandardDeviation)
        {
            sum += half + (half * T.Log(T.Tau)) + logSigma;
        }

        return sum;
    }

    /// <summary>Σ KL(N₁ ‖ N₂).</summary>
    public static T KullbackLeibler<T>(ReadOnlySpan<T> mean1, ReadOnlySpan<T> logStandardDeviation1, ReadOnlySpan<T> mean2, ReadOnlySpan<T> logStandardDeviation2) where T : IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        var half = T.CreateChecked(0.5);
        for (var i = 0; i < mean1.Length; i++)
        {
            var difference = mean1[i] - mean2[i];
            var variance1 = T.Exp(logStandardDeviation1[i] + logStandardDeviation1[i]);
            var variance2 = T.Exp(logStandardDeviation2[i] + logStandardDeviation2[i]);
            sum += logStandardDeviation2[i] - logStandardDeviation1[i] + (half * (variance1 + (difference * difference)) / variance2) - half;
        }

        return sum;
    }
}
