using Bellman.Numerics;

namespace Bellman;

/// <summary>Learns which of several arms pays most by pulling them: the task with one state.</summary>
public abstract class Bandit
{
    /// <param name="arms">How many arms.</param>
    /// <param name="seed">Of the draws.</param>
    private protected Bandit(int arms, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arms, 1);
        Counts = new int[arms];
        Means = new double[arms];
        Random = new SplittableRandom(seed);
    }

    /// <summary>How often each arm has been pulled, <c>[arms]</c>.</summary>
    public int[] Counts { get; }

    /// <summary>What each arm has paid in the mean, <c>[arms]</c>.</summary>
    public double[] Means { get; }

    /// <summary>How many arms.</summary>
    protected int Arms => Counts.Length;

    /// <summary>The source of its draws.</summary>
    private protected SplittableRandom Random { get; }

    /// <summary>Chooses an arm.</summary>
    public abstract int Choose();

    /// <summary>Takes in what an arm paid.</summary>
    public virtual void Learn(int arm, double reward) => Means[arm] += (reward - Means[arm]) / ++Counts[arm];

    /// <summary>The place of the largest score, ties broken evenly.</summary>
    private protected int Best(Func<int, double> score)
    {
        var (best, chosen, ties) = (double.NegativeInfinity, 0, 0);
        for (var arm = 0; arm < Arms; arm++)
        {
            var value = score(arm);
            if (value >= best)
            {
                ties = value > best ? 1 : ties + 1;
                chosen = ties == 1 || Random.NextInt32(ties) == 0 ? arm : chosen;
                best = value;
            }
        }

        return chosen;
    }
}

/// <summary>The arm that has paid best, or with probability ε any. A first guess above anything real makes it try each arm (optimism).</summary>
public sealed class EpsilonGreedyBandit : Bandit
{
    private readonly double epsilon;
    private readonly double learningRate;

    /// <summary>A bandit.</summary>
    /// <param name="arms">How many arms.</param>
    /// <param name="epsilon">The share of random pulls.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="learningRate">α, which forgets what was long ago; 0 for the mean of all.</param>
    /// <param name="initialValue">The first guess, which α forgets slowly and the mean at once.</param>
    public EpsilonGreedyBandit(int arms, double epsilon, ulong seed, double learningRate = 0, double initialValue = 0)
        : base(arms, seed)
    {
        (this.epsilon, this.learningRate) = (epsilon, learningRate);
        Means.AsSpan().Fill(initialValue);
    }

    /// <inheritdoc/>
    public override int Choose() => Random.NextDouble() < epsilon ? Random.NextInt32(Arms) : Best(arm => Means[arm]);

    /// <inheritdoc/>
    public override void Learn(int arm, double reward)
    {
        if (learningRate == 0)
        {
            base.Learn(arm, reward);
            return;
        }

        Counts[arm]++;
        Means[arm] += learningRate * (reward - Means[arm]);
    }
}

/// <summary>UCB1 (Auer, Cesa-Bianchi and Fischer 2002): each arm once, then the one with the largest mean + c·√(ln t / n).</summary>
/// <param name="arms">How many arms.</param>
/// <param name="width">c; √2 is the paper's, for rewards in [0, 1].</param>
/// <param name="seed">Of the draws.</param>
public sealed class UpperConfidenceBandit(int arms, double width, ulong seed) : Bandit(arms, seed)
{
    private int time;

    /// <inheritdoc/>
    public override int Choose()
    {
        var logarithm = Math.Log(Math.Max(1, time));
        return Best(arm => Counts[arm] == 0 ? double.PositiveInfinity : Means[arm] + (width * Math.Sqrt(logarithm / Counts[arm])));
    }

    /// <inheritdoc/>
    public override void Learn(int arm, double reward)
    {
        time++;
        base.Learn(arm, reward);
    }
}

/// <summary>Thompson sampling (Thompson 1933) for rewards with a normal distribution of known deviation: draws a mean for each arm from what is believed of it and takes the largest.</summary>
/// <param name="arms">How many arms.</param>
/// <param name="deviation">Of a reward around its arm's mean.</param>
/// <param name="priorDeviation">Of the arms' means around 0, before anything is known.</param>
/// <param name="seed">Of the draws.</param>
public sealed class GaussianThompsonBandit(int arms, double deviation, double priorDeviation, ulong seed) : Bandit(arms, seed)
{
    /// <inheritdoc/>
    public override int Choose() => Best(arm =>
    {
        var precision = (1 / (priorDeviation * priorDeviation)) + (Counts[arm] / (deviation * deviation));
        return (Means[arm] * Counts[arm] / (deviation * deviation) / precision) + (Random.Normal() / Math.Sqrt(precision));
    });
}

/// <summary>The gradient bandit (Sutton and Barto, section 2.8): a softmax over preferences that rise with rewards above the mean and fall with those below.</summary>
/// <param name="arms">How many arms.</param>
/// <param name="learningRate">α.</param>
/// <param name="baseline">Whether rewards are compared with their mean; else with 0.</param>
/// <param name="seed">Of the draws.</param>
public sealed class GradientBandit(int arms, double learningRate, bool baseline, ulong seed) : Bandit(arms, seed)
{
    private readonly double[] preferences = new double[arms];
    private readonly double[] probabilities = new double[arms];
    private double mean;
    private int time;

    /// <inheritdoc/>
    public override int Choose()
    {
        var (most, total) = (preferences.Max(), 0.0);
        for (var arm = 0; arm < Arms; arm++)
        {
            total += probabilities[arm] = Math.Exp(preferences[arm] - most);
        }

        var (left, chosen) = (Random.NextDouble() * total, 0);
        for (var arm = 0; arm < Arms; arm++)
        {
            probabilities[arm] /= total;
            chosen = left >= 0 ? arm : chosen;
            left -= probabilities[arm] * total;
        }

        return chosen;
    }

    /// <inheritdoc/>
    public override void Learn(int arm, double reward)
    {
        base.Learn(arm, reward);
        mean += baseline ? (reward - mean) / ++time : 0;
        for (var other = 0; other < Arms; other++)
        {
            preferences[other] += learningRate * (reward - mean) * ((other == arm ? 1 : 0) - probabilities[other]);
        }
    }
}
