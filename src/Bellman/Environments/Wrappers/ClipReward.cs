namespace Bellman;

/// <summary>Clips rewards, so that one learning rate fits games with small and large scores.</summary>
/// <param name="inner">The environment inside.</param>
/// <param name="low">The least reward.</param>
/// <param name="high">The greatest reward.</param>
public sealed class ClipReward(IEnvironment inner, double low = -1, double high = 1) : StatefulWrapper(inner)
{
    private readonly double low = low <= high ? low : throw new ArgumentException($"The least reward, {low}, must not exceed the greatest, {high}.", nameof(low));

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, observation);
        return result with { Reward = Math.Clamp(result.Reward, low, high) };
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IGoal) || capability == typeof(IFiniteMdp) || (capability != typeof(IStateVector) && base.Withdraws(capability));
}
