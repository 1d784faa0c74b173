using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>A replay buffer's numbers, changed under a manifest that agrees, are refused with one sentence or make a buffer that can be drawn from and added to.</summary>
public sealed class ReplayMutationTests : IDisposable
{
    private const int Files = 3000;
    private const string Entry = "replay.safetensors";

    private static readonly long[] Values = [0, 1, 2, 3, -1, 9, 10, 11, 63, 64, 255, 65_536, int.MaxValue, 1L + int.MaxValue, long.MaxValue, long.MinValue];

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void MutatedState_IsRefused_OrMakesABufferThatWorks()
    {
        using var environment = ReplayBufferTests.Environments("masked");
        var (twin, buffer) = (new ReplayTwin(environment, 40), ReplaySegmentTests.Make(environment));
        twin.Begin(buffer);
        for (var t = 0; t < 15; t++)
        {
            twin.Play(buffer);
        }

        var (path, random, loaded, refused) = (Path.Combine(folder, "last.bellman"), new SplittableRandom(1), 0, 0);
        new Checkpoint().Add(Entry, buffer.Exchange).Save(path);
        var (entry, manifest) = Read(path);
        for (var trial = 0; trial < Files; trial++)
        {
            Write(path, Mutate(entry, random), manifest);
            try
            {
                var again = ReplaySegmentTests.Make(environment);
                Checkpoint.Open(path).Load(Entry, again.Exchange);
                twin.Play(again, keep: false);
                if (again.ValidCount > 0)
                {
                    again.Sample(new ReplayBatch(again, 64), random);
                }

                loaded++;
            }
            catch (CheckpointException refusal)
            {
                // What is quoted may be anything on one line.
                Assert.DoesNotContain(refusal.Message, char.IsControl);
                Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
                Assert.InRange(refusal.Message.Length, 20, 500);
                refused++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"File {trial} was neither loaded nor refused.", exception);
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{loaded} loaded, {refused} refused");
        Assert.InRange(loaded, Files / 50, Files);
        Assert.InRange(refused, Files / 2, Files);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Mostly one of the numbers, sometimes a bit of anything.
    private static byte[] Mutate(byte[] entry, SplittableRandom random)
    {
        var mutated = entry.ToArray();
        if (random.NextInt32(5) == 0)
        {
            mutated[random.NextInt32(entry.Length)] ^= (byte)(1 << random.NextInt32(8));
            return mutated;
        }

        var numbers = Numbers(entry);
        BinaryPrimitives.WriteInt64LittleEndian(mutated.AsSpan(numbers[random.NextInt32(numbers.Count)]), Values[random.NextInt32(Values.Length)]);
        return mutated;
    }

    // Where the whole numbers lie.
    private static List<int> Numbers(byte[] entry)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(entry);
        var header = JsonNode.Parse(entry.AsSpan(8, length))!.AsObject();
        return [.. header.Select(pair => pair.Value!).Where(tensor => tensor["dtype"]?.GetValue<string>() == "I64").SelectMany(tensor =>
        {
            var (start, end) = (tensor["data_offsets"]![0]!.GetValue<int>(), tensor["data_offsets"]![1]!.GetValue<int>());
            return Enumerable.Range(0, (end - start) / 8).Select(i => 8 + length + start + (8 * i));
        })];
    }

    private static (byte[] Entry, JsonObject Manifest) Read(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        byte[] Bytes(string name)
        {
            using var memory = new MemoryStream();
            using var stream = zip.GetEntry(name)!.Open();
            stream.CopyTo(memory);
            return memory.ToArray();
        }

        return (Bytes(Entry), JsonNode.Parse(Bytes("manifest.json"))!.AsObject());
    }

    private static void Write(string path, byte[] entry, JsonObject manifest)
    {
        manifest["sha256"] = new JsonObject { [Entry] = Convert.ToHexStringLower(SHA256.HashData(entry)) };
        using var file = File.Create(path);
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        foreach (var (name, data) in ((string, byte[])[])[("manifest.json", Encoding.UTF8.GetBytes(manifest.ToJsonString())), (Entry, entry)])
        {
            using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(data);
        }
    }
}
