namespace Bellman;

/// <summary>What learns from rollouts of its own policy.</summary>
public interface IOnPolicyLearner
{
    /// <summary>The policy that plays and learns.</summary>
    Policy Policy { get; }

    /// <summary>Learns from a rollout.</summary>
    /// <param name="rollout">What the policy did since the last update.</param>
    /// <param name="remaining">The share of training still to come, from 1 to 0, for schedules.</param>
    /// <param name="metrics">Receives what to chart.</param>
    void Update(RolloutBuffer rollout, double remaining, TrainingProgress metrics);

    /// <summary>Saves or loads all that learning goes on from, besides the policy's weights: optimizer, random streams, normalisers.</summary>
    void Exchange(StateArchive state);
}

/// <summary>The round of every on-policy algorithm: a rollout of the policy, and an update from it.</summary>
/// <param name="collector">What plays.</param>
/// <param name="rollout">Memory for a rollout.</param>
/// <param name="learner">What learns.</param>
public sealed class OnPolicyRound(RolloutCollector collector, RolloutBuffer rollout, IOnPolicyLearner learner) : ITrainingRound
{
    /// <inheritdoc/>
    public Policy Policy => learner.Policy;

    /// <inheritdoc/>
    public VectorEnvironment Environment => collector.Environment;

    /// <inheritdoc/>
    public EpisodeStatistics Episodes => collector.Statistics;

    /// <inheritdoc/>
    public long Steps => collector.Steps;

    /// <inheritdoc/>
    public RolloutBuffer? Rollout => rollout;

    /// <inheritdoc/>
    public void Collect(long totalSteps) => collector.Collect(rollout);

    /// <inheritdoc/>
    public void Learn(double remaining, TrainingProgress metrics) => learner.Update(rollout, remaining, metrics);

    /// <inheritdoc/>
    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        learner.Policy.Normalizer?.Exchange(state.Part("normalizer"));
        learner.Exchange(state.Part("learner"));
        collector.Exchange(state.Part("collector"));
    }
}
