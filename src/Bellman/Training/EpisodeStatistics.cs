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
    private readonly double[] running;
    private readonly int[] elapsed;

    /// <summary>Statistics of so many slots.</summary>
    public EpisodeStatistics(int slots)
    {
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

    /// <summary>Takes in a slot's step.</summary>
    public void Add(long step, int slot, double reward, bool ended)
    {
        running[slot] += reward;
        elapsed[slot]++;
        if (ended)
        {
            var place = (int)(Count++ % Window);
            (returns[place], lengths[place]) = (running[slot], elapsed[slot]);
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
