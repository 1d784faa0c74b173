namespace Bellman;

/// <summary>
/// Steps of a fixed number from all slots, <c>[steps, slots]</c>: what was seen, done and paid, and what the policy thought of it at the time.
/// Observations and rewards are kept as the environments gave them.
/// </summary>
public sealed class RolloutBuffer
{
    private readonly Dictionary<string, float[]> columns = new(StringComparer.Ordinal);

    /// <summary>Memory for a rollout.</summary>
    /// <param name="environment">Whose steps it will hold.</param>
    /// <param name="steps">How many steps of every slot.</param>
    public RolloutBuffer(VectorEnvironment environment, int steps)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (Steps, Slots, MaskLength, AgentCount) = (steps, environment.SlotCount, environment.MaskLength, environment.AgentCount);
        Observations = new Rows(environment.ObservationSpace.Layout, Count);
        Actions = new Rows(environment.ActionSpace.Layout, Count);
        Masks = new byte[Count * MaskLength];
        Terminated = new byte[Count];
        Truncated = new byte[Count];
        Ended = new byte[Count];
        Valid = new byte[Count];
        LogProbabilities = AddColumn("log_probability");
        Values = AddColumn("value");
        NextValues = AddColumn("next_value");
        Rewards = AddColumn("reward");
        ScaledRewards = AddColumn("scaled_reward");
        Advantages = AddColumn("advantage");
        Returns = AddColumn("return");
    }

    /// <summary>How many steps of every slot.</summary>
    public int Steps { get; }

    /// <summary>How many slots.</summary>
    public int Slots { get; }

    /// <summary>How many of the slots belong to one environment.</summary>
    internal int AgentCount { get; }

    /// <summary>How many rows: steps × slots.</summary>
    public int Count => Steps * Slots;

    /// <summary>How many entries an action mask has; 0 for none.</summary>
    public int MaskLength { get; }

    /// <summary>s_t, raw.</summary>
    public Rows Observations { get; }

    /// <summary>a_t as drawn, before any clipping for the environment.</summary>
    public Rows Actions { get; }

    /// <summary>1 for each action that was allowed at s_t, <c>[count, maskLength]</c>.</summary>
    public byte[] Masks { get; }

    /// <summary>1 where the task ended after the step.</summary>
    public byte[] Terminated { get; }

    /// <summary>1 where the episode was cut off after the step.</summary>
    public byte[] Truncated { get; }

    /// <summary>1 where the episode ended after the step in either way.</summary>
    public byte[] Ended { get; }

    /// <summary>1 where the slot's agent really acted.</summary>
    public byte[] Valid { get; }

    /// <summary>log π(a_t|s_t) of the policy that acted.</summary>
    public float[] LogProbabilities { get; }

    /// <summary>V(s_t).</summary>
    public float[] Values { get; }

    /// <summary>V of the observation that followed: of the final one where the episode was truncated, 0 where it terminated.</summary>
    public float[] NextValues { get; }

    /// <summary>r_t as the environment gave it.</summary>
    public float[] Rewards { get; }

    /// <summary>r_t as the learner uses it: scaled if rewards are normalised. Any bootstrap stays out of it.</summary>
    public float[] ScaledRewards { get; }

    /// <summary>A_t.</summary>
    public float[] Advantages { get; }

    /// <summary>A_t + V(s_t): what V is fitted to.</summary>
    public float[] Returns { get; }

    /// <summary>The names of the float columns.</summary>
    public IReadOnlyCollection<string> Columns => columns.Keys;

    /// <summary>A column of floats by name, <c>[steps, slots]</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public float[] Column(string name) => columns[name];

    /// <summary>Adds a column of a learner's own: a cost's value, say.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public float[] AddColumn(string name)
    {
        var column = new float[Count];
        columns.Add(name, column);
        return column;
    }

    /// <summary>Fills <see cref="Advantages"/> and <see cref="Returns"/> by generalized advantage estimation.</summary>
    public void EstimateAdvantages(double gamma, double lambda)
    {
        Bellman.Advantages.Generalized<float>(ScaledRewards, Values, NextValues, Ended, Slots, (float)gamma, (float)lambda, Advantages);
        for (var i = 0; i < Count; i++)
        {
            Returns[i] = Advantages[i] + Values[i];
        }
    }
}
