namespace Bellman;

/// <summary>What a <see cref="TrainingLoop"/> repeats: play for a while, then learn. An algorithm that learns while it plays does so in <see cref="Collect"/>.</summary>
public interface ITrainingRound
{
    /// <summary>The policy as it stands. What keeps its knowledge elsewhere writes it there first.</summary>
    Policy Policy { get; }

    /// <summary>Where it plays.</summary>
    VectorEnvironment Environment { get; }

    /// <summary>Returns and lengths of the episodes.</summary>
    EpisodeStatistics Episodes { get; }

    /// <summary>How many environment steps have been taken.</summary>
    long Steps { get; }

    /// <summary>What the last <see cref="Collect"/> recorded; null where nothing is learned from rollouts.</summary>
    RolloutBuffer? Rollout => null;

    /// <summary>Plays.</summary>
    /// <param name="totalSteps">Environment steps to be taken in all.</param>
    void Collect(long totalSteps);

    /// <summary>Learns from what was played.</summary>
    /// <param name="remaining">The share of training still to come, from 1 to 0, for schedules.</param>
    /// <param name="metrics">Receives what to chart.</param>
    void Learn(double remaining, TrainingProgress metrics);

    /// <summary>Saves or loads everything that goes on between two rounds, besides the policy's weights: learner, environments, random streams, episodes.</summary>
    /// <exception cref="CheckpointException">What is loaded does not fit.</exception>
    void Exchange(StateArchive state);
}
