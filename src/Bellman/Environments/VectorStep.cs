namespace Bellman;

/// <summary>
/// What a step of a vector environment brought, in the caller's memory. A row is a slot: one agent of one environment; environments with one agent have one slot.
/// </summary>
public sealed class VectorStep
{
    /// <summary>Memory that fits an environment.</summary>
    public VectorStep(VectorEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var slots = environment.SlotCount;
        Observations = new Rows(environment.ObservationSpace.Layout, slots);
        FinalObservations = new Rows(environment.ObservationSpace.Layout, slots);
        Rewards = new double[slots];
        Terminated = new byte[slots];
        Truncated = new byte[slots];
        Valid = new byte[slots];
        MaskLength = environment.MaskLength;
        ActionMasks = new byte[slots * MaskLength];
        FinalActionMasks = new byte[slots * MaskLength];
        Signals = new double[slots * environment.SignalNames.Count];
    }

    /// <summary>What each slot sees now: after an end, the first observation of the next episode.</summary>
    public Rows Observations { get; }

    /// <summary>What a slot saw last, written where, and only where, its episode ended in this step.</summary>
    public Rows FinalObservations { get; }

    /// <summary>The step's rewards, <c>[slots]</c>.</summary>
    public double[] Rewards { get; }

    /// <summary>1 where the task ended, <c>[slots]</c>.</summary>
    public byte[] Terminated { get; }

    /// <summary>1 where the episode was cut off and the task had not ended, <c>[slots]</c>.</summary>
    public byte[] Truncated { get; }

    /// <summary>1 where the slot's agent acts next, <c>[slots]</c>; 0 once it has died, until its environment is reset.</summary>
    public byte[] Valid { get; }

    /// <summary>How many entries a slot's action mask has; 0 for none.</summary>
    public int MaskLength { get; }

    /// <summary>1 for each action that is allowed at <see cref="Observations"/>, <c>[slots, maskLength]</c>.</summary>
    public byte[] ActionMasks { get; }

    /// <summary>As <see cref="ActionMasks"/>, at <see cref="FinalObservations"/>.</summary>
    public byte[] FinalActionMasks { get; }

    /// <summary>The environment's named numbers for this step, <c>[slots, signals]</c>.</summary>
    public double[] Signals { get; }

    /// <summary>Whether a slot's episode ended in this step.</summary>
    public bool Ended(int slot) => (Terminated[slot] | Truncated[slot]) != 0;
}

/// <summary>The slots of one environment's agents within a <see cref="VectorStep"/>, for multi-agent environments to read and write.</summary>
public readonly struct AgentSlots
{
    private readonly Rows? actions;
    private readonly VectorStep step;
    private readonly int first;

    internal AgentSlots(VectorStep step, int first, Rows? actions)
    {
        this.step = step;
        this.first = first;
        this.actions = actions;
    }

    /// <summary>An agent's action.</summary>
    public RowReader Action(int agent) => actions!.Reader(first + agent);

    /// <summary>Where an agent's observation goes.</summary>
    public RowWriter Observation(int agent) => step.Observations.Writer(first + agent);

    /// <summary>Whether the agent acts: false once it has died.</summary>
    public bool Alive(int agent) => step.Valid[first + agent] != 0;

    /// <summary>Where an agent's action mask goes.</summary>
    public Span<byte> Mask(int agent) => step.ActionMasks.AsSpan((first + agent) * step.MaskLength, step.MaskLength);

    /// <summary>Reports an agent's step. One that terminates or is truncated is dead from here on.</summary>
    public void Report(int agent, double reward, bool terminated, bool truncated)
    {
        var slot = first + agent;
        step.Rewards[slot] = reward;
        step.Terminated[slot] = terminated ? (byte)1 : (byte)0;
        step.Truncated[slot] = truncated && !terminated ? (byte)1 : (byte)0;
    }
}
