using Bellman.Numerics;

namespace Bellman;

/// <summary>An environment around another. What it does not override is the inner one's, and capabilities show through unless it withdraws them.</summary>
/// <param name="inner">The environment inside.</param>
public abstract class Wrapper(IEnvironment inner) : IEnvironment
{
    /// <summary>The environment inside.</summary>
    public IEnvironment Inner { get; } = inner;

    /// <inheritdoc/>
    public virtual Space ObservationSpace => Inner.ObservationSpace;

    /// <inheritdoc/>
    public virtual Space ActionSpace => Inner.ActionSpace;

    /// <inheritdoc/>
    public virtual void Reset(RandomStream random, RowWriter observation) => Inner.Reset(random, observation);

    /// <inheritdoc/>
    public virtual StepResult Step(RowReader action, RowWriter observation) => Inner.Step(action, observation);

    /// <summary>
    /// Whether a capability of the inner environment no longer holds, because the wrapper changes what it speaks of. By default <see cref="IStateful"/> and <see cref="IStateVector"/>:
    /// the inner state is not all of it, nor is the inner observation what is shown.
    /// </summary>
    public virtual bool Withdraws(Type capability) => capability == typeof(IStateful) || capability == typeof(IStateVector);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the inner environment.</summary>
    protected virtual void Dispose(bool disposing) => Inner.Dispose();
}
