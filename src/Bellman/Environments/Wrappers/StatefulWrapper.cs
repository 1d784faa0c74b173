namespace Bellman;

/// <summary>A wrapper whose state is its own and that of the environment inside, for wrappers to derive from.</summary>
/// <param name="inner">The environment inside.</param>
public abstract class StatefulWrapper(IEnvironment inner) : Wrapper(inner), IStateful
{
    /// <inheritdoc/>
    public bool CanSaveState => Inner.As<IStateful>() is not null;

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        SaveOwn(writer);
        Stateful().SaveState(writer);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        LoadOwn(reader);
        Stateful().LoadState(reader);
    }

    /// <summary>Writes what the wrapper itself remembers.</summary>
    protected virtual void SaveOwn(BinaryWriter writer)
    {
    }

    /// <summary>Reads what <see cref="SaveOwn"/> wrote.</summary>
    protected virtual void LoadOwn(BinaryReader reader)
    {
    }

    private IStateful Stateful() => Inner.As<IStateful>() ?? throw new InvalidOperationException($"{Inner.GetType().Name} cannot save its state; let it implement IStateful.");
}
