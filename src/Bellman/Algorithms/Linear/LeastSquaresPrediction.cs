using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// LSTD(λ) (Bradtke and Barto 1996; Boyan 2002): the values that TD(λ) would settle on if it saw the same steps for ever, found by solving one system of linear equations. No step size, and no step is used less than fully.
/// </summary>
/// <remarks>A·w = b with A = Σ z·(φ − γφ')ᵀ, b = Σ z·r and the trace z ← γλz + φ. A step costs features × those that are not 0, the solution a third of the cube of features.</remarks>
public sealed class LeastSquaresPrediction
{
    private readonly int features;
    private readonly double gamma;
    private readonly double lambda;
    private readonly double ridge;
    private readonly double[] matrix;
    private readonly double[] right;
    private readonly double[] trace;

    /// <summary>A learner that knows nothing.</summary>
    /// <param name="features">How many features describe a state.</param>
    /// <param name="gamma">The discount.</param>
    /// <param name="lambda">λ: 0 believes the next state's value, 1 fits returns.</param>
    /// <param name="ridge">Added to A's diagonal: needed where features were never seen, or depend on each other.</param>
    public LeastSquaresPrediction(int features, double gamma, double lambda = 0, double ridge = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(ridge);
        if (!(gamma >= 0 && gamma <= 1) || !(lambda >= 0 && lambda <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), $"Gamma and lambda lie in [0, 1], but are {gamma} and {lambda}.");
        }

        (this.features, this.gamma, this.lambda, this.ridge) = (features, gamma, lambda, ridge);
        (matrix, right, trace) = (new double[checked(features * features)], new double[features], new double[features]);
    }

    /// <summary>Takes in a step.</summary>
    /// <param name="state">The features of the state it began in.</param>
    /// <param name="reward">Its reward.</param>
    /// <param name="nextState">The features of the state it led to.</param>
    /// <param name="terminated">Whether the task ended: then nothing follows.</param>
    /// <param name="truncated">Whether the episode was broken off: what follows still counts.</param>
    public void Learn(FeatureVector state, double reward, FeatureVector nextState, bool terminated, bool truncated = false)
    {
        state.AddTo(trace, 1);
        for (var row = 0; row < features; row++)
        {
            if (trace[row] != 0)
            {
                var line = matrix.AsSpan(row * features, features);
                state.AddTo(line, trace[row]);
                if (!terminated)
                {
                    nextState.AddTo(line, -gamma * trace[row]);
                }

                right[row] += trace[row] * reward;
                trace[row] *= terminated || truncated ? 0 : gamma * lambda;
            }
        }
    }

    /// <summary>The weights that fit what was seen, <c>[features]</c>: V(s) is their product with the features of s.</summary>
    /// <exception cref="ArithmeticException">What was seen does not determine them; take a ridge.</exception>
    public double[] Solve()
    {
        var system = (double[])matrix.Clone();
        for (var i = 0; i < features; i++)
        {
            system[(i * features) + i] += ridge;
        }

        var weights = new double[features];
        new LuDecomposition(system, features).Solve(right, weights);
        return weights;
    }
}
