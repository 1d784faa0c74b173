using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// Damaged checkpoints: each is refused with one sentence or loaded equal, quickly and in little memory. A third are damaged as files, most often in the zip's own records; a third inside their entries,
/// in an unbroken zip; a third inside their entries with a manifest that agrees, so that nothing but the contents can give them away.
/// </summary>
public sealed partial class CheckpointMutationTests : IDisposable
{
    private const int Files = 100_000;
    private const int SettingsFiles = 20_000;
    private const long AllowedMemory = 64 << 20;

    private static readonly string[] Values =
    [
        "0", "-1", "1", "3", "99999999", "2147483647", "2147483648", "9223372036854775807", "1e308", "1e-320", "0.5", "null", "true", "[]", "{}", "\"\"", "\"x\"", "\"NaN\"", "\"Infinity\"", "[[[[[[[[[[]]]]]]]]]]", "[4194304,4194304]",
    ];

    private readonly byte[] golden = File.ReadAllBytes(GoldenCheckpointTests.Path1);
    private readonly SplittableRandom random = new(1);
    private readonly Ppo agent = GoldenCheckpointTests.Agent1();

    [Fact]
    public void MutatedCheckpoints_AreRefusedOrLoadedEqual() => AreRefusedOrLoadedEqual(GoldenCheckpointTests.Path1, Files, agent);

    [Fact]
    public void MutatedLinearCheckpoints_AreRefusedOrLoadedEqual()
    {
        using var linear = GoldenCheckpointTests.LinearAgent1();
        AreRefusedOrLoadedEqual(GoldenCheckpointTests.Linear1, Files / 5, linear);
    }

    [Fact]
    public void MutatedSettings_AreRefusedOrReadEqual()
    {
        var whole = SettingsOverlay.ToJson(PpoSettings.For("CartPole-v1"), SettingsJson.Default.PpoSettings).ToJsonString();
        var (read, refused) = (0, 0);
        for (var trial = 0; trial < SettingsFiles; trial++)
        {
            var text = Encoding.UTF8.GetString(MutateText(Encoding.UTF8.GetBytes(whole)));
            try
            {
                var plan = Configure(SettingsOverlay.Parse(text, "'x.json'"));
                Assert.Equal(plan.Settings.ToJsonString(), Configure(plan.Settings).Settings.ToJsonString());
                read++;
            }
            catch (ArgumentException refusal)
            {
                // What is quoted may hold anything, but no line end.
                Assert.DoesNotContain(refusal.Message, char.IsControl);
                Assert.InRange(refusal.Message.Length, 20, 500);
                refused++;
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{read} read, {refused} refused");
        Assert.InRange(read, 100, Files);
        Assert.InRange(refused, 100, Files);

        static AlgorithmPlan Configure(JsonObject settings) => AlgorithmRegistry.Get("ppo").Configure(new AlgorithmRequest { Environment = "CartPole-v1", File = settings });
    }

    [Theory]
    [InlineData("../policy.json")]
    [InlineData("/etc/policy.json")]
    [InlineData("a/../../policy.json")]
    [InlineData("C:\\policy.json")]
    [InlineData("folder\\policy.json")]
    [InlineData(".hidden")]
    public void NamesThatLeadElsewhere_AreRefused(string name) => Refuses("whose name is none of a checkpoint", zip => zip.CreateEntry(name));

    [Fact]
    public void Links_AreRefused() => Refuses("a link or another special file", zip =>
    {
        var entry = zip.CreateEntry("policy.json", CompressionLevel.NoCompression);
        entry.ExternalAttributes = unchecked((int)0xA1FF0000);
        using var target = entry.Open();
        target.Write("/etc/passwd"u8);
    });

    [Fact]
    public void Bombs_AreRefused_BeforeTheyTakeMemory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("policy.safetensors", CompressionLevel.SmallestSize).Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 512; i++)
            {
                entry.Write(zeros);
            }
        }

        memory.Position = 0;
        Assert.Contains("compressed", Assert.Throws<CheckpointException>(() => Checkpoint.Read(memory, "The file")).Message);

