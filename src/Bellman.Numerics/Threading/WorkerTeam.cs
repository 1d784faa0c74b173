using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Bellman.Numerics;

/// <summary>
/// Threads that share one job at a time, again and again: the caller's and helpers that wait for it. Whoever is awake takes the next share of a job, so that the caller never waits for a helper
/// that sleeps. Helpers spin between jobs for a while and then park, because waking a parked thread costs far more than a short step of work. One thread at a time may run jobs.
/// </summary>
public sealed unsafe class WorkerTeam : IDisposable
{
    // Some 0.7 ms: longer than a policy takes to act.
    private const int SpinsBeforeParking = 20_000;
    private const int SpinsBeforeYield = 2048;

    // A helper that begins late needs as long as the caller needed for an equal share. A millisecond more means that it has lost its core to somebody else: the caller then works alone for 20.
    private static readonly long TicksOfAHelperWithoutCore = Stopwatch.Frequency / 1000;
    private static readonly long TicksAlone = 20 * TicksOfAHelperWithoutCore;

    private readonly object parking = new();
    private readonly bool sharesProducts;

    // Ticket of the job, its shares, and the next to be taken: 32, 16 and 16 bits. A share is taken by one exchange of the whole word, so a helper that
    // slept through a job cannot take a share of the next by an old number.
    private long claims;
    private int done;
    private int parked;
    private volatile bool dismissed;
    private uint ticket;
    private long aloneUntil;

    private Action<int>? work;
    private delegate*<void*, nint, nint, void> body;
    private void* state;
    private nint rows;
    private nint share;
    private (int Share, Exception Exception)? failure;

    /// <summary>A team.</summary>
    /// <param name="count">How many workers, the caller's thread included. Helpers are background threads: they keep no process alive.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 or more than 1024.</exception>
    public WorkerTeam(int count)
        : this(count, sharesProducts: false)
    {
    }

    /// <summary>A team.</summary>
    /// <param name="count">How many workers, the caller's thread included.</param>
    /// <param name="sharesProducts">
    /// Whether helpers stay awake while <see cref="NumericsThreads.IsHot"/> and no longer. Others spin after each job: in updates environments' helpers leave the cores to products', and the reverse.
    /// </param>
    internal WorkerTeam(int count, bool sharesProducts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, NumericsThreads.MaximumCount);
        (Count, this.sharesProducts) = (count, sharesProducts);
        for (var i = 1; i < count; i++)
        {
            new Thread(Help) { IsBackground = true, Name = sharesProducts ? "Bellman numerics" : "Bellman worker" }.Start();
        }
    }

    /// <summary>How many workers, the caller's thread included.</summary>
    public int Count { get; }

    private bool SharesAreLeft
    {
        get
        {
            var seen = Volatile.Read(ref claims);
            return (seen & 0xFFFF) < ((seen >> 16) & 0xFFFF);
        }
    }

    /// <summary>Runs the function once for each number from 0 to <see cref="Count"/> − 1, shared among the workers, and waits for all. Any worker may run any number.</summary>
    /// <exception cref="Exception">Whatever the function threw, that of the lowest number.</exception>
    public void Run(Action<int> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        this.work = work;
        Share(Count, 1);
        this.work = null;
        Rethrow();
    }

    /// <summary>Ends the threads; not during a job.</summary>
    public void Dispose()
    {
        dismissed = true;
        Interlocked.MemoryBarrier();
        Wake();
    }

    /// <summary>Runs a function over the rows, in as many contiguous shares as there are workers.</summary>
    internal void Run(nint jobRows, delegate*<void*, nint, nint, void> jobBody, void* jobState)
    {
        var start = Stopwatch.GetTimestamp();
        if (start < aloneUntil)
        {
            jobBody(jobState, 0, jobRows);
            return;
        }

        body = jobBody;
        state = jobState;
        var own = Share(jobRows, (jobRows + Count - 1) / Count);
        var end = Stopwatch.GetTimestamp();
        aloneUntil = end - own > own - start + TicksOfAHelperWithoutCore ? end + TicksAlone : 0;
        Rethrow();
    }

    /// <summary>Wakes parked helpers, to look for shares or to spin.</summary>
    internal void Wake()
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

    // Publishes a job, takes part in it and waits until all is done; tells when the waiting began. All shares of the last job are done, so nobody reads the fields that are written here.
    private long Share(nint jobRows, nint jobShare)
    {
        (rows, share, done) = (jobRows, jobShare, 0);
        var shares = (jobRows + jobShare - 1) / jobShare;
        Interlocked.Exchange(ref claims, ((long)++ticket << 32) | ((long)shares << 16));
        Wake();
        while (TakeShare())
        {
        }

        var own = Stopwatch.GetTimestamp();
        for (var spins = 1; Volatile.Read(ref done) != shares; spins++)
        {
            Pause(spins);
        }

        return own;
    }

    private void Help()
    {
        var spins = 0;
        while (!dismissed)
        {
            if (TakeShare())
            {
                spins = 0;
            }
            else if (sharesProducts ? NumericsThreads.IsHot : spins < SpinsBeforeParking)
            {
                Pause(++spins);
            }
            else
            {
                Park();
                spins = 0;
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
                if (work is { } function)
                {
                    function(next);
                }
                else
                {
                    body(state, next * share, Math.Min(rows, (next + 1) * share));
                }
            }
            catch (Exception exception)
            {
                Fail(next, exception);
            }

            Interlocked.Increment(ref done);
        }

        return true;
    }

    // The lowest share's exception is kept, so that the same one is thrown whoever took which share.
    private void Fail(int number, Exception exception)
    {
        lock (parking)
        {
            failure = failure is { } other && other.Share < number ? other : (number, exception);
        }
    }

    private void Rethrow()
    {
        if (failure is { } thrown)
        {
            failure = null;
            ExceptionDispatchInfo.Throw(thrown.Exception);
        }
    }

    private void Park()
    {
        lock (parking)
        {
            Interlocked.Increment(ref parked);
            while (!dismissed && !(sharesProducts && NumericsThreads.IsHot) && !SharesAreLeft)
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
