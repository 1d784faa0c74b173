using System.Runtime.CompilerServices;

namespace Bellman;

/// <summary>
/// LSPI that plays for itself (Lagoudakis and Parr 2003): it collects a round of steps with the policy of the last solution, then solves <see cref="LeastSquaresPolicyIteration"/> anew with every step taken so far. The first round is
/// random, as weights of 0 tell no action from another. No step size; nothing is learned between two solutions.
/// </summary>
public sealed class LeastSquaresLearner : LinearLearner
{
    // Elimination takes the cube of this: a minute, and the matrix 130 MB.
    private const int MostWeights = 4096;

    private int solved;
    private double policies;
    private double converged;

    /// <summary>A learner whose weights are 0.</summary>
    /// <param name="features">What describes a state.</param>
    /// <param name="actions">How many actions.</param>
    /// <param name="settings">How it learns.</param>
    /// <exception cref="ArgumentException">There are more weights than a system of equations can be solved for.</exception>
    public LeastSquaresLearner(IFeatures features, int actions, LinearSettings settings)
        : base(features, actions, settings)
    {
        if (Values.Weights.Length > MostWeights)
        {
            throw new ArgumentException($"{Values.Weights.Length} weights, of {features.Count} features and {actions} actions, are more than the {MostWeights} that least squares can solve for; take fewer features, or a learner with a step size.", nameof(features));
        }

        Samples = new FeatureSamples(features, actions);
    }

    /// <summary>All steps taken so far.</summary>
    public FeatureSamples Samples { get; }

    /// <inheritdoc/>
    public override int Step(double reward, FeatureVector nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        Samples.Add(State, Action, reward, nextState, terminated);
        return GoOn(nextState, terminated || truncated ? 0 : Choose(nextState, mask));
    }

    /// <inheritdoc/>
    public override void EndRound(TrainingProgress metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        if (Samples.Count > solved)
        {
            var solution = LeastSquaresPolicyIteration.Solve(Samples, new LeastSquaresPolicyIterationSettings
            {
                Gamma = Settings.Gamma,
                Tolerance = Settings.Tolerance,
                MaximumIterations = Settings.MaximumIterations,
                Ridge = Settings.Ridge,
            });
            solution.Values.Weights.CopyTo(Values.Weights);
            (solved, policies, converged) = (Samples.Count, solution.Iterations, solution.Converged ? 1 : 0);
        }

        metrics.Set("train/policies", policies);
        metrics.Set("train/converged", converged);
        metrics.Set("train/epsilon", Epsilon);
    }

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        Samples.Exchange(state.Part("samples"));
        state.Exchange("policies", ref policies);
        state.Exchange("converged", ref converged);
        solved = Samples.Count;
    }

    [ModuleInitializer]
    internal static void Register() => LinearAgent.Register(
        "lspi", "Least-squares policy iteration: rounds of play, after each the best linear policy for all steps so far, without a step size.",
        static (features, actions, settings) => new LeastSquaresLearner(features, actions, settings), nameof(LinearSettings.Tolerance), nameof(LinearSettings.MaximumIterations), nameof(LinearSettings.Ridge));
}
