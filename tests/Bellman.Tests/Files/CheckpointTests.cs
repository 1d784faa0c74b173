using System.IO.Compression;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Checkpoints come back equal, and damaged ones are refused with what is wrong.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    public static TheoryData<string> Environments => ["CartPole-v1", "Pendulum-v1", "MountainCarContinuous-v0"];

    [Theory]
    [MemberData(nameof(Environments))]
    public void Policy_ComesBackWithTheSameBits(string id)
    {
        var policy = MakePolicy(id);
        policy.Save(Path.Combine(folder, "policy.bellman"));
        var loaded = Policy.Load(Path.Combine(folder, "policy.bellman"));
        Assert.Equal(policy.WeightsSha256, loaded.WeightsSha256);
        Assert.Equal(policy.ObservationSpace, loaded.ObservationSpace);
        Assert.Equal(policy.ActionSpace, loaded.ActionSpace);
        Assert.Equal(policy.Settings, loaded.Settings);
        Assert.Equal(Evaluation.Run(policy, id, 3), Evaluation.Run(loaded, id, 3));
    }

    [Fact]
    public void EqualContents_GiveEqualBytes_AndNothingIsLeftAside()
    {
        var policy = MakePolicy("CartPole-v1");
        string first = Path.Combine(folder, "a.bellman"), second = Path.Combine(folder, "b.bellman");
        policy.Save(first);
        policy.Save(second);
        policy.Save(second);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.Equal(["a.bellman", "b.bellman"], Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order());
    }

    [Fact]
    public void EveryChangedByteOfAWeight_IsRefused()
    {
        var path = Path.Combine(folder, "policy.bellman");
        MakePolicy("CartPole-v1").Save(path);
        var whole = File.ReadAllBytes(path);
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[random.Next(whole.Length / 2, whole.Length * 3 / 4)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            Assert.Throws<CheckpointException>(() => Policy.Load(path));
        }
    }

    [Fact]
    public void TruncatedFile_IsRefusedWithItsName()
    {
        var path = Path.Combine(folder, "policy.bellman");
        MakePolicy("CartPole-v1").Save(path);
        var whole = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 1, 30, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains("policy.bellman", Assert.Throws<CheckpointException>(() => Policy.Load(path)).Message);
        }
    }

    [Fact]
    public void ForeignEntry_NewerVersion_AndMissingFile_AreRefused()
    {
        var path = Path.Combine(folder, "policy.bellman");
        Assert.Contains("There is no checkpoint", Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message);
        new Checkpoint().Add("a.json", new JsonObject { ["x"] = 1 }).Save(path);
        Assert.Equal(1, (int)Checkpoint.Open(path).Json("a.json")["x"]!);
        Assert.Contains("has no entry 'b.json'", Assert.Throws<CheckpointException>(() => Checkpoint.Open(path).Json("b.json")).Message);

        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            zip.CreateEntry("extra.json");
        }

        Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));

        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create is var mode && File.Exists(path) ? ZipArchiveMode.Update : mode))
        {
            zip.GetEntry("manifest.json")!.Delete();
            using var manifest = new StreamWriter(zip.CreateEntry("manifest.json", CompressionLevel.NoCompression).Open());
            manifest.Write("""{"format":"bellman","schema":99,"sha256":{}}""");
        }

        Assert.Contains("version 99", Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message);
    }

    [Fact]
    public void Session_ActsInAProduct_WithoutEnvironmentOrTrainer_AndWithoutAllocating()
    {
        var path = Path.Combine(folder, "policy.bellman");
        MakePolicy("Pendulum-v1").Save(path);
        using var session = Policy.Load(path).CreateSession();
        float[] observation = [1, 0, 0], action = new float[1];
        session.Act(observation, action, deterministic: true);
        session.Act(observation, action);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            session.Act(observation, action, deterministic: i % 2 == 0);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(action[0], -2, 2);
        Assert.Throws<ArgumentException>(() => session.Act([1, 2], action));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Policy MakePolicy(string id)
    {
        using var environment = VectorEnvironment.Make(id);
        var policy = new Policy(environment.ObservationSpace, environment.ActionSpace, new PolicySettings { NormalizeObservations = id != "CartPole-v1", StateDependentExploration = id == "Pendulum-v1", HiddenSizes = [32, 16] }, new SplittableRandom(3));
        policy.Normalizer?.Update([1, 2, 3, 4, 5, 6]);
        return policy;
    }
}
