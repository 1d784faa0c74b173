using Bellman.Numerics;

namespace Bellman;

/// <summary>Many copies of a task that is a table. Rewards, states and draws are the single form's to the bit.</summary>
internal sealed class TabularBatch : IBatchEnvironment
{
    private readonly TransitionTable table;
    private readonly RandomStream[] streams;
    private readonly Copy[] copies;
    private readonly int limit;

    public TabularBatch(TransitionTable table, int count, ulong seed, int limit, bool masks)
    {
        this.table = table;
        this.limit = limit > 0 ? limit : int.MaxValue;
        ObservationSpace = new DiscreteSpace(table.StateCount);
        ActionSpace = new DiscreteSpace(table.ActionCount);
        streams = [.. Enumerable.Range(0, count).Select(i => new RandomStream(seed + (ulong)i))];
        copies = new Copy[count];
        MaskLength = masks ? Taxi.Actions : 0;
    }

    public int Count => copies.Length;

    public int MaskLength { get; }

    public Space ObservationSpace { get; }

    public Space ActionSpace { get; }

    public void Reset(VectorStep into)
    {
        into.Rewards.AsSpan().Clear();
        into.Terminated.AsSpan().Clear();
        into.Truncated.AsSpan().Clear();
        for (var i = 0; i < copies.Length; i++)
        {
            copies[i] = new Copy { State = into.Observations.Integers()[i] = table.Begin(streams[i]), LastAction = -1 };
            WriteMask(i, into.ActionMasks);
        }
    }

    public void Step(Rows actions, VectorStep into)
    {
        try
        {
            StepAll(actions.Integers(), into);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new InvalidOperationException($"Environment {actions.Integers().IndexOfAnyExceptInRange(0, table.ActionCount - 1)} failed: {exception.Message}", exception);
        }
    }

    public RandomStream Stream(int copy) => streams[copy];

    public int GetElapsedSteps(int copy) => copies[copy].Elapsed;

    public void SetElapsedSteps(int copy, int steps) => copies[copy].Elapsed = steps;

    public void SaveState(int copy, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(copies[copy].State);
        writer.Write(copies[copy].LastAction);
    }

    public void LoadState(int copy, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (copies[copy].State, copies[copy].LastAction) = (reader.ReadInt32(), reader.ReadInt32());
    }

    public void Dispose()
    {
    }

    private void StepAll(ReadOnlySpan<int> chosen, VectorStep into)
    {
        var observations = into.Observations.Integers();
        var (rewards, terminated, truncated) = (into.Rewards, into.Terminated, into.Truncated);
        for (var i = 0; i < copies.Length; i++)
        {
            ref var copy = ref copies[i];
            ref readonly var outcome = ref table.Step(copy.State, chosen[i], streams[i]);
            copy.Elapsed++;
            copy.LastAction = chosen[i];
            copy.State = observations[i] = outcome.NextState;
            rewards[i] = outcome.Reward;
            var ended = outcome.Terminated;
            var cut = (copy.Elapsed >= limit ? 1 : 0) & ~ended;
            terminated[i] = (byte)ended;
            truncated[i] = (byte)cut;
            if ((ended | cut) != 0)
            {
                into.FinalObservations.Integers()[i] = copy.State;
                WriteMask(i, into.FinalActionMasks);
                copy = new Copy { State = observations[i] = table.Begin(streams[i]), LastAction = -1 };
            }

            WriteMask(i, into.ActionMasks);
        }
    }

    private void WriteMask(int i, byte[] masks)
    {
        if (MaskLength > 0)
        {
            Taxi.MaskOf(copies[i].State).CopyTo(masks.AsSpan(i * Taxi.Actions, Taxi.Actions));
        }
    }

    private struct Copy
    {
        public int State;
        public int LastAction;
        public int Elapsed;
    }
}
