using Bellman.Numerics;

namespace Bellman;

/// <summary>A task whose observation is the number of its state, and which knows its whole model.</summary>
public abstract class TabularEnvironment : IEnvironment, IStateful, IFiniteMdp
{
    private RandomStream random = new(0);

    private protected TabularEnvironment(TransitionTable table)
    {
        Table = table;
        ObservationSpace = new DiscreteSpace(table.StateCount);
        ActionSpace = new DiscreteSpace(table.ActionCount);
    }

    /// <inheritdoc/>
    public Space ObservationSpace { get; }

    /// <inheritdoc/>
    public Space ActionSpace { get; }

    /// <summary>The number of the state it is in.</summary>
    public int State { get; private protected set; }

    /// <summary>The last action of this episode; −1 before the first.</summary>
    public int LastAction { get; private set; } = -1;

    /// <inheritdoc/>
    public int StateCount => Table.StateCount;

    /// <inheritdoc/>
    public int ActionCount => Table.ActionCount;

    /// <inheritdoc/>
    public ReadOnlySpan<double> InitialDistribution => Table.InitialDistribution;

    private protected TransitionTable Table { get; }

    /// <summary>Whether the last step ended the episode.</summary>
    private protected bool Ended { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<Transition> Transitions(int state, int action) => Table.Transitions(state, action);

    /// <inheritdoc/>
    public virtual void WriteMaskOf(int state, Span<byte> mask) => ((IFiniteMdp)Table).WriteMaskOf(state, mask);

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        this.random = random;
        LastAction = -1;
        Ended = false;
        observation.Integers[0] = State = Table.Begin(random);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action.</exception>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        LastAction = action.Integers[0];
        ref readonly var outcome = ref Table.Step(State, LastAction, random);
        observation.Integers[0] = State = outcome.NextState;
        Ended = outcome.Terminated != 0;
        return new StepResult(outcome.Reward, Ended, false);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(State);
        writer.Write(LastAction);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">There is no such state.</exception>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var (state, last) = (reader.ReadInt32(), reader.ReadInt32());
        if ((uint)state >= (uint)StateCount)
        {
            throw new InvalidDataException($"The saved state is {state}, but there are {StateCount} states.");
        }

        (State, LastAction, Ended) = (state, last, false);
    }

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
