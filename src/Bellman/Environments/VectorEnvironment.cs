using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Bellman;

/// <summary>
/// Several environments stepped together. Rows are slots, one for each agent of each environment. An environment that ends is reset within the same step:
/// <see cref="VectorStep.Observations"/> then holds the new episode's first observation and <see cref="VectorStep.FinalObservations"/> the old one's last.
/// </summary>
public abstract partial class VectorEnvironment : IDisposable
{
    private readonly int[] floatLeaves;
    private Rows? sent;

    private protected VectorEnvironment(EnvironmentSpec? spec, int environmentCount, int agentCount, Space observationSpace, Space actionSpace, int maskLength, IReadOnlyList<string> signalNames)
    {
        Spec = spec;
        EnvironmentCount = environmentCount;
        AgentCount = agentCount;
        ObservationSpace = observationSpace ?? throw Missing(nameof(ObservationSpace));
        ActionSpace = actionSpace ?? throw Missing(nameof(ActionSpace));
        MaskLength = maskLength;
        SignalNames = signalNames;
        floatLeaves = [.. Enumerable.Range(0, observationSpace.Layout.Leaves.Count).Where(leaf => observationSpace.Layout.Leaves[leaf].Type == ElementType.Float32)];

        InvalidOperationException Missing(string property) => new($"The {property} of {spec?.Id ?? "an environment"} is null; make the space in its constructor.");
    }

    /// <summary>What is registered of the environment; null if it was given as an object.</summary>
    public EnvironmentSpec? Spec { get; }

    /// <summary>The seed: environment i draws from the stream of seed + i.</summary>
    public ulong Seed { get; private protected init; }

    /// <summary>How many environments.</summary>
    public int EnvironmentCount { get; }

    /// <summary>How many agents each has at most.</summary>
    public int AgentCount { get; }

    /// <summary>How many rows: environments × agents.</summary>
    public int SlotCount => EnvironmentCount * AgentCount;

    /// <summary>What an agent's observations may be.</summary>
    public Space ObservationSpace { get; }

    /// <summary>What an agent's actions may be.</summary>
    public Space ActionSpace { get; }

    /// <summary>How many entries an action mask has; 0 where every action is allowed always.</summary>
    public int MaskLength { get; }

    /// <summary>The names of the numbers that come besides the reward.</summary>
    public IReadOnlyList<string> SignalNames { get; }

    /// <summary>Makes environments by id. Several copies use the batch form where there is one.</summary>
    /// <param name="id">The name with its version.</param>
    /// <param name="count">How many copies.</param>
    /// <param name="seed">Environment i draws from the stream of seed + i, which goes on over its episodes.</param>
    /// <param name="threads">How many threads step them; the results have the same bits whatever the number.</param>
    /// <param name="options">Constructor options by name, and what <see cref="EnvironmentRegistry.Make(string, IReadOnlyDictionary{string, string}?)"/> knows besides.</param>
    /// <param name="wrap">Puts wrappers around each environment, outside its time limit; null for none.</param>
    /// <exception cref="ArgumentException">The id or an option is unknown.</exception>
    public static VectorEnvironment Make(string id, int count = 1, ulong seed = 0, int threads = 1, IReadOnlyDictionary<string, string>? options = null, Func<IEnvironment, IEnvironment>? wrap = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var spec = EnvironmentRegistry.Default.Get(id);
        var given = new EnvironmentOptions(options);
        if (count > 1 && wrap is null && !given.NeedSingleForms && spec.BatchFactory is { } makeBatch)
        {
            var limit = given.Integer("maxEpisodeSteps", spec.MaxEpisodeSteps ?? 0);
            if (makeBatch(given, count, seed, limit) is { } batch)
            {
                given.RefuseUnread(id);
                return new BatchGroup(spec, batch, seed);
            }
        }

        var made = Enumerable.Range(0, count).Select(_ => EnvironmentRegistry.MakeUnlimited(spec, options, wrap)).ToArray();
        return new EnvironmentGroup(spec, [.. made.Select(one => one.Environment)], seed, threads, made[0].Limit);
    }

    /// <summary>Takes in environments of one kind and disposes of them at the end.</summary>
    /// <param name="environments">The environments; they must have equal spaces.</param>
    /// <param name="seed">Environment i draws from the stream of seed + i.</param>
    /// <param name="threads">How many threads step them.</param>
    /// <exception cref="ArgumentException">There is none, or the spaces differ.</exception>
    public static VectorEnvironment From(IReadOnlyList<IEnvironment> environments, ulong seed = 0, int threads = 1) =>
        new EnvironmentGroup(null, [.. environments], seed, threads, limit: 0);

    /// <summary>Takes in environments with several agents each.</summary>
    /// <param name="environments">The environments; they must have equal spaces and numbers of agents.</param>
    /// <param name="seed">Environment i draws from the stream of seed + i; its agents share it.</param>
    /// <param name="maxEpisodeSteps">After how many steps the living agents are truncated; 0 for never.</param>
    /// <exception cref="ArgumentException">There is none, or they differ.</exception>
    public static VectorEnvironment From(IReadOnlyList<IMultiAgentEnvironment> environments, ulong seed = 0, int maxEpisodeSteps = 0) =>
        new MultiAgentGroup([.. environments], seed, maxEpisodeSteps);

    /// <summary>Begins an episode in every environment.</summary>
    public abstract void Reset(VectorStep into);

