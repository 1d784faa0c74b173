using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bellman;

// What is too large for the file itself: the checkpoint names it, and it lies beside, shared with the checkpoints before and after.
public sealed partial class Checkpoint
{
    // Those of the running program, and those that the file named.
    private readonly Dictionary<string, Segment> segments = new(StringComparer.Ordinal);
    private readonly SortedSet<string> segmentNames = new(StringComparer.Ordinal);
    private string? folder;

    /// <summary>The names of the blocks that lie beside it.</summary>
    internal IReadOnlyCollection<string> SegmentNames => segmentNames;

    /// <summary>Takes a segment in; it must not change until the checkpoint is saved.</summary>
    /// <returns>Its name.</returns>
    internal string Add(Segment segment)
    {
        segments[segment.Name] = segment;
        segmentNames.Add(segment.Name);
        return segment.Name;
    }

    /// <summary>Fills a segment with what goes by a name.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or was changed since the checkpoint was filled.</exception>
    internal void Load(string name, Segment into)
    {
        if (segments.TryGetValue(name, out var live))
        {
            // A checkpoint that is loaded in the program that filled it.
            using var memory = new MemoryStream();
            live.WriteTo(memory);
            memory.Position = 0;
            if (live.Length != into.Length || into.ReadFrom(memory) != name)
            {
                throw new CheckpointException("The checkpoint was filled from a buffer that has changed since; save it to a file at once, or fill another.");
            }

            return;
        }

        if (folder is null || !segmentNames.Contains(name))
        {
            throw Broken($"has no segment {SafetensorsHeader.Quote(name)}");
        }

        new SegmentFolder(folder).Read(name, into, path);
    }

    // Before the file, so that what it names is there whenever it is.
    private void SaveSegments(string to)
    {
        if (segmentNames.Count == 0)
        {
            return;
        }

        var source = folder is null ? null : new SegmentFolder(folder);
        if (segments.Any(pair => pair.Value.Name != pair.Key))
        {
            throw new InvalidOperationException("The checkpoint was filled from a buffer that has changed since; fill one and save it at once.");
        }

        var target = new SegmentFolder(FolderOf(to));
        foreach (var name in segmentNames)
        {
            if (segments.TryGetValue(name, out var segment))
            {
                target.Write(segment);
            }
            else
            {
                target.Copy(name, source!, path);
            }
        }
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file))!;

    // The checkpoint is whole already: what cannot be removed now is in nobody's way, and is tried again with the next.
    private static void RemoveUnusedSegments(string beside)
    {
        try
        {
            new SegmentFolder(FolderOf(beside)).RemoveUnused(NamedSegments);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Of a file that may be anything; the manifest alone is read.
    private static IReadOnlyCollection<string>? NamedSegments(string file)
    {
        try
        {
            using var zip = ZipFile.OpenRead(file);
            if (zip.GetEntry(Manifest) is not { } entry || entry.Length > MaximumManifest)
            {
                return null;
            }

            using var stream = entry.Open();
            return ReadNames(JsonNode.Parse(stream)?["segments"]);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or JsonException or InvalidOperationException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    // None where the manifest names none; null where what it names cannot be.
    private static List<string>? ReadNames(JsonNode? json)
    {
        if (json is null)
        {
            return [];
        }

        var names = (json as JsonArray)?.Select(name => name is JsonValue value && value.TryGetValue<string>(out var text) ? text : null).ToList();
        return names is not null && names.TrueForAll(SegmentFolder.IsName) ? [.. names.Select(name => name!)] : null;
    }
}
