namespace Bellman.Numerics;

/// <summary>
/// Helper threads for large matrix products. With one thread, the default, everything runs on the caller's.
/// Results have the same bits whatever the count.
/// </summary>
public static unsafe class NumericsThreads
{
    private static readonly Lock Gate = new();
    private static Helper[] helpers = [];
    private static int hot;
    private static int busy;

    /// <summary>How many threads work on a product, the caller's included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static int Count
    {
        get => helpers.Length + 1;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            lock (Gate)
            {
                foreach (var helper in helpers.Skip(value - 1))
                {
                    helper.Stop();
                }

                helpers = [.. helpers.Take(value - 1), .. Enumerable.Range(0, Math.Max(0, value - Count)).Select(_ => new Helper())];
            }
        }
    }

    /// <summary>Multiply-adds from which splitting a product pays while helpers are awake: 256×64×64.</summary>
    internal static double WorthSplitting => Volatile.Read(ref hot) > 0 ? 256 * 64 * 64 : 64 * 256 * 64 * 64;

    /// <summary>
    /// Keeps helpers awake until disposed: within an update they wait by spinning, because waking a parked one costs some 370 µs; elsewhere they park.
    /// </summary>
    public static HotScope Hot()
    {
        Interlocked.Increment(ref hot);
        foreach (var helper in helpers)
        {
            helper.Wake();
        }

        return default;
    }

    /// <summary>Runs a function over the rows, a contiguous share for each thread. Falls back to the caller's thread while another caller has the helpers.</summary>
    internal static void SplitRows(nint rows, delegate*<void*, nint, nint, void> body, void* state)
    {
        var team = helpers;
        if (team.Length == 0 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            body(state, 0, rows);
            return;
        }

        var share = (rows + team.Length) / (team.Length + 1);
        for (var i = 0; i < team.Length; i++)
        {
            var start = Math.Min(rows, (i + 1) * share);
            team[i].Start(body, state, start, Math.Min(rows, start + share));
        }

        body(state, 0, Math.Min(rows, share));
        foreach (var helper in team)
        {
            helper.Join();
        }

        Volatile.Write(ref busy, 0);
    }

    /// <summary>Ends <see cref="Hot"/>.</summary>
    public readonly struct HotScope : IDisposable
    {
        /// <summary>Lets helpers park again.</summary>
        public void Dispose() => Interlocked.Decrement(ref hot);
    }

    private sealed class Helper
    {
        private readonly ManualResetEventSlim wake = new(false, 0);
        private delegate*<void*, nint, nint, void> body;
        private void* state;
        private nint start;
        private nint end;
        private int asked;
        private int done;
        private volatile bool stopping;

        public Helper()
        {
            var thread = new Thread(Work) { IsBackground = true, Name = "Bellman numerics" };
            thread.Start();
        }

        public void Start(delegate*<void*, nint, nint, void> work, void* with, nint from, nint to)
        {
            body = work;
            state = with;
            start = from;
            end = to;
            Volatile.Write(ref asked, asked + 1);
            Interlocked.MemoryBarrier();
            wake.Set();
        }

        public void Join()
        {
            var spinner = 0;
            while (Volatile.Read(ref done) != asked)
            {
                // With fewer cores than threads the helper may be waiting for this one's.
                if (++spinner % 4096 == 0)
                {
                    Thread.Yield();
                }
                else
                {
                    Thread.SpinWait(1);
                }
            }
        }

        public void Wake() => wake.Set();

        public void Stop()
        {
            stopping = true;
            wake.Set();
        }

        private void Work()
        {
            while (!stopping)
            {
                if (Volatile.Read(ref asked) != done)
                {
                    body(state, start, end);
                    Volatile.Write(ref done, done + 1);
                }
                else if (Volatile.Read(ref hot) > 0)
                {
                    Thread.SpinWait(1);
                }
                else
                {
                    // Reset first and look again, so that no request between the two is slept through.
                    wake.Reset();
                    if (Volatile.Read(ref asked) == done && Volatile.Read(ref hot) == 0 && !stopping)
                    {
                        wake.Wait();
                    }
                }
            }
        }
    }
}
