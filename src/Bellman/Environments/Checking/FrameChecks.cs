using System.Globalization;

namespace Bellman;

/// <summary>What must hold of each reset and step alone: values in their space, finite numbers, one kind of end, masks and signals.</summary>
/// <param name="environment">The environment that gave the frames.</param>
/// <param name="findings">Receives what is wrong.</param>
/// <param name="hasLooseBounds">Whether finite observations may lie outside their bounds.</param>
internal sealed class FrameChecks(IEnvironment environment, FindingList findings, bool hasLooseBounds = false)
{
    private readonly Space[] observationLeaves = RandomActions.Leaves(environment.ObservationSpace);
    private readonly int[] choices = [.. RandomActions.Leaves(environment.ActionSpace).SelectMany(RandomActions.Choices)];
    private readonly IReadOnlyList<string> signalNames = environment.As<ISignals>()?.SignalNames ?? [];

    /// <summary>Looks at what can be said without playing.</summary>
    public void Declarations()
    {
        if (!environment.ObservationSpace.Equals(environment.ObservationSpace) || !environment.ActionSpace.Equals(environment.ActionSpace))
        {
            findings.Error("spaces-stable", "ObservationSpace and ActionSpace equal at every call.", "Two calls gave spaces that differ.", "Make the spaces once, in the constructor, and return those.");
        }

        var entries = choices.Sum();
        if (environment.As<IActionMask>() is { } masked && masked.MaskLength != entries)
        {
            findings.Error("mask-length", $"A MaskLength of {entries}: one entry for each value of each discrete choice of {environment.ActionSpace}.", $"MaskLength is {masked.MaskLength}.", "Count the values leaf by leaf: Discrete(n) has n, MultiDiscrete([a b]) a + b, MultiBinary(n) 2n, a box none.");
        }

        if (signalNames.Any(string.IsNullOrWhiteSpace) || signalNames.Distinct(StringComparer.Ordinal).Count() < signalNames.Count)
        {
            findings.Error("signal-names", "Signal names that differ and are not empty.", $"SignalNames is [{string.Join(", ", signalNames.Select(name => $"'{name}'"))}].", "Give each signal a name of its own.");
        }

        foreach (var box in RandomActions.Leaves(environment.ActionSpace).OfType<BoxSpace>().Where(box => box.Type == ElementType.Float32))
        {
            var unbounded = Enumerable.Range(0, box.Length).FirstOrDefault(i => !float.IsFinite(box.Low[i]) || !float.IsFinite(box.High[i]), -1);
            if (unbounded >= 0)
            {
                findings.Warning("action-bounds", "Finite bounds for every continuous action, so that exploration has a scale.", $"Element {unbounded} of {box} has none.", "Bound the action space, best by −1 and 1, and scale inside Step.");
            }
        }
    }

    /// <summary>Whether something was left as the caller's memory held it; <paramref name="other"/> is the same play into memory filled with another pattern.</summary>
    public void Written(PlayFrame frame, PlayFrame other, byte pattern, byte otherPattern)
    {
        for (var leaf = 0; leaf < observationLeaves.Length; leaf++)
        {
            var left = frame.Observation.Raw(leaf, 0);
            var right = other.Observation.Raw(leaf, 0);
            var size = PlayFrame.ElementSize(frame.Observation.Layout.Leaves[leaf]);
            for (var at = 0; at < left.Length; at += size)
            {
                if (!left.Slice(at, size).ContainsAnyExcept(pattern) && !right.Slice(at, size).ContainsAnyExcept(otherPattern))
                {
                    findings.Error(
                        "observation-written", "Reset and Step write every element of the observation.",
                        $"{PlayFrame.Element(frame.Observation.Layout.Leaves[leaf], at / size)} was left as it was {frame.Moment}.", "Write the whole row each time; the caller's memory holds anything before.");
                    return;
                }
            }
        }

        var unwritten = Enumerable.Range(0, frame.Mask.Length).FirstOrDefault(i => frame.Mask[i] == pattern && other.Mask[i] == otherPattern, -1);
        if (unwritten >= 0)
        {
            findings.Error("mask-values", "WriteMask writes 1 for what is allowed and 0 for the rest.", $"Entry {unwritten} was left as it was {frame.Moment}.", "Write every entry; 0 is not there before.");
        }
    }

