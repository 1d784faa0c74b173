using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>The batch forms against the single ones: a step within 1e-12, the same ends, and what happens at an end.</summary>
public sealed class BatchEnvironmentTests
{
    public static TheoryData<string> Ids => ["CartPole-v1", "MountainCar-v0", "Pendulum-v1"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void OneStep_IsWithin1EMinus12OfTheSingleForms_FromTheSameState(string id)
    {
        // 77 copies are neither a multiple of the lanes nor of the blocks.
        const int copies = 77;
        using var single = EnvironmentRegistry.Default.Make(id, new Dictionary<string, string> { ["maxEpisodeSteps"] = "0" });
        using var batch = EnvironmentRegistry.Default.Get(id).BatchFactory!(new EnvironmentOptions(null), copies, 3, 0)!;
        using var shape = VectorEnvironment.Make(id, copies);
        VectorStep step = new(shape);
        Rows actions = new(shape.ActionSpace.Layout, copies), observation = new(shape.ObservationSpace.Layout, 1);
        var random = new RandomStream(5);
        var width = shape.ObservationSpace.Layout.Leaves[0].Length;
        batch.Reset(step);
        for (var t = 0; t < 300; t++)
        {
            var before = Enumerable.Range(0, copies).Select(copy => Saved(writer => batch.SaveState(copy, writer))).ToArray();
            BatchPlay.Sample(shape.ActionSpace, actions, random);
            batch.Step(actions, step);
            for (var copy = 0; copy < copies; copy++)
            {
                single.As<IStateful>()!.LoadState(Reader(before[copy]));
                var result = single.Step(actions.Reader(copy), observation.Writer(0));
                Assert.Equal(result.Terminated, step.Terminated[copy] != 0);
                Assert.Equal(result.Reward, step.Rewards[copy], 1e-12 * Math.Max(1, Math.Abs(result.Reward)));
                var after = step.Terminated[copy] != 0 ? step.FinalObservations : step.Observations;
                Assert.All(Enumerable.Range(0, width), i => Assert.Equal(observation.Floats()[i], after.Floats()[(copy * width) + i], 1e-6f * Math.Max(1, Math.Abs(observation.Floats()[i]))));
                if (!result.Terminated)
                {
                    var expected = Saved(single.As<IStateful>()!.SaveState);
                    var actual = Saved(writer => batch.SaveState(copy, writer));
                    Assert.Equal(expected.Length, actual.Length);
                    Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * Math.Max(1, Math.Abs(pair.First))));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Episodes_BeginAndEndAsTheSingleForms(string id)
    {
        // As many steps as it takes for time limits to strike in each of them.
        const int copies = 9;
        using var batch = VectorEnvironment.Make(id, copies, seed: 11);
        using var singles = BatchPlay.Singles(id, copies, seed: 11);
        VectorStep left = new(batch), right = new(singles);
        var actions = new Rows(batch.ActionSpace.Layout, copies);
        batch.Reset(left);
        singles.Reset(right);
        AssertClose(right.Observations, left.Observations);
        var random = new RandomStream(2);
        var (terminated, truncated) = (0, 0);
        for (var t = 0; t < 450; t++)
        {
            BatchPlay.Sample(batch.ActionSpace, actions, random);
            batch.Step(actions, left);
            singles.Step(actions, right);
            Assert.Equal(right.Terminated, left.Terminated);
            Assert.Equal(right.Truncated, left.Truncated);
            Assert.All(right.Rewards.Zip(left.Rewards), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
            AssertClose(right.Observations, left.Observations);
            AssertClose(right.FinalObservations, left.FinalObservations);
            terminated += left.Terminated.Count(flag => flag != 0);
            truncated += left.Truncated.Count(flag => flag != 0);
        }

        Assert.Equal(id == "CartPole-v1", terminated > 0);
        Assert.Equal(id != "CartPole-v1", truncated == 2 * copies);
    }

    [Fact]
    public void TimeLimit_TruncatesAndTheTasksEndTerminates_NeverBoth()
    {
        using var environment = VectorEnvironment.Make("CartPole-v1", 70, seed: 4, options: new Dictionary<string, string> { ["maxEpisodeSteps"] = "12" });
        var step = new VectorStep(environment);
        var actions = new Rows(environment.ActionSpace.Layout, 70);
        environment.Reset(step);
        var random = new RandomStream(8);
        var elapsed = new int[70];
        var counts = new int[2];
        for (var t = 0; t < 200; t++)
        {
            BatchPlay.Sample(environment.ActionSpace, actions, random);
            environment.Step(actions, step);
            for (var i = 0; i < 70; i++)
            {
                elapsed[i]++;
                Assert.False(step.Terminated[i] != 0 && step.Truncated[i] != 0);
                Assert.Equal(elapsed[i] == 12 && step.Terminated[i] == 0, step.Truncated[i] != 0);
                counts[0] += step.Terminated[i];
                counts[1] += step.Truncated[i];
                elapsed[i] = step.Ended(i) ? 0 : elapsed[i];
            }
        }

        Assert.All(counts, count => Assert.True(count > 50, $"{count}"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Steps_AllocateNothing(string id) => Assert.Equal(0, BatchPlay.BytesOfSteps(id));

    [Fact]
    public void NaN_InAnAction_NamesTheEnvironment()
    {
        using var environment = VectorEnvironment.Make("Pendulum-v1", 10);
        var step = new VectorStep(environment);
        var actions = new Rows(environment.ActionSpace.Layout, 10);
        environment.Reset(step);
        actions.Floats()[6] = float.NaN;
        Assert.StartsWith("Environment 6 of Pendulum-v1 gave", Assert.Throws<InvalidOperationException>(() => environment.Step(actions, step)).Message, StringComparison.Ordinal);
    }

    // Over a whole episode the steps' differences grow with the dynamics; 1e-5 is the floats' own.
    private static void AssertClose(Rows expected, Rows actual) =>
        Assert.All(expected.Floats().ToArray().Zip(actual.Floats().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * Math.Max(1, Math.Abs(pair.First))));

    private static double[] Saved(Action<BinaryWriter> save)
    {
        using var memory = new MemoryStream();
        save(new BinaryWriter(memory));
        memory.Position = 0;
        var reader = new BinaryReader(memory);
        return [.. Enumerable.Range(0, (int)memory.Length / sizeof(double)).Select(_ => reader.ReadDouble())];
    }

    private static BinaryReader Reader(double[] state)
    {
        var memory = new MemoryStream();
        var writer = new BinaryWriter(memory);
        Array.ForEach(state, writer.Write);
        memory.Position = 0;
        return new BinaryReader(memory);
    }
}
