using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bellman;

/// <summary>
/// A checkpoint file: a zip of JSON and safetensors with a manifest of checksums. Nothing in it is executed. It is written aside, flushed and renamed,
/// so that a crash leaves the old file or the new one; a damaged one is refused with what is wrong and where. Equal contents give equal bytes.
/// </summary>
public sealed partial class Checkpoint
{
    /// <summary>The version of the format that is written; older ones are read for ever.</summary>
    public const int SchemaVersion = 1;

    private const string Manifest = "manifest.json";
    private const long MaximumEntry = 1L << 31;
    private const int MaximumEntries = 1024;
    private const long MaximumManifest = 1L << 24;

    // Of the Unix mode in an entry's attributes; 0 where there is none.
    private const int FileKind = 0xF000;
    private const int RegularFile = 0x8000;
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SortedDictionary<string, byte[]> entries = new(StringComparer.Ordinal);
    private readonly string path;

    /// <summary>An empty checkpoint, to be filled and saved.</summary>
    public Checkpoint()
        : this("The checkpoint")
    {
    }

    private Checkpoint(string path) => this.path = path;

    /// <summary>The names of its entries.</summary>
    public IReadOnlyCollection<string> Entries => entries.Keys;

    /// <summary>Reads a file and verifies every checksum.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or from a newer version.</exception>
    public static Checkpoint Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new CheckpointException($"There is no checkpoint '{path}'; name a .bellman file or a run folder that has one.");
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var checkpoint = Read(file, $"'{path}'");
        checkpoint.folder = FolderOf(path);
        return checkpoint;
    }

    /// <summary>Adds JSON.</summary>
    public Checkpoint Add(string name, JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        entries.Add(name, System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
        return this;
    }

    /// <summary>Adds tensors.</summary>
    public Checkpoint Add(string name, IEnumerable<NamedTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var writer = new SafetensorsWriter();
        foreach (var tensor in tensors)
        {
            writer.Add(tensor.Name, [.. tensor.Shape], tensor.Data);
        }

        return Add(name, writer);
    }

    /// <summary>An entry of JSON.</summary>
    /// <exception cref="CheckpointException">It is missing or not well-formed.</exception>
    public JsonObject Json(string name)
    {
        try
        {
            var json = JsonNode.Parse(Find(name), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject ?? throw Broken($"holds '{name}', which is no JSON object");
            ReadTexts(json);
            return json;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Broken($"holds '{name}', which is no well-formed JSON", exception);
        }
    }

    /// <summary>An entry of tensors of floats, by name.</summary>
    /// <exception cref="CheckpointException">It is missing, not well-formed, or holds something else than floats.</exception>
    public IReadOnlyDictionary<string, NamedTensor> Tensors(string name)
    {
        using var file = SafetensorsFile.Read(Find(name), $"{path}, entry '{name}',");
        return file.Tensors.ToDictionary(tensor => tensor.Name, file.ReadNamed, StringComparer.Ordinal);
    }

    /// <summary>Adds state in full precision, exchanged by <paramref name="exchange"/>.</summary>
    public Checkpoint Add(string name, Action<StateArchive> exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var writer = new SafetensorsWriter();
        exchange(StateArchive.ForSaving(writer, this));
        return Add(name, writer);
    }

    /// <summary>Reads state back.</summary>
    /// <exception cref="CheckpointException">It is missing or does not fit.</exception>
    public void Load(string name, Action<StateArchive> exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        using var file = SafetensorsFile.Read(Find(name), $"{path}, entry '{name}',");
        exchange(StateArchive.ForLoading(file, this));
    }

    /// <summary>Writes the file: aside, flushed to the disk, renamed. What is large goes into the folder <c>segments</c> beside it first, where it is not there yet; what no checkpoint of the folder names any more is removed last.</summary>
    public void Save(string to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var sums = new JsonObject();
        foreach (var (name, data) in entries.Where(entry => entry.Key != Manifest))
        {
            sums[name] = Convert.ToHexStringLower(SHA256.HashData(data));
        }

        var manifest = new JsonObject { ["format"] = "bellman", ["schema"] = SchemaVersion, ["sha256"] = sums };
        if (segmentNames.Count > 0)
        {
            manifest["segments"] = new JsonArray([.. segmentNames.Select(name => JsonValue.Create(name))]);
        }

        SaveSegments(to);
        WholeFile.Write(to, file =>
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
            Write(zip, Manifest, System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString()));
            foreach (var (name, data) in entries.Where(entry => entry.Key != Manifest))
            {
                Write(zip, name, data);
            }
        });
        RemoveUnusedSegments(to);
    }

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_./-]{0,255}$")]
    private static partial Regex EntryName();

    /// <summary>Reads a checkpoint from a stream that knows its length.</summary>
    /// <exception cref="CheckpointException">It is damaged, or from a newer version.</exception>
    internal static Checkpoint Read(Stream file, string where)
    {
        var checkpoint = new Checkpoint(where);
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            checkpoint.Read(zip, file.Length);
        }
        catch (Exception exception) when (exception is not (CheckpointException or OutOfMemoryException))
        {
            // The reader of zip files throws whatever its arithmetic runs into.
            throw checkpoint.Broken("is no readable zip file", exception);
        }

        checkpoint.Verify();
        return checkpoint;
    }

    // Texts are decoded when they are read; what is no text shall be found here and not later.
    private static void ReadTexts(JsonNode? node)
    {
        foreach (var child in node switch { JsonObject json => json.Select(pair => pair.Value), JsonArray array => array, _ => [] })
        {
            ReadTexts(child);
        }

        if (node?.GetValueKind() == JsonValueKind.String)
        {
            node.GetValue<string>();
        }
    }

    private static void Write(ZipArchive zip, string name, byte[] data)
    {
        // Stored as it is: weights do not compress, and equal contents shall give equal bytes.
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Epoch;
        using var stream = entry.Open();
        stream.Write(data);
    }

    private Checkpoint Add(string name, SafetensorsWriter writer)
    {
        using var bytes = new MemoryStream();
        writer.WriteTo(bytes);
        entries.Add(name, bytes.ToArray());
        return this;
    }

    // Entries are stored, so that all of them together are no larger than the file: a bomb cannot be written in this way, nor one entry be read as many.
    private void Read(ZipArchive zip, long fileLength)
    {
        if (zip.Entries.Count > MaximumEntries)
        {
            throw Broken($"holds {zip.Entries.Count} entries, more than {MaximumEntries}");
        }

        foreach (var entry in zip.Entries)
        {
            var name = entry.FullName;
            if (!EntryName().IsMatch(name) || name.Contains("..", StringComparison.Ordinal))
            {
                throw Broken($"holds an entry {SafetensorsHeader.Quote(name)}, whose name is none of a checkpoint");
            }

            if ((entry.ExternalAttributes >> 16 & FileKind) is not 0 and not RegularFile)
            {
                throw Broken($"holds '{name}' as a link or another special file");
            }

            fileLength -= entry.Length;
            if (entry.Length > MaximumEntry || entry.Length != entry.CompressedLength || fileLength < 0)
            {
                throw Broken(entry.Length != entry.CompressedLength
                    ? $"holds '{name}' compressed, {entry.Length} bytes in {entry.CompressedLength}, where checkpoints store theirs as they are"
                    : $"says that '{name}' has {entry.Length} bytes, which cannot be");
            }

            if (!entries.TryAdd(name, Read(entry)))
            {
                throw Broken($"holds '{name}' twice");
            }
        }
    }

    private byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var data = new byte[entry.Length];
        stream.ReadExactly(data);
        return stream.ReadByte() < 0 ? data : throw Broken($"holds more of '{entry.FullName}' than it says");
    }

    private void Verify()
    {
        var manifest = Json(Manifest);
        if (manifest["format"]?.ToString() != "bellman" || manifest["schema"] is not JsonValue schema || !schema.TryGetValue<int>(out var version) || manifest["sha256"] is not JsonObject sums)
        {
            throw Broken("has no manifest of this format");
        }

        if (version is > SchemaVersion or < 1)
        {
            throw new CheckpointException($"{path} has the format's version {version}, and this program reads up to {SchemaVersion}; use a newer one.");
        }

        segmentNames.UnionWith(ReadNames(manifest["segments"]) ?? throw Broken("names segments in its manifest that cannot be"));
        if (sums.Count != entries.Count - 1)
        {
            throw Broken($"names {sums.Count} entries in its manifest and holds {entries.Count - 1}");
        }

        foreach (var (name, sum) in sums)
        {
            if (Convert.ToHexStringLower(SHA256.HashData(Find(name))) != sum?.ToString())
            {
                throw Broken($"holds {SafetensorsHeader.Quote(name)} with another checksum than its manifest names");
            }
        }
    }

    private byte[] Find(string name) => entries.TryGetValue(name, out var data) ? data : throw Broken($"has no entry {SafetensorsHeader.Quote(name)}");

    private CheckpointException Broken(string what, Exception? inner = null) => new($"{path} {what}; the file is damaged or no checkpoint, so take another copy.", inner);
}
