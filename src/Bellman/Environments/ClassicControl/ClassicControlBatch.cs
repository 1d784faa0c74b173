using System.Numerics;
using Bellman.Numerics;

namespace Bellman;

/// <summary>The dynamics of many copies of a task, on lanes. Implemented by structs, so that a width and a task make one loop without calls.</summary>
internal interface IBatchDynamics
{
    /// <summary>Draws a copy's first state and writes its observation.</summary>
    void Begin(int copy, RandomStream random, Span<float> observation);

    /// <summary>Steps the copies from <paramref name="first"/> on; writes their observations and rewards.</summary>
    /// <returns>A mask: where the task ended.</returns>
    TLanes Step<TLanes>(int first, Rows actions, Span<float> observations, double[] rewards) where TLanes : struct, IDoubleLanes<TLanes>;
}

/// <summary>The batch form of a classic control task: streams, episode lengths and what happens at an episode's end; the dynamics do the rest.</summary>
internal sealed class ClassicControlBatch<TDynamics> : IBatchEnvironment where TDynamics : struct, IBatchDynamics
{
    private readonly TDynamics dynamics;
    private readonly RandomStream[] streams;
    private readonly double[] elapsed;
    private readonly int limit;
    private readonly int length;

    public ClassicControlBatch(IEnvironment single, TDynamics dynamics, int count, ulong seed, int limit)
    {
        (ObservationSpace, ActionSpace) = (single.ObservationSpace, single.ActionSpace);
        this.dynamics = dynamics;
        this.limit = limit;
        length = ObservationSpace.Layout.Leaves[0].Length;
        elapsed = new double[count];
        streams = [.. Enumerable.Range(0, count).Select(i => new RandomStream(seed + (ulong)i))];
    }

    public int Count => streams.Length;

    public Space ObservationSpace { get; }

    public Space ActionSpace { get; }

    public void Reset(VectorStep into)
    {
        into.Rewards.AsSpan().Clear();
        ClearEnds(into);
        for (var copy = 0; copy < Count; copy++)
        {
            Begin(copy, into.Observations.Floats());
        }
    }

    public void Step(Rows actions, VectorStep into)
    {
        ClearEnds(into);
        DoubleLanes.Run(new Work(this, actions, into));
    }

    public void Dispose()
    {
    }

    private static void ClearEnds(VectorStep into)
    {
        into.Terminated.AsSpan().Clear();
        into.Truncated.AsSpan().Clear();
    }

    private void Step<TLanes>(int first, Rows actions, Span<float> observations, VectorStep into) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var terminated = dynamics.Step<TLanes>(first, actions, observations, into.Rewards);
        var steps = TLanes.Load(elapsed, first) + TLanes.Create(1);
        steps.Store(elapsed, first);
        var ends = TLanes.Bits(terminated | TLanes.Equal(steps, TLanes.Create(limit)));
        if (ends != 0)
        {
            End(first, ends, TLanes.Bits(terminated), observations, into);
        }
    }

    private void End(int first, uint ends, uint terminated, Span<float> observations, VectorStep into)
    {
        for (; ends != 0; ends &= ends - 1)
        {
            var lane = BitOperations.TrailingZeroCount(ends);
            var copy = first + lane;
            var flag = (terminated >> lane) & 1;
            into.Terminated[copy] = (byte)flag;
            into.Truncated[copy] = (byte)(1 - flag);
            observations.Slice(copy * length, length).CopyTo(into.FinalObservations.Floats()[(copy * length)..]);
            Begin(copy, observations);
        }
    }

    private void Begin(int copy, Span<float> observations)
    {
        elapsed[copy] = 0;
        dynamics.Begin(copy, streams[copy], observations.Slice(copy * length, length));
    }

    private readonly struct Work(ClassicControlBatch<TDynamics> batch, Rows actions, VectorStep into) : IDoubleLanesWork
    {
        public void Run<TLanes>() where TLanes : struct, IDoubleLanes<TLanes>
        {
            var observations = into.Observations.Floats();
            var first = 0;
            for (; first <= batch.Count - TLanes.Count; first += TLanes.Count)
            {
                batch.Step<TLanes>(first, actions, observations, into);
            }

            for (; first < batch.Count; first++)
            {
                batch.Step<DoubleLanesScalar>(first, actions, observations, into);
            }
        }
    }
}
