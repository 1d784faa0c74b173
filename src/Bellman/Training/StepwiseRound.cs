using System.Globalization;

namespace Bellman;

/// <summary>What a <see cref="StepwiseRound{TLearner}"/> lets play: it is told where an episode begins and what each step brought, and answers with the next action.</summary>
internal interface IStepwiseLearner
{
    /// <summary>Steps of a round.</summary>
    int RoundSteps { get; }

    /// <summary>The action it has chosen last, from 0.</summary>
    int Action { get; }

    /// <summary>Says how much of training is still to come, from 1 to 0, for schedules.</summary>
    void SetRemaining(double remaining);

    /// <summary>Begins an episode, and answers with an action.</summary>
    int Begin(RowReader observation, ReadOnlySpan<byte> mask);

    /// <summary>Learns from a step, and answers with the next action.</summary>
    int Step(double reward, RowReader observation, bool terminated, bool truncated, ReadOnlySpan<byte> mask);

    /// <summary>Learns what is learned at the end of a round, and tells what to chart.</summary>
    void EndRound(TrainingProgress metrics);

    /// <summary>Writes what it has learned into a policy.</summary>
    void WriteTo(Policy policy);

    /// <summary>Saves or loads all that learning goes on from.</summary>
    void Exchange(StateArchive state);
}

/// <summary>The round of every algorithm that learns step by step: some steps in one environment, each told to the learner as it is taken.</summary>
/// <typeparam name="TLearner">What learns: a structure, so that nothing stands between round and learner.</typeparam>
internal sealed class StepwiseRound<TLearner> : ITrainingRound
    where TLearner : struct, IStepwiseLearner
{
    private readonly TLearner learner;
    private readonly Policy policy;
    private readonly VectorStep step;
    private readonly Rows action;
    private readonly int actionStart;
    private readonly int success;
    private bool started;
    private bool stale;

    public StepwiseRound(VectorEnvironment environment, TLearner learner, Policy policy)
    {
        (Environment, this.learner, this.policy) = (environment, learner, policy);
        actionStart = ((DiscreteSpace)environment.ActionSpace).Start;
        step = new VectorStep(environment);
        action = new Rows(environment.ActionSpace.Layout, 1);
        success = SuccessSignal.IndexIn(environment.SignalNames);
        Episodes = new EpisodeStatistics(1, success >= 0);
        stale = true;
    }

    /// <summary>What was learned as a policy; it is copied when somebody asks after something was learned.</summary>
    public Policy Policy
    {
        get
        {
            if (stale)
            {
                learner.WriteTo(policy);
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
            Play((int)Math.Min(learner.RoundSteps, totalSteps - Steps));
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException(WithSteps(exception), exception.InnerException ?? exception);
        }
        catch (NotFiniteNumberException exception)
        {
            throw new NotFiniteNumberException(WithSteps(exception), exception);
        }
    }

    public void Learn(double remaining, TrainingProgress metrics)
    {
        metrics.LearnsWhilePlaying = true;
        learner.EndRound(metrics);
        stale = true;
    }

    /// <summary>Says that the learner's knowledge was replaced from outside.</summary>
    public void Replaced() => stale = true;

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

    private string WithSteps(Exception exception) => string.Create(CultureInfo.InvariantCulture, $"{exception.Message.TrimEnd('.')}; {Steps:N0} steps of training had been taken.");

    private void Play(int count)
    {
        if (!started)
        {
            Environment.Reset(step);
            learner.Begin(step.Observations.Reader(0), step.ActionMasks);
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
                learner.Step(reward, step.FinalObservations.Reader(0), terminated, truncated, step.FinalActionMasks);
                next = learner.Begin(step.Observations.Reader(0), step.ActionMasks);
            }
            else
            {
                next = learner.Step(reward, step.Observations.Reader(0), false, false, step.ActionMasks);
            }

            Episodes.Add(Steps, 0, reward, terminated || truncated, success >= 0 && step.Signals[success] > 0);
        }
    }
}
