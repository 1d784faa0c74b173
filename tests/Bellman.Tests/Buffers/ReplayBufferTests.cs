using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>A replay buffer holds what a list of steps with copies of everything would, however it is chunked and however often it went round.</summary>
public sealed class ReplayBufferTests
{
    public static TheoryData<string> Kinds => ["ends", "image", "dictionary", "masked", "team", "batch"];

    internal static VectorEnvironment Environments(string kind) => kind switch
    {
        "ends" => VectorEnvironment.From([new Paid("tcb", [1, 3, 2]), new Paid("c", [4]), new Paid("t", [1])]),
        "image" => VectorEnvironment.From([new ByteImageFixture()]),
        "dictionary" => VectorEnvironment.From([new DictionaryFixture(), new DictionaryFixture()], seed: 3),
        "masked" => VectorEnvironment.From([new TimeLimit(new MaskedHybridFixture(), 5), new TimeLimit(new MaskedHybridFixture(), 5)], seed: 3),
        "team" => VectorEnvironment.From([new TeamFixture(), new TeamFixture()], seed: 3),
        _ => VectorEnvironment.Make("CartPole-v1", 4, seed: 3),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Buffer_HoldsWhatAListOfStepsWould(string kind)
    {
        foreach (var (capacity, chunkBytes) in ((int, long)[])[(6, 1), (37, 200), (60, 0)])
        {
            using var environment = Environments(kind);
            var twin = new ReplayTwin(environment, capacity);
            var buffer = new ReplayBuffer(environment.ObservationSpace.Layout, environment.ActionSpace.Layout, environment.SlotCount, environment.MaskLength, capacity, chunkBytes: chunkBytes);
            twin.Begin(buffer);
            twin.AssertHolds(buffer);
            for (var t = 0; t < 90; t++)
            {
                twin.Play(buffer);
                if (t % 7 == 0 || t > 80)
                {
                    twin.AssertHolds(buffer);
                }
            }
        }
    }

    [Fact]
    public void ResetFromOutside_KeepsWhatTheLastStepLedTo()
    {
        using var environment = Environments("dictionary");
        var twin = new ReplayTwin(environment, 20);
        var buffer = new ReplayBuffer(environment, 20);
        twin.Begin(buffer);
        for (var t = 0; t < 50; t++)
        {
            twin.Play(buffer);
            if (t % 3 == 0)
            {
                twin.Reset(buffer);
            }

            twin.AssertHolds(buffer);
        }
    }

    [Fact]
    public void Truncation_IsNotTermination_InReplay()
    {
        using var environment = VectorEnvironment.From([new Paid("t", [9]), new Paid("t", [9]), new Paid("t", [9])]);
        var (buffer, step, actions) = (new ReplayBuffer(environment, 30), new VectorStep(environment), new Rows(environment.ActionSpace.Layout, 3));
        environment.Reset(step);
        buffer.Begin(step);
        (step.Terminated[0], step.Truncated[1]) = (1, 1);

        // Where both are set, terminated wins.
        (step.Terminated[2], step.Truncated[2]) = (1, 1);
        step.FinalObservations.Floats().Fill(7);
        buffer.Add(actions, step);
        var batch = new ReplayBatch(buffer, 3);
        (batch.Rows[0], batch.Rows[1], batch.Rows[2]) = (buffer.RowOf(0), buffer.RowOf(1), buffer.RowOf(2));
        buffer.Gather(batch);
        Assert.Equal([1, 0, 1], batch.Terminated);
        Assert.Equal([0, 1, 0], batch.Truncated);
        Assert.All(batch.NextObservations.Floats().ToArray(), value => Assert.Equal(7, value));
    }

    [Fact]
    public void Draws_AreUniform_AndNeverOfDeadAgents()
    {
        using var environment = Environments("team");
        var twin = new ReplayTwin(environment, 60);
        var buffer = new ReplayBuffer(environment, 60);
        twin.Begin(buffer);
        for (var t = 0; t < 25; t++)
        {
            twin.Play(buffer);
        }

        var (rows, random, counts) = (new int[100], new SplittableRandom(1), new Dictionary<int, int>());
        for (var i = 0; i < 1000; i++)
        {
            buffer.Draw(random, rows);
            foreach (var row in rows)
            {
                counts[row] = counts.GetValueOrDefault(row) + 1;
            }
        }

        // Of 60 steps, those of the third agents after their deaths are left out; each other comes 100,000 / n times, within five standard deviations.
        Assert.Equal(twin.ValidCount, counts.Count);
        Assert.InRange(twin.ValidCount, 45, 55);
        var expected = 100_000.0 / counts.Count;
        Assert.All(counts.Values, count => Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected))));
    }

    [Fact]
    public void OwnColumns_StandBesideTheirSteps()
    {
        using var environment = Environments("batch");
        var buffer = new ReplayBuffer(environment, 40, [new RowLeaf("log_probability", ElementType.Float32, [1]), new RowLeaf("version", ElementType.Int32, [2])]);
        Assert.Equal(["observation", "action", "mask", "reward", "terminated", "truncated", "valid", "final", "log_probability", "version"], buffer.Schema.Leaves.Select(leaf => leaf.Name));
        var (step, actions, own) = (new VectorStep(environment), new Rows(environment.ActionSpace.Layout, 4), new Rows(buffer.ColumnLayout, 4));
        environment.Reset(step);
        buffer.Begin(step);
        for (var t = 0; t < 25; t++)
        {
            environment.Step(actions, step);
            for (var slot = 0; slot < 4; slot++)
            {
                own.Floats(0)[slot] = (t * 10) + slot;
                own.Integers(1)[slot * 2] = t;
                own.Integers(1)[(slot * 2) + 1] = slot;
            }

            buffer.Add(actions, step, own);
        }

        var batch = new ReplayBatch(buffer, 64);
        buffer.Sample(batch, new SplittableRandom(4));
        for (var i = 0; i < batch.Count; i++)
        {
            var (t, slot) = (batch.Columns.Integers(1)[2 * i], batch.Columns.Integers(1)[(2 * i) + 1]);
            Assert.InRange(t, 15, 24);
            Assert.Equal((t * 10) + slot, batch.Columns.Floats(0)[i]);
            Assert.Equal(slot, batch.Rows[i] % 4);
        }
    }

    [Fact]
    public void AddingAndDrawing_AllocateNothing_OnceMemoryIsThere()
    {
        using var environment = VectorEnvironment.From([new Paid("tc", [3, 2]), new Paid("c", [4])]);
        var (buffer, step, actions) = (new ReplayBuffer(environment.ObservationSpace.Layout, environment.ActionSpace.Layout, 2, 0, 64, chunkBytes: 256), new VectorStep(environment), new Rows(environment.ActionSpace.Layout, 2));
        var (batch, random) = (new ReplayBatch(buffer, 32), new SplittableRandom(1));
        environment.Reset(step);
        buffer.Begin(step);
        for (var warming = 0; warming < 3; warming++)
        {
            Work();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Work();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Work()
        {
            for (var t = 0; t < 500; t++)
            {
                environment.Step(actions, step);
                buffer.Add(actions, step);
                buffer.Sample(batch, random);
            }
        }
    }

    [Fact]
    public void HugeCapacity_TakesMemoryAsItFills()
    {
        using var environment = Environments("image");
        var twin = new ReplayTwin(environment, 1_000_000_000);
        var buffer = new ReplayBuffer(environment, 1_000_000_000);
        twin.Begin(buffer);
        for (var t = 0; t < 20; t++)
        {
            twin.Play(buffer);
        }

        twin.AssertHolds(buffer);
    }

    [Fact]
    public void Misuse_IsOneSentence()
    {
        using var environment = Environments("batch");
        Assert.Contains("A buffer of 3 steps cannot hold those of 4 slots", Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayBuffer(environment, 3)).Message);
        Assert.Contains("A column 'reward' is there already", Assert.Throws<ArgumentException>(() => new ReplayBuffer(environment, 40, [new RowLeaf("reward", ElementType.Float32, [1])])).Message);
        var (buffer, step, actions) = (new ReplayBuffer(environment, 8), new VectorStep(environment), new Rows(environment.ActionSpace.Layout, 4));
        environment.Reset(step);
        Assert.Contains("call Begin", Assert.Throws<InvalidOperationException>(() => buffer.Add(actions, step)).Message);
        buffer.Begin(step);
        Assert.Contains("holds no step yet", Assert.Throws<InvalidOperationException>(() => buffer.Sample(new ReplayBatch(buffer, 2), new SplittableRandom(1))).Message);
        buffer.Add(actions, step);
        var batch = new ReplayBatch(buffer, 1);
        batch.Rows[0] = buffer.RowOf(0);
        buffer.Gather(batch);
        buffer.Add(actions, step);
        buffer.Add(actions, step);
        Assert.Contains("draw rows anew", Assert.Throws<ArgumentException>(() => buffer.Gather(batch)).Message);
        Assert.Contains("has 0 columns", Assert.Throws<ArgumentException>(() => buffer.Add(actions, step, new Rows(new RowLayout([new RowLeaf("x", ElementType.Byte, [1])]), 4))).Message);
    }
}
