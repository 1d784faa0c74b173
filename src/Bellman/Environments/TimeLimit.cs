using Bellman.Numerics;

namespace Bellman;

/// <summary>Cuts episodes off after a number of steps. The task has not ended then: the step is truncated, not terminated.</summary>
/// <param name="inner">The environment inside.</param>
/// <param name="steps">The most steps of an episode.</param>
public sealed class TimeLimit(IEnvironment inner, int steps) : Wrapper(inner), IStateful
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
    public bool CanSaveState => Inner.As<IStateful>() is not null;

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(elapsed);
        Stateful().SaveState(writer);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        elapsed = reader.ReadInt32();
        Stateful().LoadState(reader);
    }

    private IStateful Stateful() => Inner.As<IStateful>() ?? throw new InvalidOperationException($"{Inner.GetType().Name} cannot save its state; let it implement IStateful.");
}
