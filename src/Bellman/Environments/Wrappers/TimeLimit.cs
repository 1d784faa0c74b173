using Bellman.Numerics;

namespace Bellman;

/// <summary>Cuts episodes off after a number of steps. The task has not ended then: the step is truncated, not terminated.</summary>
/// <param name="inner">The environment inside.</param>
/// <param name="steps">The most steps of an episode.</param>
public sealed class TimeLimit(IEnvironment inner, int steps) : StatefulWrapper(inner)
{
    private readonly int limit = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A time limit must be positive.");
    private int elapsed;

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        elapsed = 0;
        Inner.Reset(random, observation);
    }

    /// <inheritdoc/>
    public override StepResult Step(RowReader action, RowWriter observation)
    {
        var result = Inner.Step(action, observation);
        return ++elapsed >= limit && !result.Terminated ? result with { Truncated = true } : result;
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability != typeof(IStateVector) && base.Withdraws(capability);

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer) => writer.Write(elapsed);

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader) => elapsed = reader.ReadInt32();
}