        // One that only says that it is so large.
        var file = Zip(Entries(golden), sign: true);
        var directory = file.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(directory + 20), 0x7FFFFFFF);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(directory + 24), 0x7FFFFFFF);
        Assert.Contains("which cannot be", Assert.Throws<CheckpointException>(() => Checkpoint.Read(new MemoryStream(file), "The file")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllowedMemory);
    }

    public void Dispose() => agent.Dispose();

    private static void Refuses(string expected, Action<ZipArchive> add)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            add(zip);
        }

        memory.Position = 0;
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => Checkpoint.Read(memory, "The file")).Message);
    }

    private static List<(string Name, byte[] Data)> Entries(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return [.. zip.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            var data = new byte[entry.Length];
            stream.ReadExactly(data);
            return (entry.FullName, data);
        })];
    }

    private static byte[] Zip(List<(string Name, byte[] Data)> entries, bool sign)
    {
        var sums = new JsonObject();
        if (sign)
        {
            foreach (var (name, data) in entries.Where(entry => entry.Name != "manifest.json"))
            {
                sums[name] = Convert.ToHexStringLower(SHA256.HashData(data));
            }
        }

        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, data) in entries)
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(sign && name == "manifest.json" ? Encoding.UTF8.GetBytes(new JsonObject { ["format"] = "bellman", ["schema"] = 1, ["sha256"] = sums.DeepClone() }.ToJsonString()) : data);
            }
        }

        return memory.ToArray();
    }

    private void AreRefusedOrLoadedEqual(string path, int files, IAgent learner)
    {
        var (whole, weights) = (File.ReadAllBytes(path), Policy.Load(path).WeightsSha256);
        var entries = Entries(whole);
        var (loaded, refused, signed, most) = (0, 0, 0, 0L);
        for (var trial = 0; trial < files; trial++)
        {
            var kind = trial % 3;
            var file = kind == 0 ? Damage(whole) : Zip(MutateEntry(entries), sign: kind == 2);
            var started = Stopwatch.GetTimestamp();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var checkpoint = Checkpoint.Read(new MemoryStream(file), "The file");
                var policy = Policy.Load(checkpoint);
                if (trial % 9 == 2)
                {
                    learner.LoadState(checkpoint);
                }

                // With a manifest that agrees, other weights are other weights; without one, nothing may differ.
                Assert.True(kind == 2 || policy.WeightsSha256 == weights, $"File {trial} was loaded with other weights.");
                (loaded, signed) = (loaded + 1, signed + (kind == 2 ? 1 : 0));
            }
            catch (CheckpointException refusal)
            {
                SafetensorsRefusalTests.AssertOneSentence(refusal.Message);
                refused++;
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.IAssertionException)
            {
                throw new InvalidOperationException($"File {trial} was neither loaded nor refused.", exception);
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.InRange(most, 0, AllowedMemory);
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{loaded} loaded, {signed} of them with a manifest that agrees, {refused} refused; at most {most} bytes allocated");
        Assert.InRange(loaded, files / 100, files);
        Assert.InRange(refused, files / 2, files);
    }

    // Bytes of the file: in three of four cases those of the zip's headers, directory and end.
    private byte[] Damage(byte[] file)
    {
        var damaged = (byte[])file.Clone();
        for (var mutations = 1 + random.NextInt32(3); mutations > 0; mutations--)
        {
            var at = random.NextInt32(4) == 0 ? random.NextInt32(damaged.Length) : Record(damaged);
            switch (random.NextInt32(8))
            {
                case 0:
                    damaged = damaged[..at];
                    break;
                case 1:
                    damaged = [.. damaged[..at], .. damaged[Math.Min(damaged.Length, at + 1 + random.NextInt32(20))..]];
                    break;
                case 2:
                    damaged = [.. damaged[..at], .. damaged[(at / 2)..at], .. damaged[at..]];
                    break;
                case 3 when at + 4 <= damaged.Length:
                    BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at), (uint)(random.NextInt32(2) == 0 ? random.NextUInt64() : 1UL << random.NextInt32(32)));
                    break;
                default:
                    if (at < damaged.Length)
                    {
                        damaged[at] ^= (byte)(1 << random.NextInt32(8));
                    }

                    break;
            }

            if (damaged.Length == 0)
            {
                return damaged;
            }
        }

        return damaged;
    }

    private int Record(byte[] file)
    {
        ReadOnlySpan<byte> mark = random.NextInt32(3) switch { 0 => "PK\u0003\u0004"u8, 1 => "PK\u0001\u0002"u8, _ => "PK\u0005\u0006"u8 };
        var from = random.NextInt32(file.Length);
        var found = file.AsSpan(from).IndexOf(mark) is >= 0 and var after ? from + after : file.AsSpan().IndexOf(mark);
        return Math.Clamp(found + random.NextInt32(50), 0, file.Length - 1);
    }

    private List<(string Name, byte[] Data)> MutateEntry(List<(string Name, byte[] Data)> entries)
    {
        List<(string Name, byte[] Data)> mutated = [.. entries];
        var index = random.NextInt32(mutated.Count);
        var (name, data) = mutated[index];
        switch (random.NextInt32(20))
        {
            case 0:
                mutated.RemoveAt(index);
                break;
            case 1:
                mutated[index] = (name + "x", data);
                break;
            case 2:
                mutated.Add(mutated[random.NextInt32(mutated.Count)]);
                break;
            case 3:
                // The same in another order is the same.
                mutated.Reverse();
                break;
            default:
                mutated[index] = (name, name.EndsWith(".json", StringComparison.Ordinal) ? MutateText(data) : MutateTensors(data));
                break;
        }

        return mutated;
    }

    private byte[] MutateText(byte[] text)
    {
        var at = random.NextInt32(text.Length);
        return random.NextInt32(5) switch
        {
            0 => [.. text[..at], (byte)(text[at] ^ (1 << random.NextInt32(8))), .. text[(at + 1)..]],
            1 => text[..at],
            2 => [.. text[..at], .. Encoding.UTF8.GetBytes(Values[random.NextInt32(Values.Length)]), .. text[at..]],
            _ => Encoding.UTF8.GetBytes(JsonValue().Replace(Encoding.UTF8.GetString(text), match => random.NextInt32(8) == 0 ? match.Groups[1].Value + Values[random.NextInt32(Values.Length)] : match.Value)),
        };
    }

    // Lengths and numbers of the header, or any byte.
    private byte[] MutateTensors(byte[] data)
    {
        var mutated = (byte[])data.Clone();
        var header = (int)BinaryPrimitives.ReadInt64LittleEndian(data) + 8;
        var at = random.NextInt32(3) == 0 ? random.NextInt32(header) : random.NextInt32(data.Length);
        switch (random.NextInt32(4))
        {
            case 0:
                return data[..at];
            case 1 when at + 8 <= data.Length:
                BinaryPrimitives.WriteUInt64LittleEndian(mutated.AsSpan(at), random.NextInt32(2) == 0 ? random.NextUInt64() : ulong.MaxValue >> random.NextInt32(64));
                return mutated;
            default:
                mutated[at] ^= (byte)(1 << random.NextInt32(8));
                return mutated;
        }
    }

    [GeneratedRegex("(\"\\s*:\\s*)(?:-?[0-9.eE+-]+|true|false|null|\"[^\"]*\"|\\[[^\\[\\]]*\\])")]
    private static partial Regex JsonValue();
}
