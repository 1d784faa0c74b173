namespace Bellman;

/// <summary>The environments' part of a checkpoint.</summary>
internal static class EnvironmentState
{
    /// <summary>Saves or loads where environments stand between two steps.</summary>
    /// <param name="state">The archive.</param>
    /// <param name="name">Under which name.</param>
    /// <param name="environment">The environments.</param>
    /// <param name="step">What the last reset or step brought.</param>
    /// <param name="started">Whether they have been reset at all.</param>
    /// <returns>Whether they have been now.</returns>
    /// <exception cref="CheckpointException">The environments are of another kind, or one cannot be brought back; the message says which and why.</exception>
    public static bool Exchange(this StateArchive state, string name, VectorEnvironment environment, VectorStep step, bool started)
    {
        // Nothing before the first reset.
        byte[] bytes = [];
        if (!state.Loading && started)
        {
            using var memory = new MemoryStream();
            using var writer = new BinaryWriter(memory);
            environment.SaveState(writer, step);
            writer.Flush();
            bytes = memory.ToArray();
        }

        state.Exchange(name, ref bytes);
        if (!state.Loading || bytes.Length == 0)
        {
            return started;
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            environment.LoadState(reader, step);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new CheckpointException(exception is InvalidDataException ? exception.Message : "The state of the environments ends too early; the checkpoint is damaged, so take another copy.", exception);
        }
    }
}
