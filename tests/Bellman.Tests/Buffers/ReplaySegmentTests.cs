using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Replay buffers go into write-once segments beside checkpoints, of which only those are written that changed, and come back with the same bits and the same draws.</summary>
public sealed class ReplaySegmentTests : IDisposable
{
    private const string Entry = "replay.safetensors";

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    private string Last => Path.Combine(folder, "last.bellman");

    [Theory]
    [MemberData(nameof(ReplayBufferTests.Kinds), MemberType = typeof(ReplayBufferTests))]
    public void Buffer_SavedAtAnyStep_GoesOnWithTheSameBitsAndDraws(string kind)
    {
        using var environment = ReplayBufferTests.Environments(kind);
        var (twin, buffer) = (new ReplayTwin(environment, 40), Make(environment));
        twin.Begin(buffer);
        for (var t = 0; t < 60; t++)
        {
            twin.Play(buffer);
            Save(buffer);
            var again = Load(environment);
            twin.AssertHolds(again);
            Assert.Equal(Draws(buffer), Draws(again));

            // And on from there: what one was loaded from is the other's, bit for bit.
            Assert.Equal(Names(buffer), Names(again));
            buffer = t % 3 == 0 ? again : buffer;
        }
    }

    [Fact]
    public void OnlyWhatChanged_IsWritten_AndWhatNobodyNames_IsRemoved()
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 4, seed: 1);
        var (twin, buffer) = (new ReplayTwin(environment, 4000), Make(environment, 4000, 2048));
        twin.Begin(buffer);
        for (var t = 0; t < 1200; t++)
        {
            twin.Play(buffer);
        }

        Save(buffer);
        var before = Files();
        Assert.InRange(before.Count, 50, 100);
        twin.Play(buffer);
        Save(buffer, "other.bellman");
        var both = Files();

        // The step's chunk, the next observation's at most, and that of final observations if an episode ended.
        Assert.InRange(both.Except(before).Count(), 1, 3);
        Assert.Empty(before.Except(both));
        Save(buffer);
        Assert.Equal(Names(buffer).Order(), Files());
        File.Delete(Path.Combine(folder, "other.bellman"));
        var written = Files().ToDictionary(name => name, name => File.GetLastWriteTimeUtc(FileOf(name)));
        Save(buffer);
        Assert.All(Files(), name => Assert.Equal(written[name], File.GetLastWriteTimeUtc(FileOf(name))));

        // A checkpoint without a buffer takes the folder along.
        new Checkpoint().Add("x.json", new JsonObject()).Save(Last);
        Assert.False(Directory.Exists(Path.Combine(folder, "segments")));
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("cut short")]
    [InlineData("removed")]
    [InlineData("a link")]
    public void SegmentSpoiltUnderTheRun_IsWrittenAnew_WithTheNextCheckpoint(string how)
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 4, seed: 1);
        var (twin, buffer) = (new ReplayTwin(environment, 40), Make(environment));
        twin.Begin(buffer);
        for (var t = 0; t < 20; t++)
        {
            twin.Play(buffer);
        }

        Save(buffer);

        // What was loaded is known as well as what was written.
        buffer = Load(environment);
        foreach (var file in Files().Select(FileOf).ToList())
        {
            var bytes = File.ReadAllBytes(file);
            File.Delete(file);
            switch (how)
            {
                case "changed":
                    bytes[^1] ^= 1;
                    File.WriteAllBytes(file, bytes);
                    break;
                case "cut short":
                    File.WriteAllBytes(file, bytes[..^1]);
                    break;
                case "a link":
                    File.WriteAllBytes(file + ".elsewhere", bytes);
                    File.CreateSymbolicLink(file, file + ".elsewhere");
                    break;
            }
        }

        Save(buffer);
        twin.AssertHolds(Load(environment));
        var written = Files().ToDictionary(name => name, name => File.GetLastWriteTimeUtc(FileOf(name)));
        Save(buffer);
        Assert.All(Files(), name => Assert.Equal(written[name], File.GetLastWriteTimeUtc(FileOf(name))));
    }

    [Fact]
    public void UnreadableCheckpointBeside_KeepsEverySegment()
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 4, seed: 1);
        var (twin, buffer) = (new ReplayTwin(environment, 40), Make(environment));
        twin.Begin(buffer);
        twin.Play(buffer);
        Save(buffer);
        var before = Files();
        File.WriteAllText(Path.Combine(folder, "damaged.bellman"), "no zip");
        twin.Play(buffer);
        Save(buffer);
        Assert.Empty(before.Except(Files()));
        File.Delete(Path.Combine(folder, "damaged.bellman"));
        Save(buffer);
        Assert.Equal(Names(buffer).Order(), Files());
    }

    [Theory]
    [InlineData("missing", "names the segment '{0}', which is not there; copy the folder 'segments' along")]
    [InlineData("changed", "The segment '{0}' holds something else than its name says")]
    [InlineData("short", "The segment '{0}' has {1} bytes where {2} are expected")]
    [InlineData("link", "names the segment '{0}', which is a link")]
    [InlineData("linked folder", "names the segment '{0}', which is a link")]
    public void MissingOrDamagedSegment_IsRefused_AndNamed(string damage, string expected)
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 4, seed: 1);
        var (twin, buffer) = (new ReplayTwin(environment, 40), Make(environment));
        twin.Begin(buffer);
        twin.Play(buffer);
        Save(buffer);
        var (file, elsewhere) = (FileOf(Files()[0]), Path.Combine(folder, "elsewhere"));
        var bytes = File.ReadAllBytes(file);
        switch (damage)
        {
            case "missing":
                File.Delete(file);
                break;
            case "changed":
                File.WriteAllBytes(file, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
                break;
            case "short":
                File.WriteAllBytes(file, bytes[..^1]);
                break;
            case "link":
                File.Move(file, elsewhere);
                File.CreateSymbolicLink(file, elsewhere);
                break;
            default:
                Directory.Move(Path.GetDirectoryName(file)!, elsewhere);
                Directory.CreateSymbolicLink(Path.GetDirectoryName(file)!, elsewhere);
                break;
        }

        var message = Assert.Throws<CheckpointException>(() => Load(environment)).Message;
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, file, bytes.Length - 1, bytes.Length), message);

        // The next checkpoint writes what is missing, through no link.
        if (damage == "linked folder")
        {
            Assert.Contains("is a link, and nothing is written through it", Assert.Throws<IOException>(() => Save(buffer)).Message);
            return;
        }

        if (damage != "changed")
        {
            Save(buffer);
            Assert.Equal(damage == "link" ? bytes : [], File.Exists(elsewhere) ? File.ReadAllBytes(elsewhere) : []);
            twin.AssertHolds(Load(environment));
        }
    }

    [Fact]
    public void KilledBetweenSegmentsAndCheckpoint_TheOldOneIsWhole()
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 4, seed: 1);
        var (twin, buffer) = (new ReplayTwin(environment, 40), Make(environment));
        twin.Begin(buffer);
        twin.Play(buffer);
        Save(buffer);
        var (old, draws) = (Files(), Draws(buffer));
        for (var t = 0; t < 30; t++)
        {
            twin.Play(buffer);
        }

        // The file cannot be written where a folder is in its way: the segments have been by then.
        Directory.CreateDirectory(Last + ".partial");
        Assert.ThrowsAny<Exception>(() => Save(buffer));
        Assert.NotEmpty(Files().Except(old));
        Assert.Empty(old.Except(Files()));
        Assert.Equal(draws, Draws(Load(environment)));

        // What was left behind goes with the next.
        Directory.Delete(Last + ".partial");
        File.WriteAllText(FileOf(new string('a', 64)) + ".partial", "cut short");
        Save(buffer);
        Assert.Equal(Names(buffer).Order(), Files());
        Assert.Equal(Files().Count, Directory.GetFileSystemEntries(Path.Combine(folder, "segments")).Length);
        twin.AssertHolds(Load(environment));
    }

    [Fact]
    public void Checkpoint_ThatIsOpened_IsSavedElsewhere_WithItsSegments()
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 4, seed: 1);
        var (twin, buffer) = (new ReplayTwin(environment, 40), Make(environment));
        twin.Begin(buffer);
        twin.Play(buffer);
        Save(buffer);
        var moved = Directory.CreateDirectory(Path.Combine(folder, "moved")).FullName;
        Checkpoint.Open(Last).Save(Path.Combine(moved, "copy.bellman"));
        Directory.Delete(Path.Combine(folder, "segments"), recursive: true);
        var again = Make(environment);
        Checkpoint.Open(Path.Combine(moved, "copy.bellman")).Load(Entry, again.Exchange);
        twin.AssertHolds(again);
        Assert.Contains("which is not there", Assert.Throws<CheckpointException>(() => Checkpoint.Open(Last).Save(Path.Combine(folder, "third", "copy.bellman"))).Message);
    }

    [Fact]
    public void CheckpointInMemory_IsLoaded_UnlessTheBufferHasChanged()
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 4, seed: 1);
        var (twin, buffer, again) = (new ReplayTwin(environment, 40), Make(environment), Make(environment));
        twin.Begin(buffer);
        twin.Play(buffer);
        var checkpoint = new Checkpoint().Add(Entry, buffer.Exchange);
        checkpoint.Load(Entry, again.Exchange);
        twin.AssertHolds(again);
        twin.Play(buffer);
        Assert.Contains("changed since", Assert.Throws<CheckpointException>(() => checkpoint.Load(Entry, again.Exchange)).Message);
        Assert.Contains("changed since", Assert.Throws<InvalidOperationException>(() => checkpoint.Save(Last)).Message);
    }

    [Fact]
    public void BufferOfAnotherKind_IsRefused()
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 4, seed: 1);
        using var other = VectorEnvironment.Make("Pendulum-v1", 4, seed: 1);
        var (twin, buffer) = (new ReplayTwin(environment, 40), Make(environment));
        twin.Begin(buffer);
        twin.Play(buffer);
        Save(buffer);
        var message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(Last).Load(Entry, Make(other).Exchange)).Message;
        Assert.Contains("observation Float32[4], action Int32[1]", message);
        Assert.Contains("observation Float32[3], action Float32[1]", message);
        Assert.Contains("36 steps", Assert.Throws<CheckpointException>(() => Checkpoint.Open(Last).Load(Entry, Make(environment, 36).Exchange)).Message);
    }

    [Theory]
    [InlineData("\"../../../etc/passwd\"")]
    [InlineData("\"segments/x\"")]
    [InlineData("7")]
    [InlineData("null")]
    public void ManifestWithNamesThatLeadElsewhere_IsRefused(string name)
    {
        new Checkpoint().Add("x.json", new JsonObject()).Save(Last);
        using (var zip = ZipFile.Open(Last, ZipArchiveMode.Update))
        {
            string manifest;
            using (var reader = new StreamReader(zip.GetEntry("manifest.json")!.Open()))
            {
                manifest = reader.ReadToEnd();
            }

            zip.GetEntry("manifest.json")!.Delete();
            using var writer = new StreamWriter(zip.CreateEntry("manifest.json", CompressionLevel.NoCompression).Open());
            writer.Write(manifest[..^1] + $",\"segments\":[{name}]}}");
        }

        Assert.Contains("names segments in its manifest that cannot be", Assert.Throws<CheckpointException>(() => Checkpoint.Open(Last)).Message);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal static ReplayBuffer Make(VectorEnvironment environment, int capacity = 40, long chunkBytes = 150) =>
        new(environment.ObservationSpace.Layout, environment.ActionSpace.Layout, environment.SlotCount, environment.MaskLength, capacity, chunkBytes: chunkBytes);

    private static IReadOnlyCollection<string> Names(ReplayBuffer buffer) => new Checkpoint().Add(Entry, buffer.Exchange).SegmentNames;

    private static string Draws(ReplayBuffer buffer)
    {
        var (batch, random) = (new ReplayBatch(buffer, 16), new SplittableRandom(5));
        buffer.Sample(batch, random);
        return string.Join(' ', batch.Rows.Concat(Enumerable.Range(0, batch.Observations.Layout.Leaves.Count).SelectMany(leaf => batch.NextObservations.Raw(leaf).ToArray()).Select(one => (int)one)));
    }

    private void Save(ReplayBuffer buffer, string name = "last.bellman") => new Checkpoint().Add(Entry, buffer.Exchange).Save(Path.Combine(folder, name));

    private ReplayBuffer Load(VectorEnvironment environment)
    {
        var buffer = Make(environment);
        Checkpoint.Open(Last).Load(Entry, buffer.Exchange);
        return buffer;
    }

    private string FileOf(string name) => Path.Combine(folder, "segments", name + ".segment");

    private List<string> Files() => [.. Directory.GetFiles(Path.Combine(folder, "segments"), "*.segment").Select(Path.GetFileNameWithoutExtension).Where(name => Regex.IsMatch(name!, "^[0-9a-f]{64}$")).Select(name => name!).Order(StringComparer.Ordinal)];
}
