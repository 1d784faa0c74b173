using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What tests of batch forms play with.</summary>
internal static class BatchPlay
{
    /// <summary>Copies of an environment, each in its single form.</summary>
    public static VectorEnvironment Singles(string id, int copies, ulong seed) =>
        VectorEnvironment.From([.. Enumerable.Range(0, copies).Select(_ => EnvironmentRegistry.Default.Make(id))], seed: seed);

    /// <summary>Draws an action for each row.</summary>
    public static void Sample(Space space, Rows actions, RandomStream random)
    {
        for (var i = 0; i < actions.Count; i++)
        {
            space.Sample(random, actions.Writer(i));
        }
    }

    /// <summary>How many bytes 300 steps of 100 copies allocate after as many to warm up.</summary>
    public static long BytesOfSteps(string id)
    {
        using var environment = VectorEnvironment.Make(id, 100, seed: 1);
        var step = new VectorStep(environment);
        var actions = new Rows(environment.ActionSpace.Layout, 100);
        environment.Reset(step);
        Play();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play();
        return GC.GetAllocatedBytesForCurrentThread() - before;

        void Play()
        {
            for (var t = 0; t < 300; t++)
            {
                environment.Step(actions, step);
            }
        }
    }
}
