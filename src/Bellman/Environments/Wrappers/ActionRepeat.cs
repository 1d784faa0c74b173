namespace Bellman;

/// <summary>Takes each action several times and adds the rewards up, stopping where the episode ends. Also known as frame skip.</summary>
/// <param name="inner">The environment inside.</param>
/// <param name="times">How often.</param>
public sealed class ActionRepeat(IEnvironment inner, int times) : StatefulWrapper(inner)
{
    /// <summary>How often each action is taken.</summary>
    public int Times { get; } = times >= 1 ? times : throw new ArgumentOutOfRangeException(nameof(times), times, "An action must be taken once at least.");

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var reward = 0.0;
        for (var i = 1; ; i++)
        {
            var result = Inner.Step(action, observation);
            reward += result.Reward;
            if (i == Times || result.Terminated || result.Truncated)
            {
                return result with { Reward = reward };
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Signals are of one inner step each, which nobody could add up or choose from without knowing what they mean.</remarks>
    public override bool Withdraws(Type capability) =>
        capability == typeof(ISignals) || capability == typeof(IGoal) || capability == typeof(IFiniteMdp) || (capability != typeof(IStateVector) && base.Withdraws(capability));
}
