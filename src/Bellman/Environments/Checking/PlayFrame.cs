using System.Globalization;
using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>All that an environment gave at one reset or step.</summary>
/// <param name="IsReset">Whether it was a reset.</param>
/// <param name="EpisodeStep">Steps since the last reset.</param>
/// <param name="Observation">The observation's leaves.</param>
/// <param name="Result">What the step brought.</param>
/// <param name="Mask">The action mask.</param>
/// <param name="Signals">The numbers besides the reward.</param>
internal sealed record PlayFrame(bool IsReset, int EpisodeStep, Rows Observation, StepResult Result, byte[] Mask, double[] Signals)
{
    public string Moment => IsReset ? "at a reset" : string.Create(CultureInfo.InvariantCulture, $"in step {EpisodeStep} of an episode");

    /// <summary>Where two frames differ in their bits, in words; null if they do not.</summary>
    public string? DifferenceTo(PlayFrame other)
    {
        if (IsReset != other.IsReset || Result.Terminated != other.Result.Terminated || Result.Truncated != other.Result.Truncated)
        {
            return $"the end differs {Moment}: {Ends(this)} against {Ends(other)}";
        }

        for (var leaf = 0; leaf < Observation.Layout.Leaves.Count; leaf++)
        {
            var at = Observation.Raw(leaf, 0).CommonPrefixLength(other.Observation.Raw(leaf, 0));
            if (at < Observation.Raw(leaf, 0).Length)
            {
                var element = at / ElementSize(Observation.Layout.Leaves[leaf]);
                return $"{Element(Observation.Layout.Leaves[leaf], element)} of the observation {Moment}: {Value(Observation, leaf, element)} against {Value(other.Observation, leaf, element)}";
            }
        }

        if (!Result.Reward.Equals(other.Result.Reward))
        {
            return string.Create(CultureInfo.InvariantCulture, $"the reward {Moment}: {Result.Reward:R} against {other.Result.Reward:R}");
        }

        return !Mask.AsSpan().SequenceEqual(other.Mask) ? $"the action mask {Moment}"
            : !MemoryMarshal.AsBytes(Signals.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.Signals.AsSpan())) ? $"the signals {Moment}" : null;

        static string Ends(PlayFrame frame) => frame.IsReset ? "a new episode" : frame.Result.Terminated ? "terminated" : frame.Result.Truncated ? "truncated" : "goes on";
    }

    public bool SameObservation(PlayFrame other)
    {
        for (var leaf = 0; leaf < Observation.Layout.Leaves.Count; leaf++)
        {
            if (!Observation.Raw(leaf, 0).SequenceEqual(other.Observation.Raw(leaf, 0)))
            {
                return false;
            }
        }

        return true;
    }

    public static string Element(RowLeaf leaf, int element) => string.Create(CultureInfo.InvariantCulture, $"element {element}{(leaf.Name.Length > 0 ? $" of '{leaf.Name}'" : "")}");

    public static string Value(Rows rows, int leaf, int element) => rows.Layout.Leaves[leaf].Type switch
    {
        ElementType.Float32 => rows.Floats(leaf)[element].ToString("R", CultureInfo.InvariantCulture),
        ElementType.Int32 => rows.Integers(leaf)[element].ToString(CultureInfo.InvariantCulture),
        _ => rows.Bytes(leaf)[element].ToString(CultureInfo.InvariantCulture),
    };

    public static int ElementSize(RowLeaf leaf) => leaf.Type == ElementType.Byte ? 1 : 4;
}
