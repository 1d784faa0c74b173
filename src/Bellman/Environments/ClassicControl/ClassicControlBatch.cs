using System.Numerics;
using System.Runtime.CompilerServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>The dynamics of many copies of a task, on lanes. Implemented by structs, so that a width and a task make one loop without calls.</summary>
internal interface IBatchDynamics
{
    /// <summary>The state's variables, each for all copies, in the order in which the single form saves them.</summary>
    double[][] State { get; }

    /// <summary>Draws a copy's first state and writes its observation.</summary>
    void Begin(int copy, RandomStream random, Span<float> observation);

    /// <summary>Computes what is kept beside the state, after it has been loaded.</summary>
    void Derive(int copy);

    /// <summary>Steps the copies from <paramref name="first"/> on; writes their observations and rewards.</summary>
    /// <returns>A mask: where the task ended.</returns>
    TLanes Step<TLanes>(int first, Rows actions, Span<float> observations, double[] rewards) where TLanes : struct, IDoubleLanes<TLanes>;
}

/// <summary>The batch form of a classic control task: streams, episode lengths and what happens at an episode's end; the dynamics do the rest.</summary>
internal sealed class ClassicControlBatch<TDynamics> : IBatchEnvironment where TDynamics : struct, IBatchDynamics
{
    // As many copies as a word has bits.
    private const int BlockSize = 64;

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

    public RandomStream Stream(int copy) => streams[copy];

    public int GetElapsedSteps(int copy) => (int)elapsed[copy];

    public void SetElapsedSteps(int copy, int steps) => elapsed[copy] = steps;

    public void SaveState(int copy, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var variable in dynamics.State)
        {
            writer.Write(variable[copy]);
        }
    }

    public void LoadState(int copy, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        foreach (var variable in dynamics.State)
        {
            variable[copy] = reader.ReadDouble();
        }

        dynamics.Derive(copy);
    }

    public void Dispose()
    {
    }

    private static void ClearEnds(VectorStep into)
    {
        into.Terminated.AsSpan().Clear();
        into.Truncated.AsSpan().Clear();
    }

    // Steps a block's copies and says by bits which of them ended, and of which the task did. What follows is done for the whole block:
    // a branch at every register would be mispredicted whenever a copy ended.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int StepBlock<TLanes>(int first, int last, Rows actions, VectorStep into, out ulong ended, out ulong terminated) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var observations = into.Observations.Floats();
        var copy = first;
        (ended, terminated) = (0, 0);
        for (; copy <= last - TLanes.Count; copy += TLanes.Count)
        {
            var done = dynamics.Step<TLanes>(copy, actions, observations, into.Rewards);
            var steps = TLanes.Load(elapsed, copy) + TLanes.Create(1);
            steps.Store(elapsed, copy);
            terminated |= (ulong)TLanes.Bits(done) << (copy - first);
            ended |= (ulong)TLanes.Bits(done | TLanes.Equal(steps, TLanes.Create(limit))) << (copy - first);
        }

        return copy;
    }

    private void End(int first, ulong ended, ulong terminated, VectorStep into)
    {
        var observations = into.Observations.Floats();
        var finalObservations = into.FinalObservations.Floats();
        for (; ended != 0; ended &= ended - 1)
        {
            var copy = first + BitOperations.TrailingZeroCount(ended);
            var flag = (byte)((terminated >> (copy - first)) & 1);
            into.Terminated[copy] = flag;
            into.Truncated[copy] = (byte)(1 - flag);
            observations.Slice(copy * length, length).CopyTo(finalObservations[(copy * length)..]);
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
            for (var first = 0; first < batch.Count; first += BlockSize)
            {
                var last = Math.Min(first + BlockSize, batch.Count);
                var rest = batch.StepBlock<TLanes>(first, last, actions, into, out var ended, out var terminated);
                batch.End(first, ended, terminated, into);
                batch.StepBlock<DoubleLanesScalar>(rest, last, actions, into, out ended, out terminated);
                batch.End(rest, ended, terminated, into);
            }
        }
    }
}
