namespace Bellman;

/// <summary>A finished episode of one slot.</summary>
/// <param name="Step">How many environment steps had been taken in all when it ended.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Return">The undiscounted sum of the environment's rewards.</param>
/// <param name="Length">How many steps it had.</param>
public readonly record struct Episode(long Step, int Slot, double Return, int Length);

/// <summary>Returns and lengths of episodes as they end; means over the last hundred.</summary>
public sealed class EpisodeStatistics
{
    private const int Window = 100;

    private readonly double[] returns = new double[Window];
    private readonly int[] lengths = new int[Window];
    private readonly int[]? successes;
    private readonly double[] running;
    private readonly int[] elapsed;

    /// <summary>Statistics of so many slots.</summary>
    /// <param name="slots">How many episodes go on side by side.</param>
    /// <param name="tellsSuccess">Whether it is known of each episode that ends whether it succeeded.</param>
    public EpisodeStatistics(int slots, bool tellsSuccess = false)
    {
        successes = tellsSuccess ? new int[Window] : null;
        running = new double[slots];
        elapsed = new int[slots];
    }

    /// <summary>Called for each episode that ends.</summary>
    public event Action<Episode>? Ended;

    /// <summary>How many episodes have ended.</summary>
    public long Count { get; private set; }

    /// <summary>The mean return of the last hundred episodes; NaN before the first.</summary>
    public double MeanReturn => Mean(returns);

    /// <summary>The mean length of the last hundred episodes; NaN before the first.</summary>
    public double MeanLength
    {
        get
        {
            var (sum, count) = (0L, (int)Math.Min(Count, Window));
            for (var i = 0; i < count; i++)
            {
                sum += lengths[i];
            }

            return count == 0 ? double.NaN : (double)sum / count;
        }
    }

    /// <summary>The share of the last hundred episodes that succeeded; NaN before the first, and where nobody tells.</summary>
    public double SuccessRate
    {
        get
        {
            var count = (int)Math.Min(Count, Window);
            return successes is null || count == 0 ? double.NaN : (double)successes.AsSpan(0, count).Count(1) / count;
        }
    }

    /// <summary>Whether it is known of each episode that ends whether it succeeded.</summary>
    internal bool TellsSuccess => successes is not null;

    /// <summary>Takes in a slot's step.</summary>
    /// <param name="step">Environment steps taken in all.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="reward">What it earned.</param>
    /// <param name="ended">Whether its episode ended.</param>
    /// <param name="succeeded">Whether that was a success.</param>
    public void Add(long step, int slot, double reward, bool ended, bool succeeded = false)
    {
        running[slot] += reward;
        elapsed[slot]++;
        if (ended)
        {
            var place = (int)(Count++ % Window);
            (returns[place], lengths[place]) = (running[slot], elapsed[slot]);
            successes?[place] = succeeded ? 1 : 0;
            Ended?.Invoke(new Episode(step, slot, running[slot], elapsed[slot]));
            (running[slot], elapsed[slot]) = (0, 0);
        }
    }

    /// <summary>Saves or loads the last hundred episodes and those under way.</summary>
    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var count = Count;
        state.Exchange("count", ref count);
        state.Exchange("returns", returns.AsSpan());
        state.Exchange("lengths", lengths.AsSpan());
        state.Exchange("running", running.AsSpan());
        state.Exchange("elapsed", elapsed.AsSpan());
        if (successes is not null)
        {
            state.Exchange("successes", successes.AsSpan());
        }

        state.Require(count >= 0, $"{count} episodes have ended");
        Count = count;
    }

    /// <summary>Forgets unfinished episodes, as after a reset of the environments.</summary>
    public void Restart()
    {
        running.AsSpan().Clear();
        elapsed.AsSpan().Clear();
    }

    private double Mean(double[] values)
    {
        var (sum, count) = (0.0, (int)Math.Min(Count, Window));
        for (var i = 0; i < count; i++)
        {
            sum += values[i];
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
