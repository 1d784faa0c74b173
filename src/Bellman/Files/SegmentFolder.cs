using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Bellman;

/// <summary>
/// The folder <c>segments</c> beside checkpoints: files that are written once, under the SHA-256 of what is in them, and shared by all checkpoints of the folder that name them.
/// </summary>
/// <param name="beside">The folder of the checkpoints.</param>
internal sealed partial class SegmentFolder(string beside)
{
    private const string Extension = ".segment";

    private readonly string folder = Path.Combine(beside, "segments");

    /// <summary>Whether a text is a segment's name: nothing that leads elsewhere is.</summary>
    public static bool IsName(string? text) => text is not null && NamePattern().IsMatch(text);

    /// <summary>Writes those that are not there: aside, flushed, renamed.</summary>
    /// <exception cref="IOException">The folder is a link, or cannot be written.</exception>
    public void Write(IEnumerable<(string Name, long Length, Action<Stream> Write)> segments)
    {
        foreach (var (name, length, write) in segments)
        {
            RefuseLink(folder);
            Directory.CreateDirectory(folder);
            var file = new FileInfo(FilePath(name));
            if (!file.Exists || file.LinkTarget is not null || file.Length != length)
            {
                file.Delete();
                WholeFile.Write(file.FullName, write);
            }
        }
    }

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="length">How many bytes it must have.</param>
    /// <param name="read">Reads it, and says what its name is by its content.</param>
    /// <param name="where">The checkpoint that names it.</param>
    /// <exception cref="CheckpointException">It is missing, damaged, or a link.</exception>
    public void Read(string name, long length, Func<Stream, string> read, string where)
    {
        var file = new FileInfo(FilePath(name));
        if (!file.Exists)
        {
            throw new CheckpointException($"{where} names the segment '{file.FullName}', which is not there; copy the folder 'segments' along with the checkpoint.");
        }

        if (file.LinkTarget is not null || new DirectoryInfo(folder).LinkTarget is not null)
        {
            throw new CheckpointException($"{where} names the segment '{file.FullName}', which is a link; put the file itself there.");
        }

        if (file.Length != length)
        {
            throw new CheckpointException($"The segment '{file.FullName}' has {file.Length} bytes where {length} are expected; it is damaged or of another buffer, so take another copy.");
        }

        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        string found;
        try
        {
            found = read(stream);
        }
        catch (EndOfStreamException exception)
        {
            throw new CheckpointException($"The segment '{file.FullName}' ends too early; take another copy.", exception);
        }

        if (found != name)
        {
            throw new CheckpointException($"The segment '{file.FullName}' holds something else than its name says; it is damaged, so take another copy.");
        }
    }

    /// <summary>Removes those that no checkpoint beside the folder names. Where one cannot be read, all are kept.</summary>
    /// <param name="namedBy">The segments that a checkpoint's file names; null where that cannot be told.</param>
    public void RemoveUnused(Func<string, IReadOnlyCollection<string>?> namedBy)
    {
        if (!Directory.Exists(folder) || new DirectoryInfo(folder).LinkTarget is not null)
        {
            return;
        }

        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var checkpoint in Directory.EnumerateFiles(beside, "*.bellman"))
        {
            if (namedBy(checkpoint) is not { } names)
            {
                return;
            }

            used.UnionWith(names);
        }

        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Ours().Match(Path.GetFileName(file)) is { Success: true } match && !used.Contains(match.Groups[1].Value)))
        {
            File.Delete(file);
        }

        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>Copies one, and verifies it on the way.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or a link.</exception>
    public void CopyTo(Stream to, string name, string where) => Read(
        name,
        new FileInfo(FilePath(name)) is { Exists: true } file ? file.Length : 0,
        from =>
        {
            using var hash = SHA256.Create();
            using (var hashing = new CryptoStream(to, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                from.CopyTo(hashing);
            }

            return Convert.ToHexStringLower(hash.Hash!);
        },
        where);

    /// <summary>How many bytes one has; negative where it is not there.</summary>
    public long LengthOf(string name) => new FileInfo(FilePath(name)) is { Exists: true } file ? file.Length : -1;

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex NamePattern();

    // What a killed process left half written counts too.
    [GeneratedRegex(@"^([0-9a-f]{64})\.segment(?:\.partial)?$")]
    private static partial Regex Ours();

    private static void RefuseLink(string folder)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null)
        {
            throw new IOException($"'{folder}' is a link, and nothing is written through it; put a folder there.");
        }
    }

    private string FilePath(string name) => Path.Combine(folder, name + Extension);
}
