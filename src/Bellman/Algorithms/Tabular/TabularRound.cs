using System.Globalization;

namespace Bellman;

/// <summary>The round of every tabular algorithm: some steps in one environment, each learned from as it is taken.</summary>
internal sealed class TabularRound : ITrainingRound
{
    private readonly TabularLearner learner;
    private readonly Policy policy;
    private readonly StateIndex states;
    private readonly VectorStep step;
    private readonly Rows action;
    private readonly int actionStart;
    private readonly int success;
    private bool started;
    private bool stale;

    public TabularRound(VectorEnvironment environment, TabularLearner learner, Policy policy)
    {
        (Environment, this.learner, this.policy) = (environment, learner, policy);
        states = new StateIndex(environment.ObservationSpace);
        actionStart = ((DiscreteSpace)environment.ActionSpace).Start;
        step = new VectorStep(environment);
        action = new Rows(environment.ActionSpace.Layout, 1);
        success = SuccessSignal.IndexIn(environment.SignalNames);
        Episodes = new EpisodeStatistics(1, success >= 0);
        stale = true;
    }

    /// <summary>The table as a policy; it is copied when somebody asks after something was learned.</summary>
    public Policy Policy
    {
        get
        {
            if (stale)
            {
                policy.WriteTable(learner.Table.Values);
                stale = false;
            }

            return policy;
        }
    }

    public VectorEnvironment Environment { get; }

    public EpisodeStatistics Episodes { get; }

    public long Steps { get; private set; }

    public void Collect(long totalSteps)
    {
        learner.SetRemaining(1 - ((double)Steps / totalSteps));
        stale = true;
        try
        {
            Play((int)Math.Min(learner.Settings.RoundSteps, totalSteps - Steps));
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{exception.Message.TrimEnd('.')}; {Steps:N0} steps of training had been taken."), exception.InnerException ?? exception);
        }
    }

    public void Learn(double remaining, TrainingProgress metrics)
    {
        metrics.Set("train/td_error", learner.TakeMeanError());
        metrics.Set("train/learning_rate", learner.LearningRate);
        metrics.Set("train/epsilon", learner.Epsilon);
    }

    /// <summary>Begins from a table that was learned before.</summary>
    public void Replace(ReadOnlySpan<double> values)
    {
        learner.Replace(values);
        stale = true;
    }

    public void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var steps = Steps;
        state.Exchange("steps", ref steps);
        state.Require(steps >= 0, $"{steps} steps were taken");
        Steps = steps;
        learner.Exchange(state.Part("learner"));
        Episodes.Exchange(state.Part("episodes"));
        started = state.Exchange("environments", Environment, step, started);
        stale = true;
    }

    private void Play(int count)
    {
        if (!started)
        {
            Environment.Reset(step);
            learner.Begin(states.Of(step.Observations.Reader(0)), step.ActionMasks);
            started = true;
        }

        var next = learner.Action;
        for (var i = 0; i < count; i++)
        {
            action.Integers()[0] = actionStart + next;
            Environment.Step(action, step);
            Steps++;
            var (reward, terminated, truncated) = (step.Rewards[0], step.Terminated[0] != 0, step.Truncated[0] != 0);
            if (terminated || truncated)
            {
                learner.Step(reward, states.Of(step.FinalObservations.Reader(0)), terminated, truncated, step.FinalActionMasks);
                next = learner.Begin(states.Of(step.Observations.Reader(0)), step.ActionMasks);
            }
            else
            {
                next = learner.Step(reward, states.Of(step.Observations.Reader(0)), false, false, step.ActionMasks);
            }

            Episodes.Add(Steps, 0, reward, terminated || truncated, success >= 0 && step.Signals[success] > 0);
        }
    }
}