    /// <summary>Hands the actions over. They must stay as they are until <see cref="Receive"/> has returned.</summary>
    /// <param name="actions">A row for each slot; those of invalid slots are ignored.</param>
    public virtual void Send(Rows actions) => sent = actions;

    /// <summary>Waits for the step that <see cref="Send"/> began.</summary>
    /// <exception cref="InvalidOperationException">Nothing was sent, or an environment failed; the message names it.</exception>
    public virtual void Receive(VectorStep into)
    {
        var actions = sent ?? throw new InvalidOperationException("Receive was called before Send.");
        sent = null;
        Step(actions, into);
    }

    /// <summary>One step of every environment.</summary>
    /// <exception cref="InvalidOperationException">An environment failed, or gave NaN; the message names it.</exception>
    public abstract void Step(Rows actions, VectorStep into);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the environments.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Refuses NaN and masks that allow nothing: what goes unnoticed here spoils every weight later. Final masks may be empty: a game that is over has no moves.</summary>
    private protected void Check(VectorStep step)
    {
        if (MaskLength > 0)
        {
            CheckMasks(step);
        }

        if (!AllFinite(step.Rewards))
        {
            throw NotFinite(step);
        }

        foreach (var leaf in floatLeaves)
        {
            if (AnyNaN(step.Observations.Floats(leaf)))
            {
                throw NotANumber(step, step.Observations.Floats(leaf), ObservationSpace.Layout.Leaves[leaf]);
            }
        }
    }

    /// <summary>Refuses NaN in the last observation of a slot whose episode ended. Who collects calls it, as it looks at each slot anyway: a look of its own at every step would cost a third of a batch form's speed.</summary>
    internal void CheckFinal(VectorStep step, int slot)
    {
        foreach (var index in floatLeaves)
        {
            var leaf = ObservationSpace.Layout.Leaves[index];
            var position = step.FinalObservations.Floats(index).Slice(slot * leaf.Length, leaf.Length).IndexOf(float.NaN);
            if (position >= 0)
            {
                throw new InvalidOperationException($"{Describe(slot)} gave NaN in element {position} of its last observation{(leaf.Name.Length > 0 ? $" '{leaf.Name}'" : "")}{When(step, slot)}.");
            }
        }
    }

    /// <summary>What to throw where an environment threw.</summary>
    private protected InvalidOperationException Failed(int environment, Exception exception) =>
        new($"Environment {environment} of {Spec?.Id ?? "the group"} failed: {exception.Message}", exception);

    // x − x is 0 for finite x and NaN for the others, and a sum keeps NaN: no comparison an element, and none of them waits for the last.
    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        var sum = Vector<double>.Zero;
        foreach (var vector in MemoryMarshal.Cast<double, Vector<double>>(values))
        {
            sum += vector - vector;
        }

        var rest = 0.0;
        foreach (var value in values[^(values.Length % Vector<double>.Count)..])
        {
            rest += value - value;
        }

        return rest == 0 && Vector.EqualsAll(sum, sum);
    }

    // Infinities pass: a space may allow them.
    private static bool AnyNaN(ReadOnlySpan<float> values)
    {
        var numbers = Vector<int>.AllBitsSet;
        foreach (var vector in MemoryMarshal.Cast<float, Vector<float>>(values))
        {
            numbers &= Vector.Equals(vector, vector);
        }

        var found = numbers != Vector<int>.AllBitsSet;
        var rest = values[^(values.Length % Vector<float>.Count)..];
        if (rest.Length >= Vector128<float>.Count)
        {
            var vector = Vector128.Create(rest);
            found |= !Vector128.EqualsAll(vector, vector);
            rest = rest[Vector128<float>.Count..];
        }

        foreach (var value in rest)
        {
            found |= float.IsNaN(value);
        }

        return found;
    }

    // The sentences are made apart: their memory would be cleared at each check.
    private InvalidOperationException NotFinite(VectorStep step)
    {
        var slot = Array.FindIndex(step.Rewards, reward => !double.IsFinite(reward));
        return new($"{Describe(slot)} gave the reward {step.Rewards[slot]}{When(step, slot)}; rewards must be finite.");
    }

    private InvalidOperationException NotANumber(VectorStep step, ReadOnlySpan<float> values, RowLeaf leaf)
    {
        var position = values.IndexOf(float.NaN);
        var slot = position / leaf.Length;
        var when = step.Ended(slot) ? " at the reset after an episode" : When(step, slot);
        return new($"{Describe(slot)} gave NaN in element {position % leaf.Length} of its observation{(leaf.Name.Length > 0 ? $" '{leaf.Name}'" : "")}{when}.");
    }

    // An environment that was reset in this step no longer knows how long its episode was.
    private string When(VectorStep step, int slot) => step.Ended(slot) ? " at the end of its episode"
        : GetElapsedSteps(slot / AgentCount) is > 0 and var elapsed ? $" at step {elapsed} of its episode" : " at its reset";

    private void CheckMasks(VectorStep step)
    {
        for (var i = 0; i < SlotCount; i++)
        {
            if (step.Valid[i] != 0 && !step.ActionMasks.AsSpan(i * MaskLength, MaskLength).Contains((byte)1))
            {
                throw new InvalidOperationException($"{Describe(i)} allows no action at all; at least one must be allowed, or the episode must end.");
            }
        }
    }

    private string Describe(int slot) =>
        $"Environment {slot / AgentCount}{(AgentCount > 1 ? $", agent {slot % AgentCount}," : "")} of {Spec?.Id ?? "the group"}";
}
