using System.Diagnostics;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Labelled RTDP (Bonet and Geffner 2003): RTDP that marks states as solved once all that greedy play can meet from there is consistent, and does not enter them again.
/// It ends by itself, where RTDP only gets nearer and nearer.
/// </summary>
public sealed class LabelledRtdp
{
    private readonly TabularModel model;
    private readonly RtdpSettings settings;
    private readonly SplittableRandom random;
    private readonly double[] values;
    private readonly bool[] solved;
    private readonly bool[] seen;
    private readonly bool[] touched;
    private readonly Stack<int> open = new();
    private readonly Stack<int> closed = new();
    private long backups;

    private LabelledRtdp(TabularModel model, RtdpSettings settings)
    {
        (this.model, this.settings) = (model, settings);
        random = new SplittableRandom(settings.Seed);
        values = RtdpValues.Start(model, settings);
        solved = new bool[model.StateCount + 1];
        seen = new bool[model.StateCount + 1];
        touched = new bool[model.StateCount];
        solved[model.StateCount] = true;
    }

    /// <summary>Values and policy, right within the tolerance wherever greedy play leads; other states keep what they had (<see cref="Solution.IsTouched"/>).</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">Tolerance, initial value (at least as much as any state is worth) and discount.</param>
    /// <exception cref="ArgumentException">The discount is outside [0, 1], or 1 with a state that never ends.</exception>
    /// <exception cref="InvalidOperationException">The trials allowed did not suffice, or with γ = 1 greedy play goes round for ever without cost.</exception>
    public static Solution Solve(TabularModel model, RtdpSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        _ = ValueIteration.Check(model, settings.Gamma, settings.Horizon);
        if (settings.Horizon > 0)
        {
            return FiniteHorizon.Solve(model, settings.Horizon, steps => Solve(steps, settings with { Horizon = 0 }));
        }

        var started = Stopwatch.GetTimestamp();
        var search = new LabelledRtdp(model, settings);
        var trials = search.Run();
        var residual = GreedyReach.Check(model, search.values, settings.Gamma, settings.Tolerance);
        return new Solution(model, search.values, search.values, settings.Gamma, new PlanningCounts(trials, search.backups, residual, Stopwatch.GetElapsedTime(started).TotalSeconds), search.touched);
    }

    private int Run()
    {
        var trials = 0;
        for (var start = 0; start < model.StateCount; start++)
        {
            while (model.InitialDistribution[start] > 0 && !solved[start])
            {
                if (trials++ == settings.Trials)
                {
                    throw new InvalidOperationException($"State {start} was not solved within {settings.Trials} trials; allow more, or a larger tolerance than {settings.Tolerance}.");
                }

                Trial(start);
            }
        }

        return trials;
    }

    private void Trial(int state)
    {
        var visited = new Stack<int>();
        while (!solved[state] && visited.Count < settings.MaximumSteps)
        {
            visited.Push(state);
            values[state] = Backup(state, out var action);
            state = model.SampleNext(state, action, random);
        }

        // Backwards from the end: what lies nearer to it is solved first.
        while (visited.TryPop(out state) && CheckSolved(state))
        {
        }
    }

    // Looks at all that greedy play can meet from a state. If nothing there changes any more, all of it is solved; if not, it is updated.
    private bool CheckSolved(int first)
    {
        var consistent = true;
        if (!solved[first])
        {
            open.Push(first);
            seen[first] = true;
        }

        while (open.TryPop(out var state))
        {
            closed.Push(state);
            var value = Backup(state, out var action);
            if (Math.Abs(value - values[state]) > settings.Tolerance)
            {
                consistent = false;
                continue;
            }

            foreach (var next in model.NextStates(state, action))
            {
                if (!solved[next] && !seen[next])
                {
                    seen[next] = true;
                    open.Push(next);
                }
            }
        }

        while (closed.TryPop(out var state))
        {
            seen[state] = false;
            if (consistent)
            {
                solved[state] = true;
            }
            else
            {
                values[state] = Backup(state, out _);
            }
        }

        return consistent;
    }

    private double Backup(int state, out int action)
    {
        backups++;
        touched[state] = true;
        return model.Backup(state, values, settings.Gamma, out action);
    }
}
