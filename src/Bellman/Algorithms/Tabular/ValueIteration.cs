using System.Diagnostics;

namespace Bellman;

/// <summary>In which order value iteration updates states.</summary>
public enum Sweep
{
    /// <summary>All at once from the values of the pass before: may be shared by threads, and the bits do not depend on how many.</summary>
    Synchronous,

    /// <summary>One after the other, each using those already updated in this pass (Gauss–Seidel).</summary>
    InPlace,

    /// <summary>Those first whose successors changed most (prioritized sweeping, Moore and Atkeson 1993).</summary>
    Prioritized,
}

/// <summary>Settings of <see cref="ValueIteration"/>.</summary>
public sealed record ValueIterationSettings
{
    /// <summary>The discount, in [0, 1].</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>Ends when no value changes by more than this in a pass.</summary>
    public double Tolerance { get; init; } = 1e-10;

    /// <summary>Steps after which the task ends; 0 for none. Then values are those before the first step.</summary>
    public int Horizon { get; init; }

    /// <summary>The order of updates.</summary>
    public Sweep Sweep { get; init; } = Sweep.InPlace;

    /// <summary>Passes after which it gives up.</summary>
    public int MaximumSweeps { get; init; } = 100_000;

    /// <summary>Threads that share a synchronous pass.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>Value iteration (Bellman 1957): V(s) ← max over a of r(s, a) + γ·Σ p(s'|s, a)·V(s'), until nothing changes.</summary>
public static class ValueIteration
{
    /// <summary>Optimal values and policy.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">Discount, tolerance, horizon, order.</param>
    /// <param name="onSweep">Told the values after each pass, with the pass's number; for watching.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or γ is 1 and a state never ends.</exception>
    /// <exception cref="InvalidOperationException">The passes allowed did not suffice.</exception>
    public static Solution Solve(TabularModel model, ValueIterationSettings settings, Action<int, ReadOnlyMemory<double>>? onSweep = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        var left = Check(model, settings.Gamma, settings.Horizon);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Threads, 1);
        var started = Stopwatch.GetTimestamp();
        if (settings.Horizon > 0)
        {
            return Finite(model, settings, started, onSweep);
        }

        var values = new double[model.StateCount + 1];
        var (sweeps, backups, residual) = settings.Sweep == Sweep.Prioritized ? Prioritized(model, settings, values, left) : Swept(model, settings, values, left, onSweep);
        return new Solution(model, values, values, settings.Gamma, new PlanningCounts(sweeps, backups, residual, Stopwatch.GetElapsedTime(started).TotalSeconds), Touched(left));
    }

    /// <summary>Refuses what has no values.</summary>
    /// <returns>The states to leave out, which nothing that counts leads to; null for none.</returns>
    internal static bool[]? Check(TabularModel model, double gamma, int horizon)
    {
        if (!(gamma >= 0 && gamma <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), $"A discount lies in [0, 1], but gamma is {gamma}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        return gamma == 1 && horizon == 0 ? new ModelEnds(model).Require() : null;
    }

    internal static bool[]? Touched(bool[]? left) => left is null ? null : [.. left.Select(isLeft => !isLeft)];

    private static (int Sweeps, long Backups, double Residual) Swept(TabularModel model, ValueIterationSettings settings, double[] values, bool[]? left, Action<int, ReadOnlyMemory<double>>? onSweep)
    {
        var next = settings.Sweep == Sweep.Synchronous ? new double[values.Length] : values;
        var updated = model.StateCount - (left?.Count(isLeft => isLeft) ?? 0);
        for (var sweep = 1; sweep <= settings.MaximumSweeps; sweep++)
        {
            var residual = Pass(model, settings.Gamma, values, next, left, settings.Sweep == Sweep.Synchronous ? settings.Threads : 1);
            next.AsSpan().CopyTo(values);
            onSweep?.Invoke(sweep, values.AsMemory(0, model.StateCount));
            if (residual <= settings.Tolerance)
            {
                return (sweep, (long)sweep * updated, residual);
            }
        }

        throw new InvalidOperationException($"Values still changed by more than {settings.Tolerance} after {settings.MaximumSweeps} sweeps; allow more, or a larger tolerance.");
    }

    private static double Pass(TabularModel model, double gamma, double[] values, double[] next, bool[]? left, int threads)
    {
        if (threads == 1)
        {
            return Update(model, gamma, values, next, left, 0, model.StateCount);
        }

        // The largest of the shares' largest changes is the same however the states are shared.
        var residuals = new double[threads];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, share =>
            residuals[share] = Update(model, gamma, values, next, left, (int)((long)model.StateCount * share / threads), (int)((long)model.StateCount * (share + 1) / threads)));
        return residuals.Max();
    }

    private static double Update(TabularModel model, double gamma, double[] values, double[] next, bool[]? left, int first, int last)
    {
        var residual = 0.0;
        for (var state = first; state < last; state++)
        {
            if (left is not null && left[state])
            {
                continue;
            }

            var value = model.Backup(state, values, gamma);
            residual = Math.Max(residual, Math.Abs(value - values[state]));
            next[state] = value;
        }

        return residual;
    }

    private static Solution Finite(TabularModel model, ValueIterationSettings settings, long started, Action<int, ReadOnlyMemory<double>>? onSweep)
    {
        // From the last step to the first; behind it nothing is worth anything.
        var (values, next) = (new double[model.StateCount + 1], new double[model.StateCount + 1]);
        for (var step = 1; step <= settings.Horizon; step++)
        {
            (values, next) = (next, values);
            _ = Pass(model, settings.Gamma, next, values, left: null, settings.Threads);
            onSweep?.Invoke(step, values.AsMemory(0, model.StateCount));
        }

        return new Solution(model, values, next, settings.Gamma, new PlanningCounts(settings.Horizon, (long)settings.Horizon * model.StateCount, Residual: 0, Stopwatch.GetElapsedTime(started).TotalSeconds));
    }

    private static (int Sweeps, long Backups, double Residual) Prioritized(TabularModel model, ValueIterationSettings settings, double[] values, bool[]? left)
    {
        var predecessors = new Predecessors(model);
        var queue = new PriorityQueue<int, double>();
        var priorities = new double[model.StateCount];
        var backups = 0L;
        for (var state = 0; state < model.StateCount; state++)
        {
            Consider(state);
        }

        var limit = (long)settings.MaximumSweeps * model.StateCount;
        while (queue.TryDequeue(out var state, out var priority))
        {
            // A state waits once for each time that its priority rose; only the last time counts.
            if (-priority != priorities[state])
            {
                continue;
            }

            priorities[state] = 0;
            values[state] = model.Backup(state, values, settings.Gamma);
            if (++backups > limit)
            {
                throw new InvalidOperationException($"Values still changed by more than {settings.Tolerance} after {limit} backups; allow more, or a larger tolerance.");
            }

            foreach (var before in predecessors.Of(state))
            {
                Consider(before);
            }
        }

        // How far each state is from what it should be was looked at last when one of its successors changed.
        var residual = Enumerable.Range(0, model.StateCount).Where(state => left is null || !left[state]).Max(state => Math.Abs(model.Backup(state, values, settings.Gamma) - values[state]));
        return ((int)(backups / model.StateCount), backups, residual);

        void Consider(int state)
        {
            if (left is not null && left[state])
            {
                return;
            }

            backups++;
            var change = Math.Abs(model.Backup(state, values, settings.Gamma) - values[state]);
            if (change > settings.Tolerance && change > priorities[state])
            {
                priorities[state] = change;
                queue.Enqueue(state, -change);
            }
        }
    }
}
