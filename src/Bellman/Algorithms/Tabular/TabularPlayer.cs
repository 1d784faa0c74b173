namespace Bellman;

/// <summary>A tabular learner at play: observations become numbers of states.</summary>
internal readonly struct TabularPlayer(TabularLearner learner, StateIndex states) : IStepwiseLearner
{
    public int RoundSteps => learner.Settings.RoundSteps;

    public int Action => learner.Action;

    public void SetRemaining(double remaining) => learner.SetRemaining(remaining);

    public int Begin(RowReader observation, ReadOnlySpan<byte> mask) => learner.Begin(states.Of(observation), mask);

    public int Step(double reward, RowReader observation, bool terminated, bool truncated, ReadOnlySpan<byte> mask) =>
        learner.Step(reward, states.Of(observation), terminated, truncated, mask);

    public void EndRound(TrainingProgress metrics)
    {
        metrics.Set("train/td_error", learner.TakeMeanError());
        metrics.Set("train/learning_rate", learner.LearningRate);
        metrics.Set("train/epsilon", learner.Epsilon);
    }

    public void WriteTo(Policy policy) => policy.WriteWeights(learner.Table.Values);

    public void Exchange(StateArchive state) => learner.Exchange(state);
}
