namespace Bellman;

/// <summary>
/// Off-policy Monte Carlo prediction (Sutton and Barto, sections 5.5 and 5.6; Precup, Sutton and Singh 2000): learns V(s) of one policy from the returns of another, each weighted by the product over its steps of
/// how much more probable the action is under the policy that is judged than under the one that played.
/// </summary>
/// <remarks>Ordinary importance sampling, the mean of weighted returns, is unbiased on first visits, and its variance may be infinite. Weighted importance sampling divides by the sum of weights: biased at first, of bounded variance.</remarks>
/// <param name="states">How many states.</param>
/// <param name="weighted">Whether returns are averaged by their weights.</param>
/// <param name="gamma">The discount.</param>
/// <param name="everyVisit">Whether a state that is met again in an episode counts again.</param>
public sealed class OffPolicyPrediction(int states, bool weighted, double gamma = 1, bool everyVisit = false)
{
    private readonly List<(int State, double Ratio, double Reward, bool First)> episode = [];
    private readonly double[] weights = new double[states];
    private readonly int[] metIn = new int[states];
    private int number = 1;

    /// <summary>V(s), <c>[states]</c>; 0 before anything is known of a state.</summary>
    public double[] Values { get; } = new double[states];

    /// <summary>Takes in a step; at the end of an episode it learns.</summary>
    /// <param name="state">Where it began.</param>
    /// <param name="ratio">π(a|s) / b(a|s): the action's probability under the policy that is judged, over that under the one that played.</param>
    /// <param name="reward">Its reward.</param>
    /// <param name="nextState">Where it led to.</param>
    /// <param name="terminated">Whether the task ended: then nothing follows.</param>
    /// <param name="truncated">Whether the episode was broken off: what the last state is worth so far stands for the rest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is negative or no number.</exception>
    public void Learn(int state, double ratio, double reward, int nextState, bool terminated, bool truncated = false)
    {
        if (!(ratio >= 0 && double.IsFinite(ratio)))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "An importance ratio is a probability over one that is not 0: the policy that plays must take every action that the other may take.");
        }

        episode.Add((state, ratio, reward, metIn[state] != number));
        metIn[state] = number;
        if (!terminated && !truncated)
        {
            return;
        }

        var (target, weight) = (terminated ? 0 : Values[nextState], 1.0);
        for (var i = episode.Count - 1; i >= 0; i--)
        {
            var step = episode[i];
            target = step.Reward + (gamma * target);
            weight *= step.Ratio;
            if (step.First || everyVisit)
            {
                Average(step.State, target, weight);
            }
        }

        episode.Clear();
        number++;
    }

    private void Average(int state, double target, double weight)
    {
        ref var value = ref Values[state];
        if (!weighted)
        {
            value += ((weight * target) - value) / ++weights[state];
        }
        else if (weight > 0)
        {
            weights[state] += weight;
            value += weight / weights[state] * (target - value);
        }
    }
}
