using System.Globalization;

namespace Bellman;

/// <summary>Finds where a loss that is NaN or infinite came from: the first tensor, in the order in which they are computed, that is not finite, and the row.</summary>
internal static class NotFiniteLoss
{
    private const string Advice = "lower the learning rate, or look for huge rewards and observations";

    /// <summary>What to throw.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="step">Which gradient step it was to be.</param>
    /// <param name="policy">What learns.</param>
    /// <param name="rollout">What it learns from.</param>
    /// <param name="rows">The minibatch's rows of the rollout.</param>
    /// <param name="computed">What was computed for each row, first to last.</param>
    public static NotFiniteNumberException Explain(
        float loss, long step, Policy policy, RolloutBuffer rollout, ReadOnlySpan<int> rows, params (string Name, float[] Values)[] computed)
    {
        var found = FindObservation(rollout, rows)
            ?? Find("reward", rollout.Rewards, rollout, rows)
            ?? Find("scaled_reward", rollout.ScaledRewards, rollout, rows)
            ?? Find("old log_probability", rollout.LogProbabilities, rollout, rows)
            ?? Find("old value", rollout.Values, rollout, rows)
            ?? Find("next_value", rollout.NextValues, rollout, rows)
            ?? Find("advantage", rollout.Advantages, rollout, rows)
            ?? Find("return", rollout.Returns, rollout, rows)
            ?? FindWeight(policy);
        foreach (var (name, values) in computed)
        {
            found ??= FindComputed(name, values, rollout, rows);
        }

        return new NotFiniteNumberException(Text($"The loss is {loss} at gradient step {step}{(found is null ? "" : ": " + found)}; {Advice}."));
    }

    private static string? FindObservation(RolloutBuffer rollout, ReadOnlySpan<int> rows)
    {
        var leaves = rollout.Observations.Layout.Leaves;
        for (var index = 0; index < leaves.Count; index++)
        {
            if (leaves[index].Type != ElementType.Float32)
            {
                continue;
            }

            foreach (var row in rows)
            {
                var values = rollout.Observations.Floats(index).Slice(row * leaves[index].Length, leaves[index].Length);
                for (var element = 0; element < values.Length; element++)
                {
                    if (!float.IsFinite(values[element]))
                    {
                        return Text($"'observation{(leaves[index].Name.Length > 0 ? "." + leaves[index].Name : "")}' holds {values[element]} in element {element} of {Place(rollout, row)}");
                    }
                }
            }
        }

        return null;
    }

    private static string? Find(string name, float[] column, RolloutBuffer rollout, ReadOnlySpan<int> rows)
    {
        foreach (var row in rows)
        {
            if (!float.IsFinite(column[row]))
            {
                return Text($"'{name}' is {column[row]} in {Place(rollout, row)}");
            }
        }

        return null;
    }

    private static string? FindWeight(Policy policy)
    {
        foreach (var parameter in policy.Parameters)
        {
            var values = parameter.Values;
            for (var element = 0; element < values.Length; element++)
            {
                if (!float.IsFinite(values[element]))
                {
                    return Text($"the weight '{parameter.Name}' holds {values[element]} in element {element}");
                }
            }
        }

        return null;
    }

    private static string? FindComputed(string name, float[] values, RolloutBuffer rollout, ReadOnlySpan<int> rows)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return Text($"'{name}' is {values[i]} in {Place(rollout, rows[i])}");
            }
        }

        return null;
    }

    private static string Place(RolloutBuffer rollout, int row)
    {
        var slot = row % rollout.Slots;
        return Text($"row {row} (environment {slot / rollout.AgentCount}{(rollout.AgentCount > 1 ? Text($", agent {slot % rollout.AgentCount}") : "")}, step {row / rollout.Slots} of the rollout)");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
