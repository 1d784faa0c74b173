namespace Bellman;

/// <summary>Learns V(s) of whatever policy plays, step by step: what a prediction method does with experience.</summary>
public abstract class ValuePrediction
{
    /// <param name="states">How many states.</param>
    /// <param name="learningRate">α.</param>
    /// <param name="gamma">The discount.</param>
    /// <param name="initialValue">What each state is worth at first.</param>
    private protected ValuePrediction(int states, double learningRate, double gamma, double initialValue)
    {
        (LearningRate, Gamma) = (learningRate, gamma);
        Values = new double[states];
        Values.AsSpan().Fill(initialValue);
    }

    /// <summary>V(s), <c>[states]</c>.</summary>
    public double[] Values { get; }

    /// <summary>α.</summary>
    protected double LearningRate { get; }

    /// <summary>γ.</summary>
    protected double Gamma { get; }

    /// <summary>Takes in a step.</summary>
    /// <param name="state">Where it began.</param>
    /// <param name="reward">Its reward.</param>
    /// <param name="nextState">Where it led to.</param>
    /// <param name="terminated">Whether the task ended: then nothing follows.</param>
    /// <param name="truncated">Whether the episode was broken off: what follows still counts.</param>
    public abstract void Learn(int state, double reward, int nextState, bool terminated, bool truncated = false);
}

/// <summary>n-step temporal differences (Sutton 1988; Sutton and Barto, section 7.1); with n = 1 it is TD(0).</summary>
public sealed class NStepPrediction : ValuePrediction
{
    private readonly (int State, double Reward)[] steps;
    private int first;
    private int count;

    /// <summary>A learner that knows nothing.</summary>
    public NStepPrediction(int states, double learningRate, double gamma = 1, int steps = 1, double initialValue = 0)
        : base(states, learningRate, gamma, initialValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        this.steps = new (int, double)[steps];
    }

    /// <inheritdoc/>
    public override void Learn(int state, double reward, int nextState, bool terminated, bool truncated = false)
    {
        steps[(first + count++) % steps.Length] = (state, reward);
        var ended = terminated || truncated;
        while (count > 0 && (ended || count == steps.Length))
        {
            // What follows the last step is looked up each time: the state may have been learned about meanwhile.
            var target = terminated ? 0 : Values[nextState];
            for (var i = count - 1; i >= 0; i--)
            {
                target = steps[(first + i) % steps.Length].Reward + (Gamma * target);
            }

            ref var value = ref Values[steps[first].State];
            value += LearningRate * (target - value);
            first = (first + 1) % steps.Length;
            count--;
        }
    }
}

/// <summary>TD(λ) with accumulating traces (Sutton 1988).</summary>
public sealed class LambdaPrediction(int states, double learningRate, double gamma, double lambda, double initialValue = 0) : ValuePrediction(states, learningRate, gamma, initialValue)
{
    private readonly double[] traces = new double[states];

    /// <inheritdoc/>
    public override void Learn(int state, double reward, int nextState, bool terminated, bool truncated = false)
    {
        var error = reward + (terminated ? 0 : Gamma * Values[nextState]) - Values[state];
        traces[state]++;
        for (var i = 0; i < traces.Length; i++)
        {
            Values[i] += LearningRate * error * traces[i];
            traces[i] *= terminated || truncated ? 0 : Gamma * lambda;
        }
    }
}

/// <summary>Monte Carlo: a state is worth the returns that followed it, first or every visit of an episode, by their mean or by a constant step size.</summary>
public sealed class MonteCarloPrediction : ValuePrediction
{
    private readonly bool everyVisit;
    private readonly int[] counts;
    private readonly List<(int State, double Reward)> episode = [];

    /// <summary>A learner that knows nothing.</summary>
    /// <param name="states">How many states.</param>
    /// <param name="learningRate">α; 0 takes the mean of all returns.</param>
    /// <param name="gamma">The discount.</param>
    /// <param name="everyVisit">Whether a state that is met again counts again.</param>
    /// <param name="initialValue">What each state is worth at first.</param>
    public MonteCarloPrediction(int states, double learningRate = 0, double gamma = 1, bool everyVisit = true, double initialValue = 0)
        : base(states, learningRate, gamma, initialValue) => (this.everyVisit, counts) = (everyVisit, new int[states]);

    /// <inheritdoc/>
    public override void Learn(int state, double reward, int nextState, bool terminated, bool truncated = false)
    {
        episode.Add((state, reward));
        if (terminated || truncated)
        {
            // A broken-off episode has no return of its own: what the last state is worth so far stands for the rest.
            var target = terminated ? 0 : Values[nextState];
            for (var i = episode.Count - 1; i >= 0; i--)
            {
                target = episode[i].Reward + (Gamma * target);
                if (everyVisit || !MetBefore(i))
                {
                    ref var value = ref Values[episode[i].State];
                    value += (LearningRate > 0 ? LearningRate : 1.0 / ++counts[episode[i].State]) * (target - value);
                }
            }

            episode.Clear();
        }
    }

    private bool MetBefore(int step)
    {
        for (var i = 0; i < step; i++)
        {
            if (episode[i].State == episode[step].State)
            {
                return true;
            }
        }

        return false;
    }
}
