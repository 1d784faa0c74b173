using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>A process that does little else than save a replay buffer, killed at random moments, always leaves a checkpoint that loads whole, and ends with the same bits.</summary>
public sealed class ReplayKillTests : IDisposable
{
    private const string Switch = "BELLMAN_TESTS_REPLAY";
    private const int Steps = 600;
    private const int Kills = 6;

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    [Fact]
    public void Saving_KilledAnywhere_LeavesTheOldOrTheNew()
    {
        var (random, starts) = (new Random(2), new HashSet<int>());
        for (var life = 0; life < Kills; life++)
        {
            // However slow the machine is: after so many saves, and some time into the next ones.
            var start = Live(saves: random.Next(1, 80), random.Next(0, 5));
            starts.Add(start);
            var (buffer, at) = Load(folder);
            Assert.InRange(at, start + 1, Steps);
            Assert.Equal(Expected(at).SegmentNames, Of(buffer, at).SegmentNames);
        }

        Live(saves: null);
        Assert.Equal(Kills, starts.Count);
        var end = Load(folder);
        Assert.Equal(Steps, end.At);
        Assert.Equal(Expected(Steps).SegmentNames, Of(end.Buffer, Steps).SegmentNames);

        // Nothing that killed processes left behind stays.
        Assert.Equal(Expected(Steps).SegmentNames.Select(name => name + ".segment"), Directory.GetFiles(Path.Combine(folder, "segments")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [ModuleInitializer]
    internal static void SaveIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Switch) is { } folder)
        {
            var (buffer, at) = Load(folder);
            Console.WriteLine(at);
            while (at < Steps)
            {
                Add(buffer, at++);
                Of(buffer, at).Save(Path.Combine(folder, "last.bellman"));
                Console.WriteLine(at);
            }

            Environment.Exit(0);
        }
    }

    private static (ReplayBuffer Buffer, int At) Load(string folder)
    {
        using var fixture = new MaskedHybridFixture();
        var (buffer, at) = (new ReplayBuffer(fixture.ObservationSpace.Layout, fixture.ActionSpace.Layout, slots: 2, fixture.MaskLength, capacity: 200, chunkBytes: 512), 0L);
        var path = Path.Combine(folder, "last.bellman");
        if (File.Exists(path))
        {
            Checkpoint.Open(path).Load("state.safetensors", state =>
            {
                state.Exchange("at", ref at);
                buffer.Exchange(state.Part("replay"));
            });
        }

        return (buffer, (int)at);
    }

    private static Checkpoint Of(ReplayBuffer buffer, long at) => new Checkpoint().Add("state.safetensors", state =>
    {
        state.Exchange("at", ref at);
        buffer.Exchange(state.Part("replay"));
    });

    // What a buffer holds that nobody interrupted.
    private static Checkpoint Expected(int at)
    {
        var (buffer, _) = Load(Path.GetTempPath() + Guid.NewGuid());
        for (var t = 0; t < at; t++)
        {
            Add(buffer, t);
        }

        return Of(buffer, at);
    }

    // Steps that follow from their number alone.
    private static void Add(ReplayBuffer buffer, int t)
    {
        using var environment = VectorEnvironment.From([new MaskedHybridFixture(), new MaskedHybridFixture()]);
        var (step, actions, random) = (new VectorStep(environment), new Rows(environment.ActionSpace.Layout, 2), new SplittableRandom((ulong)t));
        if (t == 0)
        {
            Fill();
            buffer.Begin(step);
        }

        Fill();
        actions.Integers(0)[1] = random.NextInt32(3);
        buffer.Add(actions, step);

        void Fill()
        {
            random.Uniform(step.Observations.Floats());
            random.Uniform(step.FinalObservations.Floats());
            for (var slot = 0; slot < 2; slot++)
            {
                step.Rewards[slot] = random.NextDouble();
                step.Terminated[slot] = (byte)(random.NextInt32(7) / 6);
                step.Truncated[slot] = (byte)(random.NextInt32(7) / 6);
                step.Valid[slot] = (byte)((random.NextInt32(9) + 7) / 8);
                step.ActionMasks[3 * slot] = (byte)random.NextInt32(2);
            }
        }
    }

    private int Live(int? saves, int milliseconds = 0)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ReplayKillTests).Assembly.Location]) { RedirectStandardOutput = true };
        start.Environment[Switch] = folder;
        using var process = Process.Start(start)!;
        var at = int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        for (var i = 0; i < saves; i++)
        {
            process.StandardOutput.ReadLine();
        }

        if (saves is not null && !process.WaitForExit(milliseconds))
        {
            process.Kill();
        }

        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(saves is not null || process.ExitCode == 0);
        return at;
    }
}
