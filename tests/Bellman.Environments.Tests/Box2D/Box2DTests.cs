using Bellman.Numerics;

namespace Bellman.Environments.Tests.Box2D;

/// <summary>What all environments of the Box2D family promise.</summary>
public sealed class Box2DTests
{
    public static TheoryData<string> Ids => ["LunarLander-v3", "LunarLanderContinuous-v3", "BipedalWalker-v3", "BipedalWalkerHardcore-v3"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Check_FindsNothing(string id) => Assert.Empty(EnvironmentChecker.Check(id).Findings);

    [Theory]
    [MemberData(nameof(Ids))]
    public void SavedState_GoesOnAsIfNothingHadHappened(string id)
    {
        using var first = EnvironmentRegistry.Default.Make(id);
        using var second = EnvironmentRegistry.Default.Make(id);
        Rows one = new(first.ObservationSpace.Layout, 1), two = new(first.ObservationSpace.Layout, 1), action = new(first.ActionSpace.Layout, 1);
        var (random, copy) = (new RandomStream(5), new RandomStream(77));
        var controller = EnvironmentRegistry.Default.Get(id).Heuristic?.Invoke() ?? new RandomController(first.ActionSpace);
        controller.Begin(6);
        var contacts = 0;
        first.Reset(random, one.Writer(0));
        for (var step = 0; step < 600; step++)
        {
            // Every step goes on from a saved state, in an environment that was in the middle of another episode.
            second.Reset(copy, two.Writer(0));
            copy.Load(random.Save());
            using var memory = new MemoryStream();
            first.As<IStateful>()!.SaveState(new BinaryWriter(memory));
            memory.Position = 0;
            second.As<IStateful>()!.LoadState(new BinaryReader(memory));
            controller.Act(one.Reader(0), [], action.Writer(0));
            var result = first.Step(action.Reader(0), one.Writer(0));
            Assert.Equal(result, second.Step(action.Reader(0), two.Writer(0)));
            Assert.Equal(one.Floats().ToArray(), two.Floats().ToArray());
            contacts += one.Floats()[6] > 0 || one.Floats()[8 % one.Floats().Length] == 1 ? 1 : 0;
            if (result.Terminated || result.Truncated)
            {
                first.Reset(random, one.Writer(0));
            }
        }

        Assert.True(contacts > 50, $"Only {contacts} steps had ground contact.");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void StepsAndResets_AllocateNothing(string id)
    {
        using var environment = VectorEnvironment.Make(id, 1, 3);
        var into = new VectorStep(environment);
        var actions = new Rows(environment.ActionSpace.Layout, 1);
        var random = new RandomStream(4);
        environment.Reset(into);
        Play(2000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play(2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Play(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                environment.ActionSpace.Sample(random, actions.Writer(0));
                environment.Step(actions, into);
            }
        }
    }
}
