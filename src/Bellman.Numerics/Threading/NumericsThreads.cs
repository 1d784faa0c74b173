namespace Bellman.Numerics;

/// <summary>
/// Helper threads for large matrix products. With one thread, the default, everything runs on the caller's.
/// Results have the same bits whatever the count.
/// </summary>
public static unsafe class NumericsThreads
{
    internal const int MaximumCount = 1024;

    private static volatile WorkerTeam? team;
    private static int hot;
    private static int busy;

    /// <summary>How many threads work on a product, the caller's included. Helpers are background threads: they keep no process alive.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 or more than 1024.</exception>
    public static int Count
    {
        get => team?.Count ?? 1;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaximumCount);

            // A team is replaced between two of its jobs, never in one.
            while (Interlocked.CompareExchange(ref busy, 1, 0) != 0)
            {
                Thread.Yield();
            }

            try
            {
                if (value != Count)
                {
                    team?.Dispose();
                    team = value == 1 ? null : new WorkerTeam(value, sharesProducts: true);
                }
            }
            finally
            {
                Volatile.Write(ref busy, 0);
            }
        }
    }

    /// <summary>Whether some thread is inside <see cref="Hot"/>.</summary>
    internal static bool IsHot => Volatile.Read(ref hot) > 0;

    /// <summary>Multiply-adds from which splitting a product pays: 256×64×64 while helpers are awake; else enough to outlast a wake-up.</summary>
    internal static double WorthSplitting => IsHot ? 256 * 64 * 64 : 64 * 256 * 64 * 64;

    /// <summary>
    /// Keeps helpers awake until disposed: within an update they wait by spinning, because waking a parked one costs some 370 µs; elsewhere they park.
    /// Scopes nest, and every thread may have its own.
    /// </summary>
    public static HotScope Hot()
    {
        Interlocked.Increment(ref hot);
        team?.Wake();
        return new HotScope(counted: true);
    }

    /// <summary>
    /// Runs a function over the rows, in as many contiguous shares as there are threads, and returns when all are done. Whoever is awake takes the next share, so the
    /// caller never waits for a helper that sleeps. While another thread has the helpers, the caller does all of them.
    /// </summary>
    /// <param name="body">Given the state, the first row and the row after the last.</param>
    internal static void SplitRows(nint rows, delegate*<void*, nint, nint, void> body, void* state)
    {
        if (Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            body(state, 0, rows);
            return;
        }

        try
        {
            if (team is { } helpers)
            {
                helpers.Run(rows, body, state);
            }
            else
            {
                body(state, 0, rows);
            }
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    /// <summary>Ends <see cref="Hot"/>.</summary>
    public readonly struct HotScope : IDisposable
    {
        private readonly bool counted;

        internal HotScope(bool counted) => this.counted = counted;

        /// <summary>Lets helpers park again. To be called once.</summary>
        public void Dispose()
        {
            if (counted)
            {
                Interlocked.Decrement(ref hot);
            }
        }
    }
}
