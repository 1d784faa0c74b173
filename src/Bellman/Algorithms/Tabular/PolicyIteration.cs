using System.Diagnostics;

namespace Bellman;

/// <summary>Settings of <see cref="PolicyIteration"/>.</summary>
public sealed record PolicyIterationSettings
{
    /// <summary>The discount, in [0, 1].</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>A policy's evaluation ends when no value changes by more than this in a pass.</summary>
    public double Tolerance { get; init; } = 1e-10;

    /// <summary>Passes of each evaluation; 0 until the tolerance. A few are modified policy iteration (Puterman and Shin 1978).</summary>
    public int EvaluationSweeps { get; init; }

    /// <summary>Passes after which an evaluation, and improvements after which the whole, gives up.</summary>
    public int MaximumSweeps { get; init; } = 100_000;
}

/// <summary>Policy iteration (Howard 1960): evaluate the policy, take the greedy actions of its values, until they stay the same.</summary>
public static class PolicyIteration
{
    /// <summary>Optimal values and policy, from the policy that takes the first allowed action everywhere or from a given one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">Discount and tolerances.</param>
    /// <param name="start">The first policy, <c>[states]</c>.</param>
    /// <exception cref="ArgumentException">A setting is out of range, γ is 1 and a state never ends, or the policy takes an action that is not allowed.</exception>
    /// <exception cref="InvalidOperationException">The passes allowed did not suffice; with γ = 1 a policy that never ends has no value.</exception>
    public static Solution Solve(TabularModel model, PolicyIterationSettings settings, IReadOnlyList<int>? start = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        ValueIteration.Check(model, settings.Gamma, horizon: 0);
        var started = Stopwatch.GetTimestamp();
        var policy = start?.ToArray() ?? [.. Enumerable.Range(0, model.StateCount).Select(state => Enumerable.Range(0, model.ActionCount).First(action => model.IsAllowed(state, action)))];
        var values = new double[model.StateCount + 1];
        var backups = 0L;
        for (var improvement = 1; improvement <= settings.MaximumSweeps; improvement++)
        {
            var (sweeps, change) = Evaluate(model, policy, settings, values);
            backups += (long)sweeps * model.StateCount;
            var stable = true;
            for (var state = 0; state < policy.Length; state++)
            {
                // A policy changes only for something better: between equals it could change for ever.
                var best = model.Backup(state, values, settings.Gamma);
                if (model.ActionValue(state, policy[state], values, settings.Gamma) < best - Solution.TieTolerance)
                {
                    policy[state] = model.GreedyAction(state, values, settings.Gamma);
                    stable = false;
                }
            }

            backups += model.StateCount;
            if (stable && (settings.EvaluationSweeps == 0 || change <= settings.Tolerance))
            {
                return new Solution(model, values, values, settings.Gamma, new PlanningCounts(improvement, backups, change, Stopwatch.GetElapsedTime(started).TotalSeconds));
            }
        }

        throw new InvalidOperationException($"The policy still changed after {settings.MaximumSweeps} improvements; allow more, or a larger tolerance.");
    }

    /// <summary>The value of each state under a policy, <c>[states]</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="policy">The action of each state.</param>
    /// <param name="settings">Discount and tolerances.</param>
    /// <exception cref="ArgumentException">The policy takes an action that is not allowed.</exception>
    public static double[] Evaluate(TabularModel model, IReadOnlyList<int> policy, PolicyIterationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(settings);
        var values = new double[model.StateCount + 1];
        Evaluate(model, [.. policy], settings, values);
        return values[..^1];
    }

    private static (int Sweeps, double Change) Evaluate(TabularModel model, int[] policy, PolicyIterationSettings settings, double[] values)
    {
        var limit = settings.EvaluationSweeps > 0 ? settings.EvaluationSweeps : settings.MaximumSweeps;
        var change = double.PositiveInfinity;
        var sweep = 0;
        while (sweep < limit && change > settings.Tolerance)
        {
            sweep++;
            change = 0;
            for (var state = 0; state < policy.Length; state++)
            {
                var value = model.ActionValue(state, policy[state], values, settings.Gamma);
                if (double.IsNegativeInfinity(value))
                {
                    throw new ArgumentException($"The policy takes action {policy[state]} in state {state}, which the model does not allow.", nameof(policy));
                }

                change = Math.Max(change, Math.Abs(value - values[state]));
                values[state] = value;
            }
        }

        if (settings.EvaluationSweeps == 0 && change > settings.Tolerance)
        {
            throw new InvalidOperationException($"A policy's values still changed by {change} after {limit} sweeps. With gamma 1 a policy that never ends has none: begin with one that ends, or take value iteration.");
        }

        return (sweep, change);
    }
}
