using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What every environment holds: observations in its space, the same bits for the same seed, a saved state that goes on, nothing allocated by a step, and a picture.</summary>
internal static class Conformance
{
    public static void Check(Func<IEnvironment> make, int steps = 300, bool draws = true)
    {
        using IEnvironment first = make(), second = make();
        Rows one = new(first.ObservationSpace.Layout, 1), two = new(first.ObservationSpace.Layout, 1), action = new(first.ActionSpace.Layout, 1);
        RandomStream left = new(3), right = new(3), actions = new(4);
        first.Reset(left, one.Writer(0));
        second.Reset(right, two.Writer(0));
        var stateful = first.As<IStateful>();
        Assert.NotNull(stateful);
        for (var t = 0; t < steps; t++)
        {
            AssertEqual(one, two);
            Assert.True(first.ObservationSpace.Contains(one.Reader(0)), $"The observation of step {t} lies outside {first.ObservationSpace}.");
            SampleAllowed(first, actions, action);
            if (t % 7 == 3)
            {
                Move(stateful, second.As<IStateful>()!);
            }

            var result = first.Step(action.Reader(0), one.Writer(0));
            Assert.Equal(result, second.Step(action.Reader(0), two.Writer(0)));
            AssertEqual(one, two);
            if (result.Terminated || result.Truncated)
            {
                Assert.False(result.Terminated && result.Truncated);
                first.Reset(left, one.Writer(0));
                second.Reset(right, two.Writer(0));
            }
        }

        Assert.Equal(left.Save(), right.Save());
        if (draws)
        {
            var scene = new Scene();
            first.As<IDrawable>()!.Draw(scene);
            Assert.NotEmpty(scene.Shapes);
        }
    }

    /// <summary>The bytes that so many steps with random actions allocate, resets included, once warm.</summary>
    public static long Allocated(IEnvironment environment, int steps = 500)
    {
        Rows observation = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
        RandomStream random = new(5), actions = new(6);
        var before = 0L;
        for (var round = 0; round < 3; round++)
        {
            environment.Reset(random, observation.Writer(0));
            before = GC.GetAllocatedBytesForCurrentThread();
            for (var t = 0; t < steps; t++)
            {
                environment.ActionSpace.Sample(actions, action.Writer(0));
                var result = environment.Step(action.Reader(0), observation.Writer(0));
                if (result.Terminated || result.Truncated)
                {
                    environment.Reset(random, observation.Writer(0));
                }
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // Loads the first one's state into the second; the streams go on as they are.
    private static void Move(IStateful from, IStateful to)
    {
        using var memory = new MemoryStream();
        from.SaveState(new BinaryWriter(memory));
        var written = memory.Length;
        memory.Position = 0;
        to.LoadState(new BinaryReader(memory));
        Assert.Equal(written, memory.Position);
    }

    private static void SampleAllowed(IEnvironment environment, RandomStream random, Rows action)
    {
        environment.ActionSpace.Sample(random, action.Writer(0));
        if (environment.ActionSpace is DiscreteSpace && environment.As<IActionMask>() is { } masked)
        {
            var mask = new byte[masked.MaskLength];
            masked.WriteMask(mask);
            while (mask[action.Integers()[0]] == 0)
            {
                environment.ActionSpace.Sample(random, action.Writer(0));
            }
        }
    }

    private static void AssertEqual(Rows expected, Rows actual)
    {
        for (var leaf = 0; leaf < expected.Layout.Leaves.Count; leaf++)
        {
            Assert.Equal(expected.Raw(leaf, 0).ToArray(), actual.Raw(leaf, 0).ToArray());
        }
    }
}
