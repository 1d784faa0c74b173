using System.Diagnostics;
using System.Numerics;

namespace Bellman.Cli;

/// <summary>Value iteration on a generated model of a million states, 4 actions and 8 successors each: too large for any cache, so that it streams from memory.
/// And how many backups labelled RTDP and Gauss–Seidel value iteration need until the value of the start is right within 1e-3.</summary>
internal static class PlanningBenchmark
{
    private const int States = 1_000_000;

    private const double Wanted = 1e-3;

    // Generated once for all of its figures.
    private static readonly Lazy<TabularModel> Model = new(() => new TabularModel(new GeneratedModel()));

    /// <summary>States updated a second by so many threads, the best of three passes.</summary>
    public static double StatesPerSecond(int threads)
    {
        var best = double.PositiveInfinity;
        var started = 0L;
        var settings = new ValueIterationSettings { Gamma = 0.9, Sweep = Sweep.Synchronous, Threads = threads, Horizon = 4 };
        ValueIteration.Solve(Model.Value, settings, (sweep, _) =>
        {
            best = sweep == 1 ? best : Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
            started = Stopwatch.GetTimestamp();
        });
        return States / best;
    }

    /// <summary>What a pass streams through, over what this machine reads in a row in the same time. The 8 MB of values, read anywhere, are not counted: they stay in a cache.</summary>
    public static double BandwidthShare()
    {
        var model = Model.Value;
        var bytesAState = ((sizeof(int) + sizeof(double)) * (double)model.TransitionCount / States) + (((sizeof(int) + sizeof(double)) * model.ActionCount) + (2 * sizeof(double)));
        return StatesPerSecond(1) * bytesAState / ReadBytesPerSecond();
    }

    /// <summary>What LRTDP takes until it ends by itself; its value is checked, not presumed.</summary>
    public static double LabelledBackups(string id, double gamma, double upperBound)
    {
        var model = ModelOf(id);
        var solution = LabelledRtdp.Solve(model, new RtdpSettings { Gamma = gamma, InitialValue = upperBound, Tolerance = Wanted / 10, Trials = 1_000_000 });
        return Math.Abs(solution.StartValue - Exact(model, gamma)) <= Wanted ? solution.Counts.Backups : throw new InvalidOperationException($"LRTDP missed the value of {id}.");
    }

    /// <summary>What sweeping takes, stopped by somebody who knows the value as soon as it is right.</summary>
    public static double SweepingBackups(string id, double gamma)
    {
        var model = ModelOf(id);
        var (exact, backups) = (Exact(model, gamma), 0L);
        ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma, Tolerance = 1e-12 }, (sweep, values) =>
        {
            var start = Enumerable.Range(0, model.StateCount).Sum(state => model.InitialDistribution[state] * values.Span[state]);
            backups = backups == 0 && Math.Abs(start - exact) <= Wanted ? (long)sweep * model.StateCount : backups;
        });
        return backups;
    }

    private static double Exact(TabularModel model, double gamma) => ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma, Tolerance = 1e-12 }).StartValue;

    private static TabularModel ModelOf(string id)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        return new TabularModel(environment.As<IFiniteMdp>()!);
    }

    private static double ReadBytesPerSecond()
    {
        var memory = new Vector<double>[(1 << 28) / (8 * Vector<double>.Count)];
        memory.AsSpan().Fill(Vector<double>.One);
        var best = double.PositiveInfinity;
        var sum = Vector<double>.Zero;
        for (var round = 0; round < 5; round++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var value in memory)
            {
                sum += value;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return sum[0] > 0 ? memory.Length * 8.0 * Vector<double>.Count / best : 0;
    }

    // Made as it is asked for: all transitions at once would take a gigabyte.
    private sealed class GeneratedModel : IFiniteMdp
    {
        private const int Successors = 8;

        private readonly Transition[] transitions = new Transition[Successors];
        private readonly double[] initial = new double[States];

        public GeneratedModel() => initial[0] = 1;

        public int StateCount => States;

        public int ActionCount => 4;

        public ReadOnlySpan<double> InitialDistribution => initial;

        public ReadOnlySpan<Transition> Transitions(int state, int action)
        {
            var bits = (ulong)((state * ActionCount) + action);
            for (var i = 0; i < Successors; i++)
            {
                // A step of SplitMix64 (Steele, Lea and Flood 2014).
                bits += 0x9E3779B97F4A7C15;
                var mixed = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
                mixed ^= mixed >> 31;
                transitions[i] = new Transition(1.0 / Successors, (int)(mixed % States), (mixed >> 32) / (double)uint.MaxValue, false);
            }

            return transitions;
        }
    }
}
