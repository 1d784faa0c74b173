namespace Bellman;

/// <summary>Every so many steps: due at the first look at or after each multiple, however far apart the looks are.</summary>
/// <param name="every">How many environment steps.</param>
internal sealed class StepInterval(long every)
{
    private long next = every > 0 ? every : throw new ArgumentOutOfRangeException(nameof(every), $"An interval of {every} steps cannot be; give at least 1.");

    /// <summary>Whether a multiple has been reached since the last time that one was.</summary>
    public bool Reached(long steps)
    {
        if (steps < next)
        {
            return false;
        }

        next = ((steps / every) + 1) * every;
        return true;
    }

    public void SaveState(BinaryWriter writer) => writer.Write(next);

    public void LoadState(BinaryReader reader) => next = reader.ReadInt64();
}
