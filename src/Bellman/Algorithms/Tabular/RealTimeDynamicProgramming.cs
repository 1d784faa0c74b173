using System.Diagnostics;
using Bellman.Numerics;

namespace Bellman;

/// <summary>Settings of <see cref="RealTimeDynamicProgramming"/> and <see cref="LabelledRtdp"/>.</summary>
public sealed record RtdpSettings
{
    /// <summary>The discount, in [0, 1].</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>Steps after which the task ends; 0 for none. Then values are those before the first step.</summary>
    public int Horizon { get; init; }

    /// <summary>What an untouched state is worth. Optimal values are reached for certain only if it is admissible: at least as much as any state is worth.</summary>
    public double InitialValue { get; init; }

    /// <summary>Episodes of RTDP; the most of LRTDP.</summary>
    public int Trials { get; init; } = 1000;

    /// <summary>Steps after which a trial is broken off.</summary>
    public int MaximumSteps { get; init; } = 10_000;

    /// <summary>The share of random actions in the first trial; 0 is RTDP as published.</summary>
    public double Epsilon { get; init; }

    /// <summary>By what the share is multiplied after each trial.</summary>
    public double EpsilonDecay { get; init; } = 1;

    /// <summary>LRTDP takes a state as solved when nothing below it changes by more.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Of the draws.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>What happened in a trial.</summary>
/// <param name="Trial">Its number, from 1.</param>
/// <param name="Steps">Its length.</param>
/// <param name="Return">Its rewards, undiscounted.</param>
/// <param name="Epsilon">The share of random actions.</param>
/// <param name="Backups">Backups up to its end, since the beginning.</param>
/// <param name="StatesTouched">How many states have been updated at least once.</param>
public readonly record struct RtdpTrial(int Trial, int Steps, double Return, double Epsilon, long Backups, int StatesTouched);

/// <summary>
/// Real-time dynamic programming (Barto, Bradtke and Singh 1995): play greedily from the start, back up each state on the way, and let chance choose what follows.
/// Only states that good play meets are computed.
/// </summary>
public static class RealTimeDynamicProgramming
{
    /// <summary>Values and policy after the trials; states never met keep the initial value (<see cref="Solution.IsTouched"/>).</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">Trials, exploration, discount.</param>
    /// <param name="onTrial">Told about each trial.</param>
    /// <exception cref="ArgumentException">The discount is outside [0, 1], or 1 with a state that never ends.</exception>
    /// <exception cref="InvalidOperationException">With γ = 1 the values settled where greedy play goes round for ever without cost.</exception>
    public static Solution Solve(TabularModel model, RtdpSettings settings, Action<RtdpTrial>? onTrial = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        _ = ValueIteration.Check(model, settings.Gamma, settings.Horizon);
        if (settings.Horizon > 0)
        {
            return FiniteHorizon.Solve(model, settings.Horizon, steps => Solve(steps, settings with { Horizon = 0 }, onTrial));
        }

        var started = Stopwatch.GetTimestamp();
        var random = new SplittableRandom(settings.Seed);
        var values = RtdpValues.Start(model, settings);
        var touched = new bool[model.StateCount];
        var (backups, touchedCount, epsilon, largest) = (0L, 0, settings.Epsilon, 0.0);
        for (var trial = 1; trial <= settings.Trials; trial++)
        {
            var state = model.SampleStart(random);
            var (steps, total) = (0, 0.0);
            largest = 0;
            for (; state != model.StateCount && steps < settings.MaximumSteps; steps++)
            {
                var value = model.Backup(state, values, settings.Gamma, out var action);
                largest = Math.Max(largest, Math.Abs(value - values[state]));
                values[state] = value;
                backups++;
                touchedCount += touched[state] ? 0 : 1;
                touched[state] = true;
                if (epsilon > 0 && random.NextDouble() < epsilon)
                {
                    action = RandomAction(model, state, random);
                }

                total += model.Reward(state, action);
                state = model.SampleNext(state, action, random);
            }

            onTrial?.Invoke(new RtdpTrial(trial, steps, total, epsilon, backups, touchedCount));
            epsilon *= settings.EpsilonDecay;
        }

        // Values that did not move at all, or by rounding alone.
        _ = GreedyReach.Check(model, values, settings.Gamma, tolerance: 1e-12);
        return new Solution(model, values, values, settings.Gamma, new PlanningCounts(settings.Trials, backups, largest, Stopwatch.GetElapsedTime(started).TotalSeconds), touched);
    }

    private static int RandomAction(TabularModel model, int state, SplittableRandom random)
    {
        int action;
        do
        {
            action = random.NextInt32(model.ActionCount);
        }
        while (!model.IsAllowed(state, action));

        return action;
    }
}

/// <summary>Values before the first trial.</summary>
internal static class RtdpValues
{
    public static double[] Start(TabularModel model, RtdpSettings settings)
    {
        var values = new double[model.StateCount + 1];
        values.AsSpan(0, model.StateCount).Fill(settings.InitialValue);
        return values;
    }
}
