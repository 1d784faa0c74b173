using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Learns which of several arms pays most in the situation at hand, described by features: each arm's pay is thought to be a linear function of them and fitted by ridge regression, up to date after every pull.
/// </summary>
public abstract class ContextualBandit
{
    private readonly int features;
    private readonly double[] inverses;
    private readonly double[] sums;
    private readonly double[] weights;
    private readonly double[] product;

    /// <param name="arms">How many arms.</param>
    /// <param name="features">How many features describe a situation.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="ridge">The penalty on squared weights; the paper's is 1.</param>
    private protected ContextualBandit(int arms, int features, ulong seed, double ridge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arms, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ridge);
        this.features = features;
        Counts = new int[arms];
        Random = new SplittableRandom(seed);
        (inverses, sums) = (new double[checked(arms * features * features)], new double[arms * features]);
        (weights, product) = (new double[arms * features], new double[features]);
        for (var arm = 0; arm < arms; arm++)
        {
            for (var i = 0; i < features; i++)
            {
                inverses[(((arm * features) + i) * features) + i] = 1 / ridge;
            }
        }
    }

    /// <summary>How often each arm has been pulled, <c>[arms]</c>.</summary>
    public int[] Counts { get; }

    /// <summary>What each feature is thought to add to each arm's pay, <c>[arms, features]</c>.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>How many arms.</summary>
    protected int Arms => Counts.Length;

    /// <summary>The source of its draws.</summary>
    private protected SplittableRandom Random { get; }

    /// <summary>Chooses an arm.</summary>
    /// <param name="context">The situation: <c>[features]</c> for all arms alike, or <c>[arms, features]</c>, each arm's own.</param>
    /// <exception cref="ArgumentException">The context has another length.</exception>
    public abstract int Choose(ReadOnlySpan<double> context);

    /// <summary>Takes in what an arm paid.</summary>
    /// <param name="context">The situation, as given to <see cref="Choose"/>.</param>
    /// <param name="arm">The arm that was pulled.</param>
    /// <param name="reward">What it paid.</param>
    /// <exception cref="ArgumentException">The context has another length.</exception>
    public void Learn(ReadOnlySpan<double> context, int arm, double reward)
    {
        var x = Of(context, arm);
        var inverse = inverses.AsSpan(arm * features * features, features * features);
        var scale = 1 / (1 + Multiply(inverse, x));

        // (A + x·xᵀ)⁻¹ = A⁻¹ − A⁻¹x·(A⁻¹x)ᵀ / (1 + xᵀA⁻¹x): Sherman and Morrison 1950.
        for (var i = 0; i < features; i++)
        {
            for (var j = 0; j < features; j++)
            {
                inverse[(i * features) + j] -= scale * product[i] * product[j];
            }

            sums[(arm * features) + i] += reward * x[i];
        }

        _ = Multiply(inverse, sums.AsSpan(arm * features, features));
        product.CopyTo(weights.AsSpan(arm * features));
        Counts[arm]++;
    }

    /// <summary>What an arm is expected to pay.</summary>
    /// <param name="context">The situation, as given to <see cref="Choose"/>.</param>
    /// <param name="arm">The arm.</param>
    /// <exception cref="ArgumentException">The context has another length.</exception>
    public double Expected(ReadOnlySpan<double> context, int arm)
    {
        var x = Of(context, arm);
        var sum = 0.0;
        for (var i = 0; i < features; i++)
        {
            sum += weights[(arm * features) + i] * x[i];
        }

        return sum;
    }

    /// <summary>The deviation of what is expected, in units of a reward's: √(xᵀA⁻¹x).</summary>
    private protected double Deviation(ReadOnlySpan<double> context, int arm) =>
        Math.Sqrt(Multiply(inverses.AsSpan(arm * features * features, features * features), Of(context, arm)));

    // Leaves the matrix times the vector in the buffer, and returns the vector times that.
    private double Multiply(ReadOnlySpan<double> matrix, ReadOnlySpan<double> vector)
    {
        var total = 0.0;
        for (var i = 0; i < features; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < features; j++)
            {
                sum += matrix[(i * features) + j] * vector[j];
            }

            product[i] = sum;
            total += vector[i] * sum;
        }

        return total;
    }

    private ReadOnlySpan<double> Of(ReadOnlySpan<double> context, int arm) =>
        context.Length == features ? context
        : context.Length == Arms * features ? context.Slice(arm * features, features)
        : throw new ArgumentException($"A context has {features} features, or {Arms * features} where each arm has its own, but was given {context.Length}.", nameof(context));
}

/// <summary>
/// LinUCB with disjoint arms (Li, Chu, Langford and Schapire 2010, arXiv:1003.0146, algorithm 1): the arm whose pay would be largest if it lay <paramref name="width"/> deviations above what is expected.
/// It tries an arm where it knows little of it, and nowhere else.
/// </summary>
/// <param name="arms">How many arms.</param>
/// <param name="features">How many features describe a situation.</param>
/// <param name="width">α, the width of the bound in deviations.</param>
/// <param name="seed">Of the draws, which break ties.</param>
/// <param name="ridge">The penalty on squared weights; the paper's is 1.</param>
public sealed class LinUcbBandit(int arms, int features, double width, ulong seed, double ridge = 1) : ContextualBandit(arms, features, seed, ridge)
{
    /// <inheritdoc/>
    public override int Choose(ReadOnlySpan<double> context)
    {
        var (best, chosen, ties) = (double.NegativeInfinity, 0, 0);
        for (var arm = 0; arm < Arms; arm++)
        {
            var bound = Expected(context, arm) + (width * Deviation(context, arm));
            if (bound >= best)
            {
                ties = bound > best ? 1 : ties + 1;
                chosen = ties == 1 || Random.NextInt32(ties) == 0 ? arm : chosen;
                best = bound;
            }
        }

        return chosen;
    }
}

/// <summary>The arm that is expected to pay most in the situation at hand, or with probability ε any.</summary>
/// <param name="arms">How many arms.</param>
/// <param name="features">How many features describe a situation.</param>
/// <param name="epsilon">The share of random pulls.</param>
/// <param name="seed">Of the draws.</param>
/// <param name="ridge">The penalty on squared weights.</param>
public sealed class LinearEpsilonGreedyBandit(int arms, int features, double epsilon, ulong seed, double ridge = 1) : ContextualBandit(arms, features, seed, ridge)
{
    /// <inheritdoc/>
    public override int Choose(ReadOnlySpan<double> context)
    {
        if (Random.NextDouble() < epsilon)
        {
            return Random.NextInt32(Arms);
        }

        var (best, chosen) = (double.NegativeInfinity, 0);
        for (var arm = 0; arm < Arms; arm++)
        {
            var expected = Expected(context, arm);
            (best, chosen) = expected > best ? (expected, arm) : (best, chosen);
        }

        return chosen;
    }
}
