using Bellman.Numerics;

namespace Bellman;

/// <summary>Environments with several agents each. Agents that die leave their slots invalid until the last one's end resets the environment.</summary>
internal sealed class MultiAgentGroup : VectorEnvironment
{
    private readonly IMultiAgentEnvironment[] environments;
    private readonly RandomStream[] streams;
    private readonly EpisodeRecord?[] records;
    private readonly int[] elapsed;
    private readonly int limit;

    public MultiAgentGroup(IMultiAgentEnvironment[] environments, ulong seed, int limit)
        : base(null, environments.Length, First(environments).AgentCount, environments[0].ObservationSpace, environments[0].ActionSpace, (environments[0] as IActionMask)?.MaskLength ?? 0, [])
    {
        if (environments.Any(environment => environment.AgentCount != AgentCount || !environment.ObservationSpace.Equals(ObservationSpace) || !environment.ActionSpace.Equals(ActionSpace)))
        {
            throw new ArgumentException("The environments of a group need equal spaces and numbers of agents.", nameof(environments));
        }

        Seed = seed;
        this.environments = environments;
        this.limit = limit;
        streams = [.. environments.Select((_, i) => new RandomStream(seed + (ulong)i))];
        records = [.. environments.Select(environment => environment is IStateful { CanSaveState: true } ? null : new EpisodeRecord(ActionSpace.Layout, AgentCount))];
        elapsed = new int[environments.Length];
    }

    public override void Reset(VectorStep into)
    {
        into.Rewards.AsSpan().Clear();
        into.Terminated.AsSpan().Clear();
        into.Truncated.AsSpan().Clear();
        for (var i = 0; i < environments.Length; i++)
        {
            ResetOne(i, into);
        }

        Check(into);
    }

    public override void Step(Rows actions, VectorStep into)
    {
        for (var i = 0; i < environments.Length; i++)
        {
            records[i]?.Add(actions, i * AgentCount);
            if (!StepOne(i, actions, into))
            {
                ResetOne(i, into);
            }
        }

        Check(into);
    }

    private protected override RandomStream Stream(int environment) => streams[environment];

    private protected override int GetElapsedSteps(int environment) => elapsed[environment];

    private protected override void SetElapsedSteps(int environment, int steps) => elapsed[environment] = steps;

    private protected override EpisodeRecord? Record(int environment) => records[environment];

    private protected override void SaveState(int environment, BinaryWriter writer) => ((IStateful)environments[environment]).SaveState(writer);

    private protected override void LoadState(int environment, BinaryReader reader)
    {
        environments[environment].Reset(streams[environment], new AgentSlots(new VectorStep(this), environment * AgentCount, null));
        ((IStateful)environments[environment]).LoadState(reader);
    }

    private protected override void PlayAgain(int environment, Rows actions, VectorStep scratch, bool first)
    {
        if (first)
        {
            Begin(environment, scratch);
        }
        else
        {
            StepOne(environment, actions, scratch);
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var environment in environments)
        {
            environment.Dispose();
        }
    }

    private static IMultiAgentEnvironment First(IMultiAgentEnvironment[] environments) =>
        environments.Length > 0 ? environments[0] : throw new ArgumentException("A group needs at least one environment.", nameof(environments));

    /// <summary>Steps one environment; false if nobody in it lives any more.</summary>
    private bool StepOne(int i, Rows actions, VectorStep into)
    {
        var first = i * AgentCount;
        into.Rewards.AsSpan(first, AgentCount).Clear();
        into.Terminated.AsSpan(first, AgentCount).Clear();
        into.Truncated.AsSpan(first, AgentCount).Clear();
        try
        {
            environments[i].Step(new AgentSlots(into, first, actions));
        }
        catch (Exception exception)
        {
            throw Failed(i, exception);
        }

        var late = ++elapsed[i] == limit;
        var living = 0;
        for (var slot = first; slot < first + AgentCount; slot++)
        {
            if (into.Valid[slot] == 0)
            {
                into.Terminated[slot] = into.Truncated[slot] = 0;
                continue;
            }

            into.Truncated[slot] |= late && into.Terminated[slot] == 0 ? (byte)1 : (byte)0;
            if (into.Ended(slot))
            {
                into.Observations.CopyRow(slot, into.FinalObservations, slot);
                into.ActionMasks.AsSpan(slot * MaskLength, MaskLength).CopyTo(into.FinalActionMasks.AsSpan(slot * MaskLength));
                into.Valid[slot] = 0;
            }
            else
            {
                living++;
            }
        }

        return living > 0;
    }

    private void ResetOne(int i, VectorStep into)
    {
        records[i]?.Begin(streams[i]);
        Begin(i, into);
    }

    private void Begin(int i, VectorStep into)
    {
        elapsed[i] = 0;
        into.Valid.AsSpan(i * AgentCount, AgentCount).Fill(1);
        environments[i].Reset(streams[i], new AgentSlots(into, i * AgentCount, null));
    }
}
