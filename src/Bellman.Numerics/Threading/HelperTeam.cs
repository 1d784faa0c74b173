namespace Bellman.Numerics;

/// <summary>Threads that share one job at a time. Between jobs they spin while <see cref="NumericsThreads.IsHot"/> and park otherwise.</summary>
internal sealed unsafe class HelperTeam
{
    private const int SpinsBeforeYield = 2048;

    // A wait this long (a millisecond or so) means that a helper has lost its core to somebody else: the caller then works alone for a while.
    private const int SpinsOfAHelperWithoutCore = 16 * 1024;
    private const int JobsAlone = 2000;

    private readonly object parking = new();

    // Ticket of the job, its shares, and the next to be taken: 32, 16 and 16 bits. A share is taken by one exchange of the whole word, so a helper that
    // slept through a job cannot take a share of the next by an old number.
    private long claims;
    private int done;
    private int parked;
    private volatile bool dismissed;
    private uint ticket;
    private int alone;

    private delegate*<void*, nint, nint, void> body;
    private void* state;
    private nint rows;
    private nint share;

    public HelperTeam(int count)
    {
        Count = count;
        for (var i = 0; i < count; i++)
        {
            new Thread(Work) { IsBackground = true, Name = "Bellman numerics" }.Start();
        }
    }

    public int Count { get; }

    private bool SharesAreLeft
    {
        get
        {
            var seen = Volatile.Read(ref claims);
            return (seen & 0xFFFF) < ((seen >> 16) & 0xFFFF);
        }
    }

    /// <summary>Runs a job; one caller at a time.</summary>
    public void Run(nint jobRows, delegate*<void*, nint, nint, void> jobBody, void* jobState)
    {
        if (alone > 0)
        {
            alone--;
            jobBody(jobState, 0, jobRows);
            return;
        }

        // All shares of the last job are done, so nobody reads these.
        rows = jobRows;
        state = jobState;
        done = 0;
        body = jobBody;
        share = (jobRows + Count) / (Count + 1);
        var shares = (jobRows + share - 1) / share;
        Interlocked.Exchange(ref claims, ((long)++ticket << 32) | ((long)shares << 16));
        Wake();
        while (TakeShare())
        {
        }

        for (var spins = 1; Volatile.Read(ref done) != shares; spins++)
        {
            Pause(spins);
            alone = spins > SpinsOfAHelperWithoutCore ? JobsAlone : 0;
        }
    }

    /// <summary>Wakes parked helpers, to look for shares or to spin.</summary>
    public void Wake()
    {
        // What they are woken for was written with a full fence before this read; they count themselves with one before they look for it.
        if (Volatile.Read(ref parked) > 0)
        {
            lock (parking)
            {
                Monitor.PulseAll(parking);
            }
        }
    }

    /// <summary>Ends the threads; not during a job.</summary>
    public void Dismiss()
    {
        dismissed = true;
        Interlocked.MemoryBarrier();
        Wake();
    }

    private void Work()
    {
        var spins = 0;
        while (!dismissed)
        {
            if (TakeShare())
            {
                spins = 0;
            }
            else if (NumericsThreads.IsHot)
            {
                Pause(++spins);
            }
            else
            {
                Park();
            }
        }
    }

    private bool TakeShare()
    {
        var seen = Volatile.Read(ref claims);
        var next = (int)(seen & 0xFFFF);
        if (next >= ((seen >> 16) & 0xFFFF))
        {
            return false;
        }

        if (Interlocked.CompareExchange(ref claims, seen + 1, seen) == seen)
        {
            try
            {
                body(state, next * share, Math.Min(rows, (next + 1) * share));
            }
            finally
            {
                Interlocked.Increment(ref done);
            }
        }

        return true;
    }

    private void Park()
    {
        lock (parking)
        {
            Interlocked.Increment(ref parked);
            while (!dismissed && !NumericsThreads.IsHot && !SharesAreLeft)
            {
                Monitor.Wait(parking);
            }

            Interlocked.Decrement(ref parked);
        }
    }

    // With fewer cores than threads, the one that is waited for may be waiting for this one's core.
    private static void Pause(int spins)
    {
        if (spins % SpinsBeforeYield == 0)
        {
            Thread.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }
}
