namespace Bellman;

/// <summary>A linear learner at play: observations become features.</summary>
internal readonly struct LinearPlayer(LinearLearner learner) : IStepwiseLearner
{
    private readonly IFeatures features = learner.Values.Features;
    private readonly FeatureRow seen = new(learner.Values.Features.ActiveCount);

    public int RoundSteps => learner.Settings.RoundSteps;

    public int Action => learner.Action;

    public void SetRemaining(double remaining) => learner.SetRemaining(remaining);

    public int Begin(RowReader observation, ReadOnlySpan<byte> mask) => learner.Begin(seen.Compute(features, observation), mask);

    public int Step(double reward, RowReader observation, bool terminated, bool truncated, ReadOnlySpan<byte> mask) =>
        learner.Step(reward, seen.Compute(features, observation), terminated, truncated, mask);

    public void EndRound(TrainingProgress metrics) => learner.EndRound(metrics);

    public void WriteTo(Policy policy) => policy.WriteWeights(learner.Values.Weights);

    public void Exchange(StateArchive state) => learner.Exchange(state);
}
