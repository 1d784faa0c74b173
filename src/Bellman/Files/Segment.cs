using System.Security.Cryptography;

namespace Bellman;

/// <summary>
/// A large block of training state, kept in a file of its own beside checkpoints and named by what is in it. Its hash is remembered until it changes, so that what stayed as it was is neither read nor written again.
/// </summary>
internal abstract class Segment
{
    // When the files that hold it were written, as this process left or verified them.
    private readonly Dictionary<string, DateTime> files = new(StringComparer.Ordinal);
    private string? name;

    /// <summary>How many bytes it has, always.</summary>
    public abstract long Length { get; }

    /// <summary>The SHA-256 of what is in it, in hexadecimal.</summary>
    public string Name => name ??= ComputeName();

    /// <summary>To be called by whoever changes what is in it.</summary>
    public void Touch()
    {
        name = null;
        files.Clear();
    }

    /// <summary>Whether a file is as this process left or verified it, so far as its length and time tell.</summary>
    public bool IsIn(FileInfo file) => file.Exists && file.LinkTarget is null && file.Length == Length && files.TryGetValue(file.FullName, out var written) && written == file.LastWriteTimeUtc;

    /// <summary>Remembers that a file holds it.</summary>
    public void Found(FileInfo file) => files[file.FullName] = file.LastWriteTimeUtc;

    /// <summary>Writes what is in it.</summary>
    public abstract void WriteTo(Stream stream);

    /// <summary>Fills it from a stream that has <see cref="Length"/> bytes, and says by which name it goes now.</summary>
    public string ReadFrom(Stream stream)
    {
        Touch();
        Fill(stream);
        return Name;
    }

    /// <summary>Reads what is in it.</summary>
    protected abstract void Fill(Stream stream);

    private string ComputeName()
    {
        using var hash = SHA256.Create();
        using (var hashing = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            WriteTo(hashing);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }
}