    /// <summary>Looks at one reset or step.</summary>
    public void Look(PlayFrame frame)
    {
        LookAtObservation(frame);
        if (!double.IsFinite(frame.Result.Reward))
        {
            findings.Error("reward-finite", "A finite reward.", string.Create(CultureInfo.InvariantCulture, $"The reward is {frame.Result.Reward} {frame.Moment}."), "Look for divisions by zero, logarithms and overflow in Step; clamp what may grow without bound.");
        }

        if (frame.Result is { Terminated: true, Truncated: true })
        {
            findings.Error("one-end", "Either terminated or truncated, never both.", $"Both were set {frame.Moment}.", "Set Truncated only where the task would go on: `Truncated = late && !terminated`. Learners bootstrap from truncated steps alone.");
        }

        if (frame.Mask.Length == choices.Sum())
        {
            LookAtMask(frame);
        }

        for (var i = 0; !frame.IsReset && i < frame.Signals.Length; i++)
        {
            if (!double.IsFinite(frame.Signals[i]))
            {
                findings.Error("signals-finite", "Finite signals.", string.Create(CultureInfo.InvariantCulture, $"'{signalNames[i]}' is {frame.Signals[i]} {frame.Moment}."), "Write a number for every signal in every step, 0 where there is nothing to tell.");
            }
        }
    }

    private void LookAtObservation(PlayFrame frame)
    {
        for (var leaf = 0; leaf < observationLeaves.Length; leaf++)
        {
            if (observationLeaves[leaf].Contains(frame.Observation.Reader(0)[leaf]) && !HasInfinity(frame.Observation, leaf))
            {
                continue;
            }

            var layout = frame.Observation.Layout.Leaves[leaf];
            var (element, expected) = Culprit(frame.Observation, leaf);
            var value = PlayFrame.Value(frame.Observation, leaf, element);
            if (layout.Type == ElementType.Float32 && !float.IsFinite(frame.Observation.Floats(leaf)[element]))
            {
                findings.Error("observation-finite", "Finite observations.", $"{PlayFrame.Element(layout, element)} is {value} {frame.Moment}.", "Look for divisions by zero, square roots of negatives and states that run away; end the episode before they do.");
            }
            else if (!hasLooseBounds || layout.Type != ElementType.Float32)
            {
                findings.Error("observation-in-space", $"Observations within {environment.ObservationSpace}: {PlayFrame.Element(layout, element)} {expected}.", $"{PlayFrame.Element(layout, element)} is {value} {frame.Moment}.", "Widen the space to what the task can reach, or clamp the observation to the space.");
            }
        }
    }

    private static bool HasInfinity(Rows rows, int leaf) => rows.Layout.Leaves[leaf].Type == ElementType.Float32 && rows.Floats(leaf).ContainsAny(float.PositiveInfinity, float.NegativeInfinity);

    // The element that is outside, and what it may be.
    private (int Element, string Expected) Culprit(Rows rows, int leaf)
    {
        switch (observationLeaves[leaf])
        {
            case BoxSpace box:
                var values = rows.Floats(leaf);
                for (var i = 0; i < values.Length; i++)
                {
                    if (!(values[i] >= box.Low[i] && values[i] <= box.High[i]) || float.IsInfinity(values[i]))
                    {
                        return (i, string.Create(CultureInfo.InvariantCulture, $"between {box.Low[i]:R} and {box.High[i]:R}"));
                    }
                }

                break;
            case DiscreteSpace discrete:
                return (0, string.Create(CultureInfo.InvariantCulture, $"from {discrete.Start} to {discrete.Start + discrete.Count - 1}"));
            case MultiDiscreteSpace multi:
                var wrong = Enumerable.Range(0, multi.Counts.Count).First(i => (uint)rows.Integers(leaf)[i] >= (uint)multi.Counts[i]);
                return (wrong, string.Create(CultureInfo.InvariantCulture, $"from 0 to {multi.Counts[wrong] - 1}"));
            default:
                return (rows.Bytes(leaf).IndexOfAnyExceptInRange((byte)0, (byte)1), "0 or 1");
        }

        return (0, "of the space");
    }

    private void LookAtMask(PlayFrame frame)
    {
        if (frame.Mask.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var strange)
        {
            findings.Error("mask-values", "WriteMask writes 1 for what is allowed and 0 for the rest.", $"Entry {strange} is {frame.Mask[strange]} {frame.Moment}.", "Write every entry, as 0 or 1.");
            return;
        }

        // Nothing is chosen after an end: a game that is over has no moves.
        var rest = frame.Mask.AsSpan();
        for (var choice = 0; choice < choices.Length && frame.Mask.Length > 0 && !frame.Result.Terminated; choice++)
        {
            if (!rest[..choices[choice]].Contains((byte)1))
            {
                findings.Error("mask-empty", "At least one allowed value for each choice while the episode goes on.", $"Choice {choice} allows none of its {choices[choice]} values {frame.Moment}.", "End the episode when no action is left, or allow one that does nothing.");
                return;
            }

            rest = rest[choices[choice]..];
        }
    }
}
