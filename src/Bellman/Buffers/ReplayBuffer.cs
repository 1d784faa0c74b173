using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// The newest steps of all slots, to learn from again and again: what was seen, done and paid, how it ended, what was seen next. An observation is kept once, as s_{t+1} of a step and s_t of the next;
/// final observations are kept where, and only where, an episode ended. Observations and rewards are kept as the environments gave them.
/// </summary>
/// <example>
/// <code>
/// var replay = new ReplayBuffer(environments, capacity: 100_000);
/// var batch = new ReplayBatch(replay, 256);
/// environments.Reset(step);
/// replay.Begin(step);
/// …
/// environments.Step(actions, step);
/// replay.Add(actions, step);
/// replay.Sample(batch, random);
/// </code>
/// </example>
/// <remarks>Memory is allocated as it fills; from then on adding and drawing allocate nothing.</remarks>
public sealed partial class ReplayBuffer
{
    private const int MaximumCapacity = 1 << 30;
    private const string Mask = "mask", Reward = "reward", Terminated = "terminated", Truncated = "truncated", Valid = "valid", Final = "final";

    private readonly ChunkedRows steps;
    private readonly KeptFinals finals;
    private readonly int observations, actions, mask, reward, terminated, truncated, valid, final, columns;
    private readonly int ring;
    private int head, times;
    private bool begun;

    /// <summary>A buffer for the steps of environments.</summary>
    /// <param name="environment">Whose steps it will hold.</param>
    /// <param name="capacity">How many steps it holds at most, all slots together; rounded down to whole steps of all slots.</param>
    /// <param name="columns">Columns of the learner's own, as <c>log_probability</c>; null for none.</param>
    /// <exception cref="ArgumentException">The capacity is smaller than the number of slots, or a name is taken.</exception>
    public ReplayBuffer(VectorEnvironment environment, int capacity, IReadOnlyList<RowLeaf>? columns = null)
        : this((environment ?? throw new ArgumentNullException(nameof(environment))).ObservationSpace.Layout, environment.ActionSpace.Layout, environment.SlotCount, environment.MaskLength, capacity, columns)
    {
    }

