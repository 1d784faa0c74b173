using Bellman.Numerics;

namespace Bellman;

/// <summary>Settings of <see cref="LeastSquaresPolicyIteration"/>.</summary>
public sealed record LeastSquaresPolicyIterationSettings
{
    /// <summary>The discount, in [0, 1].</summary>
    public double Gamma { get; init; } = 0.95;

    /// <summary>Ends when no weight changes by more than this share of the largest.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Policies after which it ends in any case: with features that cannot tell states apart it may go to and fro between some that are about as good.</summary>
    public int MaximumIterations { get; init; } = 30;

    /// <summary>Added to the diagonal of each system, for a step of the data set: needed where features were never seen, or depend on each other.</summary>
    public double Ridge { get; init; } = 1e-8;
}

/// <summary>What <see cref="LeastSquaresPolicyIteration"/> found.</summary>
/// <param name="Values">Q of the last policy; the greedy actions are the next one's.</param>
/// <param name="Iterations">How many policies were judged.</param>
/// <param name="Converged">Whether the last one was the one before it.</param>
public sealed record LeastSquaresSolution(LinearActionValues Values, int Iterations, bool Converged);

/// <summary>
/// LSPI (Lagoudakis and Parr 2003, Journal of Machine Learning Research 4): judges a policy by least squares on a fixed data set (LSTDQ), takes the greedy actions as the next policy, until it stays the same. No step size, no
/// further play, and every step of the data set is used for every policy.
/// </summary>
/// <remarks>Off-policy: the data may come from any behaviour that tried the actions; all actions count as allowed in s'. An iteration costs samples × features² for what is not 0, and a third of the cube of features times actions.</remarks>
public static class LeastSquaresPolicyIteration
{
    /// <summary>Learns from a data set.</summary>
    /// <param name="samples">The steps.</param>
    /// <param name="settings">Discount and tolerances.</param>
    /// <exception cref="ArgumentException">The data set is empty, or a setting out of range.</exception>
    /// <exception cref="ArithmeticException">The data do not determine the weights; take a ridge.</exception>
    public static LeastSquaresSolution Solve(FeatureSamples samples, LeastSquaresPolicyIterationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Ridge, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaximumIterations, 1, nameof(settings));
        if (samples.Count == 0 || !(settings.Gamma >= 0 && settings.Gamma <= 1))
        {
            throw new ArgumentException($"Learning needs steps and a gamma in [0, 1], but was given {samples.Count} and {settings.Gamma}.", nameof(samples));
        }

        var values = new LinearActionValues(samples.Features, samples.ActionCount);
        var next = new double[values.Weights.Length];
        for (var iteration = 1; iteration <= settings.MaximumIterations; iteration++)
        {
            Judge(samples, settings, values, next);
            var (change, largest) = (0.0, 0.0);
            for (var i = 0; i < next.Length; i++)
            {
                change = Math.Max(change, Math.Abs(next[i] - values.Weights[i]));
                largest = Math.Max(largest, Math.Abs(next[i]));
            }

            next.CopyTo(values.Weights);
            if (change <= settings.Tolerance * largest)
            {
                return new LeastSquaresSolution(values, iteration, true);
            }
        }

        return new LeastSquaresSolution(values, settings.MaximumIterations, false);
    }

    // LSTDQ: Σ φ(s, a)·(φ(s, a) − γ·φ(s', π(s')))ᵀ · w = Σ φ(s, a)·r, with π greedy for the weights before.
    private static void Judge(FeatureSamples samples, LeastSquaresPolicyIterationSettings settings, LinearActionValues values, double[] weights)
    {
        var (features, size) = (samples.Features.Count, weights.Length);
        var (matrix, right) = (new double[checked(size * size)], new double[size]);
        for (var sample = 0; sample < samples.Count; sample++)
        {
            var (action, reward, terminated) = samples.Step(sample);
            var state = samples.State(sample);
            var next = samples.NextState(sample);
            var following = terminated ? 0 : values.Greedy(next);
            for (var i = 0; i < state.Indices.Length; i++)
            {
                var row = (action * features) + state.Indices[i];
                var line = matrix.AsSpan(row * size, size);
                state.AddTo(line.Slice(action * features, features), state.Values[i]);
                if (!terminated)
                {
                    next.AddTo(line.Slice(following * features, features), -settings.Gamma * state.Values[i]);
                }

                right[row] += reward * state.Values[i];
            }
        }

        for (var i = 0; i < size; i++)
        {
            matrix[(i * size) + i] += settings.Ridge * samples.Count;
        }

        try
        {
            new LuDecomposition(matrix, size).Solve(right, weights);
        }
        catch (ArithmeticException exception)
        {
            throw new ArithmeticException($"The {samples.Count} steps do not determine the {size} weights; give a ridge above {settings.Ridge}, or fewer features.", exception);
        }
    }
}
