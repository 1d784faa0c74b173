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

    /// <summary>Writes a segment of the running program, unless its file is there as this process left it: aside, flushed, renamed.</summary>
    /// <remarks>Length and time tell of a file that another program changed, and cost nothing; what the disk itself lost shows when it is read.</remarks>
    /// <exception cref="IOException">The folder is a link, or cannot be written.</exception>
    public void Write(Segment segment)
    {
        var file = Place(segment.Name);
        if (!segment.IsIn(file))
        {
            WholeFile.Write(file.FullName, segment.WriteTo);
            file.Refresh();
            segment.Found(file);
        }
    }

    /// <summary>Copies one that lies beside another checkpoint, unless it is there.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or a link.</exception>
    /// <exception cref="IOException">The folder is a link, or cannot be written.</exception>
    public void Copy(string name, SegmentFolder from, string where)
    {
        var file = Place(name);
        if (!file.Exists || file.LinkTarget is not null || file.Length != from.LengthOf(name))
        {
            WholeFile.Write(file.FullName, stream => from.CopyTo(stream, name, where));
        }
    }

    /// <summary>Fills a segment with what goes by a name.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or a link.</exception>
    public void Read(string name, Segment into, string where)
    {
        Read(name, into.Length, into.ReadFrom, where);
        into.Found(new FileInfo(FilePath(name)));
    }

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="length">How many bytes it must have.</param>
    /// <param name="read">Reads it, and says what its name is by its content.</param>
    /// <param name="where">The checkpoint that names it.</param>
    /// <exception cref="CheckpointException">It is missing, damaged, or a link.</exception>
    private void Read(string name, long length, Func<Stream, string> read, string where)
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

    // Verified on the way.
    private void CopyTo(Stream to, string name, string where) => Read(
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

    private FileInfo Place(string name)
    {
        RefuseLink(folder);
        Directory.CreateDirectory(folder);
        return new FileInfo(FilePath(name));
    }

    // Negative where it is not there.
    private long LengthOf(string name) => new FileInfo(FilePath(name)) is { Exists: true } file ? file.Length : -1;

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
