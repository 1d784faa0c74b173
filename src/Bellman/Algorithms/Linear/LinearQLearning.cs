using System.Runtime.CompilerServices;

namespace Bellman;

/// <summary>
/// Semi-gradient Q-learning (Watkins 1989 with a linear function): the weights of the present features move towards r + γ·max Q(s', ·). Off-policy, bootstrapping and a function together may diverge (Baird 1995); with tiles and a
/// small ε they hardly ever do.
/// </summary>
/// <param name="features">What describes a state.</param>
/// <param name="actions">How many actions.</param>
/// <param name="settings">How it learns.</param>
public sealed class LinearQLearning(IFeatures features, int actions, LinearSettings settings) : LinearLearner(features, actions, settings)
{
    /// <inheritdoc/>
    public override int Step(double reward, FeatureVector nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        State.AddTo(Values.WeightsOf(Action), LearningRate * Error(reward, terminated ? 0 : Values.Max(nextState, mask)));
        return GoOn(nextState, terminated || truncated ? 0 : Choose(nextState, mask));
    }

    [ModuleInitializer]
    internal static void Register() => LinearAgent.Register(
        "linear-q-learning", "Q-learning with a linear function of features: what the greedy policy is worth, learned from whatever is played.",
        static (features, actions, settings) => new LinearQLearning(features, actions, settings), LinearAgent.StepSizes);
}
