using Bellman.Numerics;

namespace Bellman;

/// <summary>Settings of <see cref="MatrixFactorization"/>.</summary>
public sealed record MatrixFactorizationSettings
{
    /// <summary>How many hidden tastes there are room for.</summary>
    public int Factors { get; init; } = 16;

    /// <summary>How often all ratings are gone through.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>The step size.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>How strongly biases and factors are drawn towards 0. Larger for fewer ratings.</summary>
    public double Regularization { get; init; } = 0.05;

    /// <summary>Of the first factors and of the order of ratings.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>A rating as mean + user's bias + item's bias + p·q, hidden tastes p and q learned by stochastic gradient descent. Knows a user by ratings alone: one without any gets what everybody gets.</summary>
/// <remarks>Koren, Bell and Volinsky 2009, "Matrix factorization techniques for recommender systems", IEEE Computer 42(8), section "Adding biases".</remarks>
public sealed class MatrixFactorization : IRecommender
{
    private readonly int factors;
    private readonly double mean;
    private readonly double[] userBiases;
    private readonly double[] itemBiases;
    private readonly double[] userFactors;
    private readonly double[] itemFactors;

    /// <summary>Learns from ratings.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">It diverged: the step is too long.</exception>
    public MatrixFactorization(RatingData data, MatrixFactorizationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Factors, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.LearningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Regularization);
        var random = new SplittableRandom(settings.Seed);
        factors = settings.Factors;
        mean = data.Ratings.Count == 0 ? 0 : data.Ratings.Average(rating => rating.Value);
        (userBiases, itemBiases) = (new double[data.Users.Count], new double[data.Items.Count]);
        (userFactors, itemFactors) = (Small(data.Users.Count * factors, random), Small(data.Items.Count * factors, random));

        // A user or item without ratings has nothing but its first draw, which is noise.
        var (ratedBy, rated) = (data.Ratings.Select(rating => rating.User).ToHashSet(), data.Ratings.Select(rating => rating.Item).ToHashSet());
        Silence(userFactors, data.Users.Count, ratedBy);
        Silence(itemFactors, data.Items.Count, rated);
        var order = new int[data.Ratings.Count];
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            random.Permutation(order);
            foreach (var place in order)
            {
                Learn(data.Ratings[place], settings);
            }
        }

        if (userFactors.Any(double.IsNaN) || itemBiases.Any(double.IsNaN))
        {
            throw new InvalidOperationException($"Matrix factorisation diverged with a learning rate of {settings.LearningRate}; take a smaller one.");
        }
    }

    /// <inheritdoc/>
    public double Predict(int user, int item)
    {
        var p = userFactors.AsSpan(user * factors, factors);
        var q = itemFactors.AsSpan(item * factors, factors);
        var sum = mean + userBiases[user] + itemBiases[item];
        for (var factor = 0; factor < p.Length; factor++)
        {
            sum += p[factor] * q[factor];
        }

        return sum;
    }

    /// <inheritdoc/>
    public double Score(int user, int item) => Predict(user, item);

    private static double[] Small(int count, SplittableRandom random) => [.. Enumerable.Range(0, count).Select(_ => 0.1 * random.Normal())];

    private void Silence(double[] values, int count, HashSet<int> known)
    {
        foreach (var row in Enumerable.Range(0, count).Where(row => !known.Contains(row)))
        {
            values.AsSpan(row * factors, factors).Clear();
        }
    }

    private void Learn(Rating rating, MatrixFactorizationSettings settings)
    {
        var (rate, decay) = (settings.LearningRate, settings.Regularization);
        var error = rating.Value - Predict(rating.User, rating.Item);
        userBiases[rating.User] += rate * (error - (decay * userBiases[rating.User]));
        itemBiases[rating.Item] += rate * (error - (decay * itemBiases[rating.Item]));
        var p = userFactors.AsSpan(rating.User * factors, factors);
        var q = itemFactors.AsSpan(rating.Item * factors, factors);
        for (var factor = 0; factor < p.Length; factor++)
        {
            var before = p[factor];
            p[factor] += rate * ((error * q[factor]) - (decay * before));
            q[factor] += rate * ((error * before) - (decay * q[factor]));
        }
    }
}
