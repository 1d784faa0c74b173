using System.Diagnostics;

namespace Bellman.Cli;

/// <summary>Times of short work: the best of many repetitions, because everything that disturbs makes it slower.</summary>
internal static class Stopwatches
{
    /// <summary>Nanoseconds of one call.</summary>
    /// <param name="action">The work; warmed up first.</param>
    /// <param name="budget">How long to measure.</param>
    public static double Nanoseconds(Action action, TimeSpan budget)
    {
        var warm = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(warm) < budget / 4)
        {
            action();
        }

        // So many calls together take about half a millisecond, far above the clock's grain.
        var once = Stopwatch.GetTimestamp();
        action();
        var calls = (int)Math.Clamp(500_000 / Math.Max(1, Stopwatch.GetElapsedTime(once).TotalNanoseconds), 1, 100_000);
        var best = double.PositiveInfinity;
        var began = Stopwatch.GetTimestamp();
        do
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < calls; i++)
            {
                action();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls);
        }
        while (Stopwatch.GetElapsedTime(began) < budget);
        return best;
    }
}
