namespace Bellman;

/// <summary>The mark by which a process says that it is at a run: a file that it holds open while it lives, however it ends.</summary>
internal static class RunLock
{
    private const string FileName = ".lock";
    private const int Tries = 10;

    /// <summary>Takes a run for this process.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    public static FileStream Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        for (var tried = 1; ; tried++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException exception) when (File.Exists(path))
            {
                // Who only looks holds it for a moment.
                if (tried == Tries)
                {
                    throw new IOException($"Another process is at the run in '{folder}'; wait for it, or end it.", exception);
                }

                Thread.Sleep(10);
            }
        }
    }

    /// <summary>Whether a process is at a run.</summary>
    public static bool IsHeld(string folder)
    {
        try
        {
            using var file = new FileStream(Path.Combine(folder, FileName), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
