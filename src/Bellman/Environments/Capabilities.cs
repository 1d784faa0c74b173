using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// An environment whose whole state, in the middle of an episode too, can be saved and loaded. The random stream is saved by whoever owns it. A wrapper has state of its own, so that it hides
/// its inner environment's capability unless it has this one too; without it a run is resumed by playing the episode again, which takes longer.
/// </summary>
public interface IStateful
{
    /// <summary>False for a wrapper whose inner environment cannot save its state.</summary>
    bool CanSaveState => true;

    /// <summary>Writes the state.</summary>
    void SaveState(BinaryWriter writer);

    /// <summary>Goes on from a state that the same kind of environment wrote. It has been reset before, by the stream that it is to keep.</summary>
    void LoadState(BinaryReader reader);
}

/// <summary>An environment in which not every action is allowed at every time.</summary>
public interface IActionMask
{
    /// <summary>
    /// One entry for each value of each discrete choice of the action space, leaf by leaf: <c>Discrete(n)</c> has n, <c>MultiDiscrete([a b])</c> a + b,
    /// <c>MultiBinary(n)</c> 2n, a box none.
    /// </summary>
    int MaskLength { get; }

    /// <summary>Writes 1 for each allowed value, 0 for the others, as of the last observation.</summary>
    void WriteMask(Span<byte> mask);
}

/// <summary>An environment that tells named numbers besides the reward: "cost", "is_success" (above 0 in an episode's last step if the task was done).</summary>
public interface ISignals
{
    /// <summary>What the numbers are called.</summary>
    IReadOnlyList<string> SignalNames { get; }

    /// <summary>Writes the last step's numbers, in the order of their names.</summary>
    void ReadSignals(Span<double> values);
}

/// <summary>
/// Many copies of one environment stepped at once. Copy i draws from the stream of seed + i and goes through the same episodes as the single form,
/// within 1e-12 a step and with the same ends; time limits and same-step resets are its own business.
/// </summary>
public interface IBatchEnvironment : IDisposable
{
    /// <summary>How many copies.</summary>
    int Count { get; }

    /// <summary>What observations may be.</summary>
    Space ObservationSpace { get; }

    /// <summary>What actions may be.</summary>
    Space ActionSpace { get; }

    /// <summary>How many entries a copy's action mask has; 0 for none. The batch writes masks where it writes observations.</summary>
    int MaskLength => 0;

    /// <summary>Begins an episode in every copy.</summary>
    void Reset(VectorStep into);

    /// <summary>Steps every copy, resetting those that end.</summary>
    void Step(Rows actions, VectorStep into);

    /// <summary>The stream that a copy draws from.</summary>
    RandomStream Stream(int copy);

    /// <summary>How many steps a copy's episode has had.</summary>
    int GetElapsedSteps(int copy);

    /// <summary>Sets how many steps a copy's episode has had.</summary>
    void SetElapsedSteps(int copy, int steps);

    /// <summary>Saves the task's state of one copy in mid-episode, as the single form's <see cref="IStateful"/> does: either form goes on from the other's.</summary>
    void SaveState(int copy, BinaryWriter writer);

    /// <summary>Takes back the task's state of one copy.</summary>
    void LoadState(int copy, BinaryReader reader);
}

/// <summary>A task for several agents that act at the same time and share spaces. Each has a slot; an agent that has died leaves its slot invalid until the next reset.</summary>
public interface IMultiAgentEnvironment : IDisposable
{
    /// <summary>How many agents there are at most.</summary>
    int AgentCount { get; }

    /// <summary>What an agent's observations may be.</summary>
    Space ObservationSpace { get; }

    /// <summary>What an agent's actions may be.</summary>
    Space ActionSpace { get; }

    /// <summary>Begins an episode; writes each agent's observation.</summary>
    void Reset(RandomStream random, AgentSlots slots);

    /// <summary>Takes the living agents' actions and reports on each of them; the episode ends when none lives.</summary>
    void Step(AgentSlots slots);
}

/// <summary>Finds capabilities.</summary>
public static class EnvironmentCapabilities
{
    /// <summary>The capability, if the environment or one that it wraps has it and no wrapper between withdraws it.</summary>
    public static TCapability? As<TCapability>(this IEnvironment environment) where TCapability : class
    {
        ArgumentNullException.ThrowIfNull(environment);
        while (environment is not TCapability)
        {
            if (environment is not Wrapper wrapper || wrapper.Withdraws(typeof(TCapability)))
            {
                return null;
            }

            environment = wrapper.Inner;
        }

        return typeof(TCapability) == typeof(IStateful) && !((IStateful)environment).CanSaveState ? null : (TCapability)environment;
    }
}
