using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Environments, random play, and the plainest buffer there is: a list of steps that each have copies of everything. The real one must hold the same.</summary>
internal sealed class ReplayTwin : IDisposable
{
    private readonly VectorEnvironment environment;
    private readonly RandomStream draws = new(11);
    private readonly VectorStep step;
    private readonly Rows actions;
    private readonly int times;
    private readonly Queue<Transition?[]> steps = new();

    public ReplayTwin(VectorEnvironment environment, int capacity)
    {
        (this.environment, times) = (environment, capacity / environment.SlotCount);
        step = new VectorStep(environment);
        actions = new Rows(environment.ActionSpace.Layout, environment.SlotCount);
        environment.Reset(step);
    }

    /// <summary>How many steps of living agents it holds.</summary>
    public int ValidCount => steps.Sum(slots => slots.Count(one => one is not null));

    public void Begin(ReplayBuffer buffer) => buffer.Begin(step);

    /// <summary>Resets the environments from outside.</summary>
    public void Reset(ReplayBuffer buffer)
    {
        environment.Reset(step);
        buffer.Begin(step);
    }

    /// <summary>A step of random actions, into both.</summary>
    /// <param name="buffer">The real one.</param>
    /// <param name="keep">Whether the twin takes it in too.</param>
    public void Play(ReplayBuffer buffer, bool keep = true)
    {
        var (before, masks, valid) = (Copy(step.Observations), step.ActionMasks.ToArray(), step.Valid.ToArray());
        for (var slot = 0; slot < environment.SlotCount; slot++)
        {
            do
            {
                environment.ActionSpace.Sample(draws, actions.Writer(slot));
            }
            while (environment.MaskLength > 0 && masks[(slot * environment.MaskLength) + actions.Integers(0)[slot]] == 0);
        }

        environment.Step(actions, step);
        buffer.Add(actions, step);
        if (!keep)
        {
            return;
        }

        var slots = new Transition?[environment.SlotCount];
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var ended = step.Ended(slot);
            slots[slot] = valid[slot] == 0 ? null : new Transition(
                Row(before, slot),
                Row(actions, slot),
                (float)step.Rewards[slot],
                step.Terminated[slot],
                step.Terminated[slot] != 0 ? (byte)0 : step.Truncated[slot],
                Row(ended ? step.FinalObservations : step.Observations, slot),
                Mask(masks, slot),
                Mask(ended ? step.FinalActionMasks : step.ActionMasks, slot));
        }

        steps.Enqueue(slots);
        while (steps.Count > times)
        {
            steps.Dequeue();
        }
    }

    /// <summary>Every step of the buffer is the twin's.</summary>
    public void AssertHolds(ReplayBuffer buffer)
    {
        var (batch, all) = (new ReplayBatch(buffer, 1), steps.SelectMany(slots => slots).ToList());
        Assert.Equal((all.Count, ValidCount), (buffer.Count, buffer.ValidCount));
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i] is { } expected)
            {
                batch.Rows[0] = buffer.RowOf(i);
                buffer.Gather(batch);
                Assert.Equal(expected, Of(batch), Transition.Comparer);
            }
        }
    }

    public void Dispose() => environment.Dispose();

    /// <summary>A batch's first step.</summary>
    private static Transition Of(ReplayBatch batch) => new(
        Row(batch.Observations, 0), Row(batch.Actions, 0), batch.Rewards[0], batch.Terminated[0], batch.Truncated[0], Row(batch.NextObservations, 0), batch.Masks, batch.NextMasks);

    private static byte[] Row(Rows rows, int row) => [.. Enumerable.Range(0, rows.Layout.Leaves.Count).SelectMany(leaf => rows.Raw(leaf, row).ToArray())];

    private static Rows Copy(Rows rows)
    {
        var copy = new Rows(rows.Layout, rows.Count);
        copy.CopyFrom(rows);
        return copy;
    }

    private byte[] Mask(byte[] masks, int slot) => masks[(slot * environment.MaskLength)..((slot + 1) * environment.MaskLength)];

    private sealed record Transition(byte[] Observation, byte[] Action, float Reward, byte Terminated, byte Truncated, byte[] Next, byte[] Mask, byte[] NextMask)
    {
        public static IEqualityComparer<Transition> Comparer { get; } = EqualityComparer<Transition>.Create((a, b) => a!.Text == b!.Text, one => one.Text.GetHashCode(StringComparison.Ordinal));

        private string Text => string.Join(' ', new[] { Observation, Action, BitConverter.GetBytes(Reward), [Terminated, Truncated], Next, Mask, NextMask }.Select(Convert.ToHexString));

        public override string ToString() => Text;
    }
}
