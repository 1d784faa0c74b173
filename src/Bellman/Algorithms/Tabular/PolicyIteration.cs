using System.Diagnostics;

namespace Bellman;

/// <summary>Settings of <see cref="PolicyIteration"/>.</summary>
public sealed record PolicyIterationSettings
{
    /// <summary>The discount, in [0, 1].</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>Steps after which the task ends; 0 for none. Then values are those before the first step.</summary>
    public int Horizon { get; init; }

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
    /// <summary>Optimal values and policy, from a given policy or from one that takes the first allowed action everywhere: with γ = 1 the first that leads a step nearer to the end, as policies that never end have no values.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">Discount, horizon and tolerances.</param>
    /// <param name="start">The first policy, <c>[states]</c>; with a horizon for each step.</param>
    /// <exception cref="ArgumentException">A setting is out of range, γ is 1 and a state never ends, or the policy takes an action that is not allowed.</exception>
    /// <exception cref="InvalidOperationException">The passes allowed did not suffice; with γ = 1 a policy that never ends has no value.</exception>
    public static Solution Solve(TabularModel model, PolicyIterationSettings settings, IReadOnlyList<int>? start = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        var left = ValueIteration.Check(model, settings.Gamma, settings.Horizon);
        if (settings.Horizon > 0)
        {
            int[]? staged = start is null ? null : [.. Enumerable.Repeat(start, settings.Horizon).SelectMany(actions => actions)];
            return FiniteHorizon.Solve(model, settings.Horizon, steps => Solve(steps, settings with { Horizon = 0 }, staged));
        }

        var started = Stopwatch.GetTimestamp();
        var policy = start?.ToArray() ?? (settings.Gamma == 1 ? new ModelEnds(model).EndingPolicy() : [.. Enumerable.Range(0, model.StateCount).Select(state => Enumerable.Range(0, model.ActionCount).First(action => model.IsAllowed(state, action)))]);
        if (policy.Length != model.StateCount)
        {
            throw new ArgumentException($"The policy has {policy.Length} actions for {model.StateCount} states.", nameof(start));
        }

        var values = new double[model.StateCount + 1];
        var updated = model.StateCount - (left?.Count(isLeft => isLeft) ?? 0);
        var backups = 0L;
        for (var improvement = 1; improvement <= settings.MaximumSweeps; improvement++)
        {
            var (sweeps, change) = Evaluate(model, policy, settings, values, left);
            backups += (long)sweeps * updated;
            var stable = true;
            for (var state = 0; state < policy.Length; state++)
            {
                if (left is not null && left[state])
                {
                    continue;
                }

                // A policy changes only for something better: between equals it could change for ever.
                var best = model.Backup(state, values, settings.Gamma);
                if (model.ActionValue(state, policy[state], values, settings.Gamma) < best - Solution.TieTolerance)
                {
                    policy[state] = model.GreedyAction(state, values, settings.Gamma);
                    stable = false;
                }
            }

            backups += updated;
            if (stable && (settings.EvaluationSweeps == 0 || change <= settings.Tolerance))
            {
                return new Solution(model, values, values, settings.Gamma, new PlanningCounts(improvement, backups, change, Stopwatch.GetElapsedTime(started).TotalSeconds), ValueIteration.Touched(left));
            }
        }

        throw new InvalidOperationException($"The policy still changed after {settings.MaximumSweeps} improvements; allow more, or a larger tolerance.");
    }

    /// <summary>The value of each state under a policy, <c>[states]</c>; with a horizon, before the first step.</summary>
    /// <param name="model">The model.</param>
    /// <param name="policy">The action of each state, whatever the step.</param>
    /// <param name="settings">Discount, horizon and tolerances.</param>
    /// <exception cref="ArgumentException">The policy takes an action that is not allowed, or has another length.</exception>
    /// <exception cref="InvalidOperationException">The passes allowed did not suffice; with γ = 1 a policy that never ends has no value.</exception>
    public static double[] Evaluate(TabularModel model, IReadOnlyList<int> policy, PolicyIterationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Horizon, nameof(settings));
        if (policy.Count != model.StateCount)
        {
            throw new ArgumentException($"The policy has {policy.Count} actions for {model.StateCount} states.", nameof(policy));
        }

        int[] actions = [.. policy];
        var values = new double[model.StateCount + 1];
        if (settings.Horizon == 0)
        {
            Evaluate(model, actions, settings, values, left: null);
            return values[..^1];
        }

        // From the last step to the first; behind it nothing is worth anything.
        var next = new double[values.Length];
        for (var step = 0; step < settings.Horizon; step++)
        {
            (values, next) = (next, values);
            for (var state = 0; state < actions.Length; state++)
            {
                values[state] = Value(model, actions, state, next, settings.Gamma);
            }
        }

        return values[..^1];
    }

    private static (int Sweeps, double Change) Evaluate(TabularModel model, int[] policy, PolicyIterationSettings settings, double[] values, bool[]? left)
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
                if (left is not null && left[state])
                {
                    continue;
                }

                var value = Value(model, policy, state, values, settings.Gamma);
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

    private static double Value(TabularModel model, int[] policy, int state, ReadOnlySpan<double> values, double gamma) =>
        (uint)policy[state] < (uint)model.ActionCount && model.IsAllowed(state, policy[state])
            ? model.ActionValue(state, policy[state], values, gamma)
            : throw new ArgumentException($"The policy takes action {policy[state]} in state {state}, which the model does not allow.", nameof(policy));
}
