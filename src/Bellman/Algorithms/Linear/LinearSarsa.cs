using System.Runtime.CompilerServices;

namespace Bellman;

/// <summary>Semi-gradient SARSA (Sutton and Barto, section 10.1): the weights of the present features move towards r + γ·Q(s', a') of what is played next.</summary>
/// <param name="features">What describes a state.</param>
/// <param name="actions">How many actions.</param>
/// <param name="settings">How it learns.</param>
public sealed class LinearSarsa(IFeatures features, int actions, LinearSettings settings) : LinearLearner(features, actions, settings)
{
    /// <inheritdoc/>
    public override int Step(double reward, FeatureVector nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        var next = terminated ? 0 : Choose(nextState, mask);
        State.AddTo(Values.WeightsOf(Action), LearningRate * Error(reward, terminated ? 0 : Values[nextState, next]));
        return GoOn(nextState, next);
    }

    [ModuleInitializer]
    internal static void Register() => LinearAgent.Register(
        "semi-gradient-sarsa", "Semi-gradient SARSA: what the policy that plays is worth as a linear function of features, of tiles for example.",
        static (features, actions, settings) => new LinearSarsa(features, actions, settings), LinearAgent.StepSizes);
}
