namespace Bellman.Numerics;

/// <summary>
/// Threads that do one thing together, again and again: the caller's and helpers that wait for it. Helpers spin for a while and then park,
/// because waking a parked thread costs far more than a short step of work.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeParking = 20_000;

    private readonly Helper[] helpers;
    private Action<int>? body;
    private volatile bool stopping;

    /// <summary>A team.</summary>
    /// <param name="count">How many workers, the caller's thread included.</param>
    public WorkerTeam(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        helpers = [.. Enumerable.Range(1, count - 1).Select(worker => new Helper(this, worker))];
    }

    /// <summary>How many workers, the caller's thread included.</summary>
    public int Count { get; }

    /// <summary>Runs the function once for each worker, with its number from 0, and waits for all. Number 0 runs on the caller's thread.</summary>
    /// <exception cref="Exception">Whatever the function threw, that of the lowest number.</exception>
    public void Run(Action<int> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        body = work;
        foreach (var helper in helpers)
        {
            helper.Start();
        }

        Exception? failure = null;
        try
        {
            work(0);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        foreach (var helper in helpers)
        {
            failure ??= helper.Join();
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping = true;
        foreach (var helper in helpers)
        {
            helper.Wake();
        }
    }

    private sealed class Helper
    {
        private readonly WorkerTeam team;
        private readonly int worker;
        private readonly ManualResetEventSlim wake = new(false, 0);
        private Exception? failure;
        private int asked;
        private int done;

        public Helper(WorkerTeam team, int worker)
        {
            this.team = team;
            this.worker = worker;
            new Thread(Work) { IsBackground = true, Name = $"Bellman worker {worker}" }.Start();
        }

        public void Start()
        {
            Volatile.Write(ref asked, asked + 1);
            Wake();
        }

        public void Wake() => wake.Set();

        public Exception? Join()
        {
            // Yields now and then: with fewer cores than workers the helper may be waiting for this thread's.
            for (var spins = 1; Volatile.Read(ref done) != asked; spins++)
            {
                if (spins % 4096 == 0)
                {
                    Thread.Yield();
                }
                else
                {
                    Thread.SpinWait(1);
                }
            }

            var thrown = failure;
            failure = null;
            return thrown;
        }

        private void Work()
        {
            var spins = 0;
            while (!team.stopping)
            {
                if (Volatile.Read(ref asked) != done)
                {
                    try
                    {
                        team.body!(worker);
                    }
                    catch (Exception exception)
                    {
                        failure = exception;
                    }

                    Volatile.Write(ref done, done + 1);
                    spins = 0;
                }
                else if (++spins < SpinsBeforeParking)
                {
                    Thread.SpinWait(1);
                }
                else
                {
                    // Reset first and look again, so that no request between the two is slept through.
                    wake.Reset();
                    if (Volatile.Read(ref asked) == done && !team.stopping)
                    {
                        wake.Wait();
                    }

                    spins = 0;
                }
            }
        }
    }
}
