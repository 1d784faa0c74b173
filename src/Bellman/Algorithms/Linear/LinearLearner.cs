using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Learns Q(s, a) as a linear function of features of s, with weights for each action: a step in one state teaches all states that share its features. Subclasses differ in the update alone.
/// </summary>
public abstract class LinearLearner
{
    private readonly FeatureRow present;
    private readonly SplittableRandom random;
    private (double Sum, long Count) errors;
    private double meanError;

    /// <summary>A learner whose weights are 0.</summary>
    /// <param name="features">What describes a state.</param>
    /// <param name="actions">How many actions.</param>
    /// <param name="settings">How it learns.</param>
    protected LinearLearner(IFeatures features, int actions, LinearSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!(settings.Lambda >= 0 && settings.Lambda <= 1) || !(settings.Gamma >= 0 && settings.Gamma <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), $"Gamma and lambda lie in [0, 1], but are {settings.Gamma} and {settings.Lambda}.");
        }

        Settings = settings;
        Values = new LinearActionValues(features, actions);
        present = new FeatureRow(features.ActiveCount);
        random = new SplittableRandom(settings.Seed ?? 1);
        SetRemaining(1);
    }

    /// <summary>How it learns.</summary>
    public LinearSettings Settings { get; }

    /// <summary>What it has learned.</summary>
    public LinearActionValues Values { get; }

    /// <summary>The features of the state it is in.</summary>
    protected FeatureVector State => present.Vector;

    /// <summary>The action it has chosen there.</summary>
    public int Action { get; private set; }

    /// <summary>The present α.</summary>
    public double LearningRate { get; private set; }

    /// <summary>The present share of random actions.</summary>
    public double Epsilon { get; private set; }

    /// <summary>Says how much of training is still to come, from 1 to 0, for schedules.</summary>
    public void SetRemaining(double remaining) => (LearningRate, Epsilon) = (Settings.LearningRate.At(remaining), Settings.Epsilon.At(remaining));

    /// <summary>Begins an episode.</summary>
    /// <param name="state">The features of its first state; they are copied.</param>
    /// <param name="mask">1 for each allowed action; empty if all are.</param>
    /// <returns>The first action.</returns>
    public virtual int Begin(FeatureVector state, ReadOnlySpan<byte> mask = default)
    {
        return GoOn(state, Choose(state, mask));
    }

    /// <summary>Learns from a step.</summary>
    /// <param name="reward">Its reward.</param>
    /// <param name="nextState">The features of the state it led to; they are copied.</param>
    /// <param name="terminated">Whether the task ended there: then nothing follows that would count.</param>
    /// <param name="truncated">Whether the episode was broken off there: what follows still counts.</param>
    /// <param name="mask">1 for each action allowed in the next state; empty if all are.</param>
    /// <returns>The next action; without meaning after an end.</returns>
    /// <exception cref="NotFiniteNumberException">The values have grown beyond all bounds: the step size is too large.</exception>
    public abstract int Step(double reward, FeatureVector nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default);

    /// <summary>Learns what is learned from many steps at once; an agent calls it after each round of steps.</summary>
    /// <param name="metrics">Receives what to chart.</param>
    public virtual void EndRound(TrainingProgress metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        metrics.Set("train/td_error", TakeMeanError());
        metrics.Set("train/learning_rate", LearningRate);
        metrics.Set("train/epsilon", Epsilon);
    }

    /// <summary>The mean size of the differences between targets and values, |δ|, since this was asked last; where nothing was learned since, what it was then.</summary>
    public double TakeMeanError()
    {
        meanError = errors.Count > 0 ? errors.Sum / errors.Count : meanError;
        errors = default;
        return meanError;
    }

    /// <summary>Saves or loads all that learning goes on from, at the end of a round. What a learner keeps besides the weights it adds by overriding this.</summary>
    /// <exception cref="CheckpointException">What is loaded does not fit.</exception>
    public virtual void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Exchange("weights", Values.Weights);
        state.Exchange("draws", random);
        state.Exchange("error", ref meanError);
        long action = Action;
        state.Exchange("action", ref action);
        state.Require(action >= 0 && action < Values.ActionCount, $"the action is {action}");
        Action = (int)action;
        present.Exchange(state.Part("state"), Values.Features.Count);
    }

    /// <summary>Goes on from the next state, whose features are copied, with an action.</summary>
    protected int GoOn(FeatureVector nextState, int action)
    {
        present.CopyFrom(nextState);
        return Action = action;
    }

    /// <summary>r + γ·Q(s', ·) − Q(s, a).</summary>
    /// <exception cref="NotFiniteNumberException">It is not finite.</exception>
    protected double Error(double reward, double nextValue)
    {
        var error = reward + (Settings.Gamma * nextValue) - Values[State, Action];
        errors = (errors.Sum + Math.Abs(error), errors.Count + 1);
        return double.IsFinite(error) ? error : throw new NotFiniteNumberException(FormattableString.Invariant($"The values have grown beyond all bounds: a learning rate of {LearningRate} is too large for these features, or a reward is not finite."));
    }

    /// <summary>Chooses one of the best allowed actions, each as probable, or with probability ε any.</summary>
    protected int Choose(FeatureVector state, ReadOnlySpan<byte> mask)
    {
        var explores = Epsilon > 0 && random.NextDouble() < Epsilon;
        var (best, chosen, ties) = (double.NegativeInfinity, 0, 0);
        for (var action = 0; action < Values.ActionCount; action++)
        {
            if (mask.IsEmpty || mask[action] != 0)
            {
                var value = explores ? 0 : Values[state, action];
                if (value >= best)
                {
                    ties = value > best ? 1 : ties + 1;
                    chosen = ties == 1 || random.NextInt32(ties) == 0 ? action : chosen;
                    best = value;
                }
            }
        }

        return chosen;
    }
}
