using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bellman;

/// <summary>
/// Off-policy Monte Carlo control (Sutton and Barto, section 5.7): learns what the greedy policy is worth from the returns of one that explores. Each return is weighted by how much more probable the greedy
/// policy would have made it. With <see cref="TabularSettings.WeightedImportance"/> the mean is over the weights; without, over the number of visits, those of weight 0 included.
/// </summary>
/// <remarks>It learns only from the tail of an episode behind the last action that was not greedy, so long episodes with much exploration teach it little.</remarks>
public sealed class OffPolicyMonteCarlo : TabularLearner
{
    private readonly List<(int State, int Action, double Reward, double Probability)> episode = [];
    private readonly List<byte> masks = [];
    private readonly double[] weights;

    /// <summary>A learner that knows nothing.</summary>
    /// <exception cref="ArgumentException">Actions are chosen by upper confidence: without chance, so that no weight can be given.</exception>
    public OffPolicyMonteCarlo(int states, int actions, TabularSettings settings)
        : base(states, actions, settings)
    {
        if (settings.Exploration == TabularExploration.UpperConfidence)
        {
            throw new ArgumentException("Off-policy Monte Carlo needs the probability of each action, but upper confidence chooses without chance; take ε-greedy or softmax.", nameof(settings));
        }

        weights = new double[states * actions];
    }

    /// <inheritdoc/>
    public override int Begin(int state, ReadOnlySpan<byte> mask = default)
    {
        episode.Clear();
        masks.Clear();
        masks.AddRange(mask);
        return base.Begin(state, mask);
    }

    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        // The table is as it was when the action was chosen: nothing is learned before the end.
        episode.Add((State, Action, reward, Probability(State, Action, MaskOf(episode.Count))));
        if (terminated || truncated)
        {
            Learn(terminated ? 0 : Table.Max(nextState, mask));
            return 0;
        }

        masks.AddRange(mask);
        State = nextState;
        return Action = Choose(nextState, mask);
    }

    private void Learn(double target)
    {
        var weight = 1.0;
        for (var i = episode.Count - 1; i >= 0; i--)
        {
            var (state, action, reward, probability) = episode[i];
            target = reward + (Gamma * target);
            ref var sum = ref weights[(state * Table.ActionCount) + action];
            ref var value = ref Table[state, action];
            Record(target - value);
            if (Settings.WeightedImportance)
            {
                sum += weight;
                value += weight / sum * (target - value);
            }
            else
            {
                sum++;
                value += ((weight * target) - value) / sum;
            }

            weight = Table.Greedy(state, MaskOf(i)) == action ? weight / probability : 0;
            if (weight == 0 && Settings.WeightedImportance)
            {
                break;
            }
        }

        episode.Clear();
        masks.Clear();
    }

    private ReadOnlySpan<byte> MaskOf(int step) =>
        masks.Count == 0 ? [] : CollectionsMarshal.AsSpan(masks).Slice(step * Table.ActionCount, Table.ActionCount);

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        int[] pairs = [.. episode.Select(step => (step.State * Table.ActionCount) + step.Action)];
        double[] rewards = [.. episode.Select(step => step.Reward)], probabilities = [.. episode.Select(step => step.Probability)];
        byte[] seen = [.. masks];
        state.Exchange("episode", ref pairs);
        state.Exchange("rewards", ref rewards);
        state.Exchange("probabilities", ref probabilities);
        state.Exchange("masksSeen", ref seen);
        state.Exchange("weights", weights.AsSpan());
        state.Require(
            pairs.Length == rewards.Length && pairs.Length == probabilities.Length && pairs.All(pair => (uint)pair < (uint)weights.Length)
            && (seen.Length == 0 || seen.Length == (pairs.Length + 1) * Table.ActionCount || pairs.Length == 0), "the episode leads out of the table");
        if (state.Loading)
        {
            episode.Clear();
            masks.Clear();
            masks.AddRange(seen);
            for (var i = 0; i < pairs.Length; i++)
            {
                episode.Add((pairs[i] / Table.ActionCount, pairs[i] % Table.ActionCount, rewards[i], probabilities[i]));
            }
        }
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "off-policy-monte-carlo", "Off-policy Monte Carlo: what the greedy policy is worth, from weighted returns of one that explores.", static (states, actions, settings) => new OffPolicyMonteCarlo(states, actions, settings),
        nameof(TabularSettings.WeightedImportance));
}
