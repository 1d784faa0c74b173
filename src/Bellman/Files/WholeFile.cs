namespace Bellman;

/// <summary>Writes a file whole or not at all: aside, flushed to the disk, renamed, so that a crash leaves the old file or the new one.</summary>
internal static class WholeFile
{
    public static void Write(string path, Action<Stream> write)
    {
        var aside = path + ".partial";

        // What a killed process left, or a link that somebody put there, is removed and not written through.
        File.Delete(aside);
        try
        {
            using (var file = new FileStream(aside, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            // On a full disk a part of a file is in the way of everything else.
            Discard(aside);
            throw;
        }
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