    /// <summary>A buffer for steps of any origin.</summary>
    /// <param name="observationLayout">How an observation lies in memory.</param>
    /// <param name="actionLayout">How an action lies in memory.</param>
    /// <param name="slots">How many steps come at a time.</param>
    /// <param name="maskLength">How many entries an action mask has; 0 for none.</param>
    /// <param name="capacity">How many steps it holds at most.</param>
    /// <param name="columns">Columns of the learner's own; null for none.</param>
    /// <param name="chunkBytes">About how many bytes are allocated, and written beside checkpoints, at a time; 0 for a size that suits the capacity.</param>
    /// <exception cref="ArgumentException">The capacity is smaller than the number of slots, or a name is taken.</exception>
    public ReplayBuffer(RowLayout observationLayout, RowLayout actionLayout, int slots, int maskLength, int capacity, IReadOnlyList<RowLeaf>? columns = null, long chunkBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(observationLayout);
        ArgumentNullException.ThrowIfNull(actionLayout);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(maskLength);
        if (capacity < slots || capacity > MaximumCapacity)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), $"A buffer of {capacity} steps cannot hold those of {slots} slots; give at least {slots} and at most {MaximumCapacity}.");
        }

        (ObservationLayout, ActionLayout, ColumnLayout) = (observationLayout, actionLayout, new RowLayout(columns ?? []));
        (Slots, MaskLength, Capacity) = (slots, maskLength, capacity / slots * slots);
        var leaves = new List<RowLeaf>();
        observations = Add(leaves, "observation", observationLayout.Leaves);
        actions = Add(leaves, "action", actionLayout.Leaves);
        mask = Add(leaves, "", [new RowLeaf(Mask, ElementType.Byte, [maskLength])]);
        reward = Add(leaves, "", [new RowLeaf(Reward, ElementType.Float32, [1])]);
        terminated = Add(leaves, "", [new RowLeaf(Terminated, ElementType.Byte, [1])]);
        truncated = Add(leaves, "", [new RowLeaf(Truncated, ElementType.Byte, [1])]);
        valid = Add(leaves, "", [new RowLeaf(Valid, ElementType.Byte, [1])]);
        final = Add(leaves, "", [new RowLeaf(Final, ElementType.Int32, [1])]);
        this.columns = Add(leaves, "", ColumnLayout.Leaves);
        if (leaves.GroupBy(leaf => leaf.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"A column '{twice.Key}' is there already; give yours another name.", nameof(columns));
        }

        Schema = new RowLayout(leaves);

        // One more than it holds: the newest observation has no step yet.
        ring = (Capacity / slots) + 1;
        steps = new ChunkedRows(Schema, checked(ring * slots), chunkBytes);
        finals = new KeptFinals(new RowLayout([.. observationLayout.Leaves, new RowLeaf(Mask, ElementType.Byte, [maskLength])]), checked(ring * slots), chunkBytes);
    }

    /// <summary>Its columns by name: observation, action, mask, reward, ends, valid, where the final observation lies, and those of the learner's own.</summary>
    public RowLayout Schema { get; }

    /// <summary>How an observation lies in memory.</summary>
    public RowLayout ObservationLayout { get; }

    /// <summary>How an action lies in memory.</summary>
    public RowLayout ActionLayout { get; }

    /// <summary>The columns of the learner's own.</summary>
    public RowLayout ColumnLayout { get; }

    /// <summary>How many steps come at a time.</summary>
    public int Slots { get; }

    /// <summary>How many entries an action mask has; 0 for none.</summary>
    public int MaskLength { get; }

    /// <summary>How many steps it holds at most, all slots together.</summary>
    public int Capacity { get; }

    /// <summary>How many steps it holds, those included in which a slot's agent was dead.</summary>
    public int Count => times * Slots;

    /// <summary>How many steps it holds in which the slot's agent acted: those that are drawn.</summary>
    public int ValidCount { get; private set; }

    /// <summary>Takes in what is seen before the first step, and after every reset from outside.</summary>
    public void Begin(VectorStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (begun && times > 0)
        {
            CutOff();
        }

        begun = true;
        Observe(step, head);
    }

    /// <summary>Takes in a step of all slots. What was seen before it came with <see cref="Begin"/> or with the step before.</summary>
    /// <param name="taken">What was done, a row for each slot.</param>
    /// <param name="step">What it brought.</param>
    /// <param name="own">A row for each slot of the learner's own columns; null where there are none.</param>
    /// <exception cref="InvalidOperationException">Nothing was begun.</exception>
    public void Add(Rows taken, VectorStep step, Rows? own = null)
    {
        ArgumentNullException.ThrowIfNull(taken);
        ArgumentNullException.ThrowIfNull(step);
        if (!begun)
        {
            throw new InvalidOperationException("Nothing has been seen yet; call Begin with what a reset brought.");
        }

        if ((own?.Layout.Leaves.Count ?? 0) != ColumnLayout.Leaves.Count)
        {
            throw new ArgumentException($"The buffer has {ColumnLayout.Leaves.Count} columns of the learner's own, and {own?.Layout.Leaves.Count ?? 0} were given.", nameof(own));
        }

        var next = (head + 1) % ring;
        if (times == ring - 1)
        {
            Forget(next);
        }

        for (var slot = 0; slot < Slots; slot++)
        {
            var row = (head * Slots) + slot;
            Copy(taken, slot, actions, row);
            if (own is not null)
            {
                Copy(own, slot, columns, row);
            }

            // Where both are set, terminated wins.
            var ends = step.Terminated[slot] != 0;
            steps.Write(reward, row, (float)step.Rewards[slot]);
            steps.Write(terminated, row, ends ? (byte)1 : (byte)0);
            steps.Write(truncated, row, !ends && step.Truncated[slot] != 0 ? (byte)1 : (byte)0);
            if (steps.ReadByte(valid, row) != 0)
            {
                ValidCount++;
                if (step.Ended(slot))
                {
                    KeepFinal(row, step.FinalObservations, slot, step.FinalActionMasks);
                }
            }
        }

        head = next;
        times = Math.Min(times + 1, ring - 1);
        Observe(step, head);
    }

    /// <summary>Draws steps, each with the same probability and with replacement, and gathers them.</summary>
    /// <exception cref="InvalidOperationException">It holds none.</exception>
    public void Sample(ReplayBatch batch, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Draw(random, batch.Rows);
        Gather(batch);
    }

    /// <summary>Draws rows of steps, each with the same probability and with replacement.</summary>
    /// <exception cref="InvalidOperationException">It holds none.</exception>
    public void Draw(SplittableRandom random, Span<int> rows)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (ValidCount == 0)
        {
            throw new InvalidOperationException("The buffer holds no step yet; let some be taken before learning from them.");
        }

        for (var i = 0; i < rows.Length; i++)
        {
            do
            {
                rows[i] = RowOf(random.NextInt32(Count));
            }
            while (steps.ReadByte(valid, rows[i]) == 0);
        }
    }

    /// <summary>The row of a step, counted from the oldest, slots within it in order.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public int RowOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return ((Oldest + (index / Slots)) % ring * Slots) + (index % Slots);
    }

    /// <summary>Copies the steps whose rows stand in <see cref="ReplayBatch.Rows"/>.</summary>
    /// <exception cref="ArgumentException">One is not, or no longer, in the buffer.</exception>
    public void Gather(ReplayBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (var i = 0; i < batch.Count; i++)
        {
            var row = batch.Rows[i];
            if (row < 0 || row >= ring * Slots || ((row / Slots) - Oldest + ring) % ring >= times)
            {
                throw new ArgumentException($"Row {row} is not in the buffer, or no longer; draw rows anew after adding steps.", nameof(batch));
            }

            Copy(row, observations, batch.Observations, i);
            Copy(row, actions, batch.Actions, i);
            Copy(row, columns, batch.Columns, i);
            batch.Rewards[i] = steps.Read<float>(reward, row);
            batch.Terminated[i] = steps.ReadByte(terminated, row);
            batch.Truncated[i] = steps.ReadByte(truncated, row);
            steps.Read(mask, row).CopyTo(batch.Masks.AsSpan(i * MaskLength));
            GatherNext(row, batch, i);
        }
    }

    private int Oldest => (head - times + ring) % ring;

    private static int Add(List<RowLeaf> leaves, string prefix, IReadOnlyList<RowLeaf> more)
    {
        leaves.AddRange(more.Select(leaf => leaf with { Name = prefix.Length == 0 ? leaf.Name : leaf.Name.Length == 0 ? prefix : $"{prefix}.{leaf.Name}" }));
        return leaves.Count - more.Count;
    }

    private void Copy(Rows from, int slot, int leaf, int row)
    {
        for (var i = 0; i < from.Layout.Leaves.Count; i++)
        {
            from.Raw(i, slot).CopyTo(steps.Write(leaf + i, row));
        }
    }

    private void Copy(int row, int leaf, Rows to, int place)
    {
        for (var i = 0; i < to.Layout.Leaves.Count; i++)
        {
            steps.Read(leaf + i, row).CopyTo(to.Raw(i, place));
        }
    }

    private void GatherNext(int row, ReplayBatch batch, int place)
    {
        var last = steps.Read<int>(final, row) - 1;
        var (rows, at, leaf, maskLeaf) = last >= 0 ? (finals.Rows, last, 0, ObservationLayout.Leaves.Count) : (steps, (row + Slots) % (ring * Slots), observations, mask);
        for (var i = 0; i < ObservationLayout.Leaves.Count; i++)
        {
            rows.Read(leaf + i, at).CopyTo(batch.NextObservations.Raw(i, place));
        }

        rows.Read(maskLeaf, at).CopyTo(batch.NextMasks.AsSpan(place * MaskLength));
    }

    private void Observe(VectorStep step, int time)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            var row = (time * Slots) + slot;
            Copy(step.Observations, slot, observations, row);
            step.ActionMasks.AsSpan(slot * MaskLength, MaskLength).CopyTo(steps.Write(mask, row));
            steps.Write(valid, row, step.Valid[slot]);
            steps.Write(final, row, 0);
        }
    }

    private void KeepFinal(int row, Rows seen, int slot, ReadOnlySpan<byte> masks)
    {
        var at = finals.Take();
        for (var i = 0; i < seen.Layout.Leaves.Count; i++)
        {
            seen.Raw(i, slot).CopyTo(finals.Rows.Write(i, at));
        }

        masks.Slice(slot * MaskLength, MaskLength).CopyTo(finals.Rows.Write(ObservationLayout.Leaves.Count, at));
        steps.Write(final, row, at + 1);
    }

    // A reset from outside takes the place of what the last steps led to, so that is kept for those that did not end.
    private void CutOff()
    {
        var newest = (head - 1 + ring) % ring;
        for (var slot = 0; slot < Slots; slot++)
        {
            var (row, seen) = ((newest * Slots) + slot, (head * Slots) + slot);
            if (steps.ReadByte(valid, row) != 0 && steps.Read<int>(final, row) == 0)
            {
                var at = finals.Take();
                for (var i = 0; i < ObservationLayout.Leaves.Count; i++)
                {
                    steps.Read(observations + i, seen).CopyTo(finals.Rows.Write(i, at));
                }

                steps.Read(mask, seen).CopyTo(finals.Rows.Write(ObservationLayout.Leaves.Count, at));
                steps.Write(final, row, at + 1);
            }
        }
    }

    private void Forget(int time)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            var row = (time * Slots) + slot;
            ValidCount -= steps.ReadByte(valid, row) != 0 ? 1 : 0;
            if (steps.Read<int>(final, row) is > 0 and var last)
            {
                finals.Release(last - 1);
            }
        }
    }
}
