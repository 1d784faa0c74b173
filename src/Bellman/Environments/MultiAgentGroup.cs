using Bellman.Numerics;

namespace Bellman;

/// <summary>Environments with several agents each. Agents that die leave their slots invalid until the last one's end resets the environment.</summary>
internal sealed class MultiAgentGroup : VectorEnvironment
{
    private readonly IMultiAgentEnvironment[] environments;
    private readonly RandomStream[] streams;
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

            if (living == 0)
            {
                ResetOne(i, into);
            }
        }

        Check(into);
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

    private void ResetOne(int i, VectorStep into)
    {
        elapsed[i] = 0;
        into.Valid.AsSpan(i * AgentCount, AgentCount).Fill(1);
        environments[i].Reset(streams[i], new AgentSlots(into, i * AgentCount, null));
    }
}
