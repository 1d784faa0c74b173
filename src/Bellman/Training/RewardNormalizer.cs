namespace Bellman;

/// <summary>
/// Scales rewards by the standard deviation of their running discounted sums, clipped to ±10, so that learning rates fit any task.
/// The scale is frozen for the life of a rollout.
/// </summary>
public sealed class RewardNormalizer
{
    private const float ClipRange = 10;
    private const double Epsilon = 1e-8;

    private readonly RunningStatistics statistics = new(1);
    private readonly double gamma;
    private readonly double[] sums;
    private float[] history = [];

    /// <summary>A normaliser that changes nothing yet but clips.</summary>
    /// <param name="slots">How many slots' rewards it follows.</param>
    /// <param name="gamma">The discount of the sums.</param>
    public RewardNormalizer(int slots, double gamma)
    {
        sums = new double[slots];
        this.gamma = gamma;
    }

    /// <summary>What rewards are divided by now.</summary>
    public double Scale => Math.Sqrt(statistics.Variance[0] + Epsilon);

    /// <summary>Scales a rollout's rewards by what was known before it, then takes the rollout in.</summary>
    public void Apply(RolloutBuffer rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        if (history.Length < rollout.Count)
        {
            history = new float[rollout.Count];
        }

        var scale = Scale;
        for (var i = 0; i < rollout.Count; i++)
        {
            rollout.ScaledRewards[i] = (float)Math.Clamp(rollout.Rewards[i] / scale, -ClipRange, ClipRange);
            ref var sum = ref sums[i % rollout.Slots];
            sum = (sum * gamma) + rollout.Rewards[i];
            history[i] = (float)sum;

            // A sum must not run from one episode into the next.
            sum = rollout.Ended[i] != 0 ? 0 : sum;
        }

        statistics.Update(history.AsSpan(0, rollout.Count), rollout.Valid);
    }

    /// <summary>Saves or loads the scale and the sums of the episodes under way.</summary>
    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        statistics.Exchange(state);
        state.Exchange("sums", sums.AsSpan());
    }
}
