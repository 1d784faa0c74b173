using System.Globalization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>Plays a policy in environments and records what happens. After the first rollouts it allocates nothing.</summary>
public sealed class RolloutCollector : IDisposable
{
    private readonly VectorEnvironment environment;
    private readonly Policy policy;
    private readonly SplittableRandom random;
    private readonly Tape tape = new(recording: false);
    private readonly VectorStep step;
    private readonly Rows drawn;
    private readonly Rows clipped;
    private readonly Rows finals;
    private readonly int[] finalRows;
    private readonly float[] noise;
    private readonly int noiseInterval;
    private readonly int success;
    private bool started;

    /// <summary>A collector.</summary>
    /// <param name="environment">Where to play.</param>
    /// <param name="policy">What plays.</param>
    /// <param name="random">Where the draws of actions come from.</param>
    /// <param name="noiseInterval">After how many steps state-dependent exploration noise is drawn anew; 0 for once a rollout.</param>
    public RolloutCollector(VectorEnvironment environment, Policy policy, SplittableRandom random, int noiseInterval = 0)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(policy);
        (this.environment, this.policy, this.random, this.noiseInterval) = (environment, policy, random, noiseInterval);
        step = new VectorStep(environment);
        drawn = new Rows(environment.ActionSpace.Layout, environment.SlotCount);
        clipped = new Rows(environment.ActionSpace.Layout, environment.SlotCount);
        finals = new Rows(environment.ObservationSpace.Layout, environment.SlotCount);
        finalRows = new int[environment.SlotCount];
        noise = new float[environment.SlotCount * policy.Distribution.NoiseLength];
        success = SuccessSignal.IndexIn(environment.SignalNames);
        Statistics = new EpisodeStatistics(environment.SlotCount, success >= 0);
    }

    /// <summary>How many steps of living agents have been taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Returns and lengths of the episodes.</summary>
    public EpisodeStatistics Statistics { get; }

    /// <summary>Where it plays.</summary>
    internal VectorEnvironment Environment => environment;

    /// <summary>Fills a rollout, going on where the last one stopped.</summary>
    public void Collect(RolloutBuffer rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        if (!started)
        {
            environment.Reset(step);
            started = true;
        }

        var slots = environment.SlotCount;
        for (var t = 0; t < rollout.Steps; t++)
        {
            if (t == 0 || (noiseInterval > 0 && t % noiseInterval == 0))
            {
                ResampleNoise();
            }

            var start = t * slots;
            Record(rollout, start);
            Act(rollout, start);
            Step();
            Take(rollout, start);
        }

        // The value of what follows the last step, for the episodes that go on.
        tape.Reset();
        var last = policy.Value(tape, step.Observations, slots).Values;
        var end = (rollout.Steps - 1) * slots;
        for (var i = 0; i < rollout.Count; i++)
        {
            if (rollout.Ended[i] == 0)
            {
                rollout.NextValues[i] = i >= end ? last[i - end] : rollout.Values[i + slots];
            }
        }
    }

    /// <summary>
    /// Saves or loads where it stopped between two rollouts: the environments, what they show, the draws of actions and the episodes. Exploration noise is drawn anew at the beginning of a rollout, and so is not kept.
    /// </summary>
    /// <exception cref="CheckpointException">The environments are of another kind, or one cannot be brought back; the message says which and why.</exception>
    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var steps = Steps;
        state.Exchange("steps", ref steps);
        state.Require(steps >= 0, $"{steps} steps were taken");
        Steps = steps;
        state.Exchange("actions", random);
        Statistics.Exchange(state.Part("episodes"));

        started = state.Exchange("environments", environment, step, started);
    }

    /// <inheritdoc/>
    public void Dispose() => tape.Dispose();

    private void Step()
    {
        try
        {
            environment.Step(clipped, step);
            for (var slot = 0; slot < environment.SlotCount; slot++)
            {
                if (step.Ended(slot))
                {
                    environment.CheckFinal(step, slot);
                }
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{exception.Message.TrimEnd('.')}; {Steps:N0} steps of training had been taken."), exception.InnerException ?? exception);
        }
    }

    private void ResampleNoise()
    {
        var length = policy.Distribution.NoiseLength;
        for (var slot = 0; slot < environment.SlotCount && length > 0; slot++)
        {
            policy.Distribution.ResampleNoise(random, noise.AsSpan(slot * length, length));
        }
    }

    private void Record(RolloutBuffer rollout, int start)
    {
        rollout.Observations.CopyFrom(step.Observations, start);
        step.Valid.CopyTo(rollout.Valid, start);
        step.ActionMasks.CopyTo(rollout.Masks, start * rollout.MaskLength);
    }

    private void Act(RolloutBuffer rollout, int start)
    {
        tape.Reset();
        var output = policy.Forward(tape, step.Observations, environment.SlotCount, step.ActionMasks);
        var logProbability = policy.Distribution.Sample(output.Action, noise, random, drawn);
        logProbability.CopyTo(rollout.LogProbabilities.AsSpan(start));
        output.Values.CopyTo(rollout.Values.AsSpan(start));

        // The log-probability is that of the action as drawn; only the environment gets it clipped.
        rollout.Actions.CopyFrom(drawn, start);
        clipped.CopyFrom(drawn);
        ActionClipping.Apply(environment.ActionSpace, clipped);
    }

    private void Take(RolloutBuffer rollout, int start)
    {
        var truncated = 0;
        for (var slot = 0; slot < environment.SlotCount; slot++)
        {
            var i = start + slot;
            rollout.Rewards[i] = rollout.ScaledRewards[i] = (float)step.Rewards[slot];
            rollout.Terminated[i] = step.Terminated[slot];
            rollout.Truncated[i] = step.Truncated[slot];
            rollout.Ended[i] = (byte)(step.Terminated[slot] | step.Truncated[slot]);
            rollout.NextValues[i] = 0;
            if (rollout.Valid[i] != 0)
            {
                Steps++;
                var succeeded = success >= 0 && step.Signals[(slot * environment.SignalNames.Count) + success] > 0;
                Statistics.Add(Steps, slot, step.Rewards[slot], rollout.Ended[i] != 0, succeeded);
            }

            if (step.Truncated[slot] != 0)
            {
                step.FinalObservations.CopyRow(slot, finals, truncated);
                finalRows[truncated++] = i;
            }
        }

        if (truncated > 0)
        {
            // Cut off, not over: the final observation's value stands for what would have followed.
            tape.Reset();
            var values = policy.Value(tape, finals, truncated).Values;
            for (var k = 0; k < truncated; k++)
            {
                rollout.NextValues[finalRows[k]] = values[k];
            }
        }
    }
}
