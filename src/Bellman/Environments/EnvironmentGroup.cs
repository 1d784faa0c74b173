using Bellman.Numerics;

namespace Bellman;

/// <summary>Environments with one agent each, stepped one after the other, or in equal shares by several threads.</summary>
internal sealed class EnvironmentGroup : VectorEnvironment
{
    private readonly IEnvironment[] environments;
    private readonly IActionMask[]? masks;
    private readonly ISignals[]? signals;
    private readonly EpisodeRecord?[] records;
    private readonly RandomStream[] streams;
    private readonly int[] elapsed;
    private readonly int limit;
    private readonly WorkerTeam? team;
    private readonly Action<int> stepShare;
    private Rows? actions;
    private VectorStep? step;

    public EnvironmentGroup(EnvironmentSpec? spec, IEnvironment[] environments, ulong seed, int threads, int limit)
        : base(spec, environments.Length, 1, First(environments).ObservationSpace, environments[0].ActionSpace, environments[0].As<IActionMask>()?.MaskLength ?? 0, environments[0].As<ISignals>()?.SignalNames ?? [])
    {
        if (environments.Any(environment => !environment.ObservationSpace.Equals(ObservationSpace) || !environment.ActionSpace.Equals(ActionSpace)))
        {
            throw new ArgumentException("The environments of a group need equal spaces.", nameof(environments));
        }

        Seed = seed;
        this.environments = environments;
        this.limit = limit;
        masks = MaskLength > 0 ? Capability<IActionMask>(environments) : null;
        signals = SignalNames.Count > 0 ? Capability<ISignals>(environments) : null;
        streams = [.. environments.Select((_, i) => new RandomStream(seed + (ulong)i))];
        records = [.. environments.Select(environment => environment.As<IStateful>() is null ? new EpisodeRecord(ActionSpace.Layout, 1) : null)];
        elapsed = new int[environments.Length];
        threads = Math.Min(threads, environments.Length);
        team = threads > 1 ? new WorkerTeam(threads) : null;
        stepShare = StepShare;
    }

    public override void Reset(VectorStep into)
    {
        for (var i = 0; i < environments.Length; i++)
        {
            ResetOne(i, into.Observations.Writer(i));
            into.Valid[i] = 1;
            into.Rewards[i] = 0;
            into.Terminated[i] = into.Truncated[i] = 0;
            WriteMask(i, into.ActionMasks);
        }

        Check(into);
    }

    public override void Step(Rows actions, VectorStep into)
    {
        if (team is null)
        {
            StepRange(actions, into, 0, environments.Length);
        }
        else
        {
            (this.actions, step) = (actions, into);
            team.Run(stepShare);
        }

        Check(into);
    }

    private protected override RandomStream Stream(int environment) => streams[environment];

    private protected override int GetElapsedSteps(int environment) => elapsed[environment];

    private protected override void SetElapsedSteps(int environment, int steps) => elapsed[environment] = steps;

    private protected override EpisodeRecord? Record(int environment) => records[environment];

    private protected override void SaveState(int environment, BinaryWriter writer) => environments[environment].As<IStateful>()!.SaveState(writer);

    private protected override void LoadState(int environment, BinaryReader reader)
    {
        // An environment keeps the stream of its last reset.
        environments[environment].Reset(streams[environment], new Rows(ObservationSpace.Layout, 1).Writer(0));
        environments[environment].As<IStateful>()!.LoadState(reader);
    }

    private protected override void PlayAgain(int environment, Rows actions, VectorStep scratch, bool first)
    {
        if (first)
        {
            environments[environment].Reset(streams[environment], scratch.Observations.Writer(environment));
        }
        else
        {
            environments[environment].Step(actions.Reader(environment), scratch.Observations.Writer(environment));
        }

        WriteMask(environment, scratch.ActionMasks);
    }

    protected override void Dispose(bool disposing)
    {
        team?.Dispose();
        foreach (var environment in environments)
        {
            environment.Dispose();
        }
    }

    private static IEnvironment First(IEnvironment[] environments) =>
        environments.Length > 0 ? environments[0] : throw new ArgumentException("A group needs at least one environment.", nameof(environments));

    private static TCapability[] Capability<TCapability>(IEnvironment[] environments) where TCapability : class =>
        [.. environments.Select((environment, i) => environment.As<TCapability>() ?? throw new ArgumentException($"Environment {i} of the group has no {typeof(TCapability).Name}, unlike the first.", nameof(environments)))];

    private void StepShare(int worker)
    {
        var share = (environments.Length + team!.Count - 1) / team.Count;
        StepRange(actions!, step!, worker * share, Math.Min(environments.Length, (worker + 1) * share));
    }

    private void StepRange(Rows actions, VectorStep into, int start, int end)
    {
        var (rewards, terminated, truncated) = (into.Rewards, into.Terminated, into.Truncated);
        var i = start;
        try
        {
            for (; i < end; i++)
            {
                records[i]?.Add(actions, i);
                var result = environments[i].Step(actions.Reader(i), into.Observations.Writer(i));
                var cut = !result.Terminated & (result.Truncated | (++elapsed[i] == limit));
                rewards[i] = result.Reward;
                terminated[i] = result.Terminated ? (byte)1 : (byte)0;
                truncated[i] = cut ? (byte)1 : (byte)0;
                signals?[i].ReadSignals(into.Signals.AsSpan(i * SignalNames.Count, SignalNames.Count));
                if (result.Terminated | cut)
                {
                    into.Observations.CopyRow(i, into.FinalObservations, i);
                    WriteMask(i, into.FinalActionMasks);
                    ResetOne(i, into.Observations.Writer(i));
                }

                WriteMask(i, into.ActionMasks);
            }
        }
        catch (Exception exception)
        {
            throw Failed(i, exception);
        }
    }

    private void ResetOne(int i, RowWriter observation)
    {
        elapsed[i] = 0;
        records[i]?.Begin(streams[i]);
        environments[i].Reset(streams[i], observation);
    }

    private void WriteMask(int i, byte[] destination) => masks?[i].WriteMask(destination.AsSpan(i * MaskLength, MaskLength));
}

/// <summary>A batch form as a vector environment.</summary>
internal sealed class BatchGroup : VectorEnvironment
{
    private readonly IBatchEnvironment batch;

    public BatchGroup(EnvironmentSpec spec, IBatchEnvironment batch, ulong seed)
        : base(spec, batch.Count, 1, batch.ObservationSpace, batch.ActionSpace, batch.MaskLength, [])
    {
        this.batch = batch;
        Seed = seed;
    }

    public override void Reset(VectorStep into)
    {
        into.Valid.AsSpan().Fill(1);
        batch.Reset(into);
        Check(into);
    }

    public override void Step(Rows actions, VectorStep into)
    {
        batch.Step(actions, into);
        Check(into);
    }

    private protected override RandomStream Stream(int environment) => batch.Stream(environment);

    private protected override int GetElapsedSteps(int environment) => batch.GetElapsedSteps(environment);

    private protected override void SetElapsedSteps(int environment, int steps) => batch.SetElapsedSteps(environment, steps);

    private protected override EpisodeRecord? Record(int environment) => null;

    private protected override void SaveState(int environment, BinaryWriter writer) => batch.SaveState(environment, writer);

    private protected override void LoadState(int environment, BinaryReader reader) => batch.LoadState(environment, reader);

    private protected override void PlayAgain(int environment, Rows actions, VectorStep scratch, bool first) => throw new InvalidOperationException("A batch form saves its state.");

    protected override void Dispose(bool disposing) => batch.Dispose();
}
