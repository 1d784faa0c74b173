namespace Bellman;

/// <summary>
/// Watches training and acts on it. Override what you need; every event says by its parameters what there is to see, and the order is:
/// start, then again and again episodes, the end of the rollout, the update, and last the end.
/// </summary>
/// <example>
/// <code>
/// ppo.Learn(100_000, callbacks:
/// [
///     new EvaluationCallback("CartPole-v1", every: 10_000) { BestPath = "best.bellman" },
///     new StopAtReturn(500),
/// ]);
/// </code>
/// </example>
/// <remarks>Callbacks run on the thread that trains, between its steps: what they take, training waits for. What one must remember over a resume belongs into <see cref="SaveState"/>.</remarks>
public abstract class TrainingCallback
{
    /// <summary>Under which name its state is kept in checkpoints; several of one name are told apart by their order.</summary>
    public virtual string StateName => GetType().Name;

    /// <summary>Training begins, or goes on after a resume: the state has been loaded.</summary>
    public virtual void OnTrainingStart(TrainingContext training)
    {
    }

    /// <summary>An episode ended; the environments are in the middle of a rollout.</summary>
    /// <param name="training">Where training stands, as of the last update.</param>
    /// <param name="episode">Its step, slot, return and length.</param>
    public virtual void OnEpisodeEnd(TrainingContext training, Episode episode)
    {
    }

    /// <summary>A rollout is full and nothing has been learned from it yet.</summary>
    /// <param name="training">Where training stands, as of the last update.</param>
    /// <param name="rollout">What the policy did; advantages and returns are not estimated yet.</param>
    public virtual void OnRolloutEnd(TrainingContext training, RolloutBuffer rollout)
    {
    }

    /// <summary>The learner has learned; counters and metrics are those of this update.</summary>
    public virtual void OnUpdate(TrainingContext training)
    {
    }

    /// <summary>Somebody has evaluated the policy: <see cref="EvaluationCallback"/>, or whoever called <see cref="TrainingContext.ReportEvaluation"/>.</summary>
    /// <param name="training">Where training stands.</param>
    /// <param name="result">How the policy did.</param>
    public virtual void OnEvaluation(TrainingContext training, EvaluationResult result)
    {
    }

    /// <summary>Training has ended: all steps are taken, somebody stopped it, or it was cancelled. Not called where it failed.</summary>
    public virtual void OnTrainingEnd(TrainingContext training)
    {
    }

    /// <summary>Writes what must be remembered over a resume.</summary>
    public virtual void SaveState(BinaryWriter writer)
    {
    }

    /// <summary>Takes back what <see cref="SaveState"/> wrote.</summary>
    public virtual void LoadState(BinaryReader reader)
    {
    }
}
