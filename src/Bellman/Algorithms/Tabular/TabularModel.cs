using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// A finite model laid out for sweeping: the transitions of a pair (state, action) lie side by side, expected rewards are summed up, and what ends the task leads to one more state whose value stays 0.
/// Making one checks the model: what is wrong is named with state and action before any sweep.
/// </summary>
public sealed class TabularModel
{
    private readonly int[] starts;
    private readonly int[] nextStates;
    private readonly double[] probabilities;
    private readonly double[] rewards;
    private readonly double[] initial;

    /// <summary>Lays a model out.</summary>
    /// <exception cref="ArgumentException">Probabilities do not sum to 1 within 1e-9, a reward is not finite, a state does not exist or has no action.</exception>
    public TabularModel(IFiniteMdp model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (StateCount, ActionCount) = (model.StateCount, model.ActionCount);
        initial = model.InitialDistribution.ToArray();
        if (initial.Length != StateCount || !(Math.Abs(initial.Sum() - 1) <= 1e-9))
        {
            throw new ArgumentException($"The initial distribution needs {StateCount} probabilities that sum to 1; it has {initial.Length} that sum to {initial.Sum()}.", nameof(model));
        }

        if (Array.FindIndex(initial, probability => !(probability >= 0)) is >= 0 and var impossible)
        {
            throw new ArgumentException($"The initial distribution gives state {impossible} the probability {initial[impossible]}; it must be in [0, 1].", nameof(model));
        }

        starts = new int[checked((StateCount * ActionCount) + 1)];
        rewards = new double[StateCount * ActionCount];
        for (var pair = 0; pair < rewards.Length; pair++)
        {
            starts[pair + 1] = checked(starts[pair] + model.Transitions(pair / ActionCount, pair % ActionCount).Length);
        }

        nextStates = new int[starts[^1]];
        probabilities = new double[starts[^1]];
        for (var state = 0; state < StateCount; state++)
        {
            for (var action = 0; action < ActionCount; action++)
            {
                LayOut(model.Transitions(state, action), state, action);
            }

            if (!Enumerable.Range(0, ActionCount).Any(action => IsAllowed(state, action)))
            {
                throw new ArgumentException($"State {state} allows no action; a state that nothing follows needs one that ends the task.", nameof(model));
            }
        }
    }

    /// <summary>How many states.</summary>
    public int StateCount { get; }

    /// <summary>How many actions.</summary>
    public int ActionCount { get; }

    /// <summary>How many transitions there are in all.</summary>
    public int TransitionCount => nextStates.Length;

    /// <summary>The probability of each state to be the first, <c>[states]</c>.</summary>
    public ReadOnlySpan<double> InitialDistribution => initial;

    /// <summary>Whether the action may be taken.</summary>
    public bool IsAllowed(int state, int action) => starts[(state * ActionCount) + action + 1] > starts[(state * ActionCount) + action];

    /// <summary>The expected reward of an action.</summary>
    public double Reward(int state, int action) => rewards[(state * ActionCount) + action];

    /// <summary>The states that may follow an action; <see cref="StateCount"/> stands for the end of the task.</summary>
    public ReadOnlySpan<int> NextStates(int state, int action) => Part(nextStates, state, action);

    /// <summary>The probabilities of <see cref="NextStates"/>.</summary>
    public ReadOnlySpan<double> Probabilities(int state, int action) => Part(probabilities, state, action);

    /// <summary>r + γ·Σ p·V(s'): the value of an action, minus infinity if it is not allowed.</summary>
    /// <param name="state">The state.</param>
    /// <param name="action">The action.</param>
    /// <param name="values">The value of each state and, last, 0 for the end, <c>[states + 1]</c>.</param>
    /// <param name="gamma">The discount.</param>
    public double ActionValue(int state, int action, ReadOnlySpan<double> values, double gamma)
    {
        var pair = (state * ActionCount) + action;
        var start = starts[pair];
        var length = starts[pair + 1] - start;
        if (length == 0)
        {
            return double.NegativeInfinity;
        }

        var next = nextStates.AsSpan(start, length);
        var probability = probabilities.AsSpan(start, length);
        var sum = 0.0;
        for (var i = 0; i < next.Length; i++)
        {
            sum += probability[i] * values[next[i]];
        }

        return rewards[pair] + (gamma * sum);
    }

    /// <summary>max over actions of <see cref="ActionValue"/>: one backup.</summary>
    public double Backup(int state, ReadOnlySpan<double> values, double gamma) => Backup(state, values, gamma, out _);

    /// <summary>One backup, and the first action that reaches the maximum.</summary>
    public double Backup(int state, ReadOnlySpan<double> values, double gamma, out int best)
    {
        var maximum = double.NegativeInfinity;
        best = 0;
        for (var action = 0; action < ActionCount; action++)
        {
            var value = ActionValue(state, action, values, gamma);
            if (value > maximum)
            {
                (maximum, best) = (value, action);
            }
        }

        return maximum;
    }

    /// <summary>Draws what follows an action; <see cref="StateCount"/> for the end.</summary>
    public int SampleNext(int state, int action, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return NextStates(state, action)[Draw(Probabilities(state, action), random)];
    }

    /// <summary>Draws a first state.</summary>
    public int SampleStart(SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Draw(initial, random);
    }

    /// <summary>The smallest of the best actions, those within 1e-9 of the best.</summary>
    public int GreedyAction(int state, ReadOnlySpan<double> values, double gamma)
    {
        var best = Backup(state, values, gamma);
        var action = 0;
        while (!(ActionValue(state, action, values, gamma) >= best - Solution.TieTolerance))
        {
            action++;
        }

        return action;
    }

    /// <summary>A value that no state exceeds, for methods that begin from above: the most that ending may pay, where nothing else does, or the largest reward for ever or for as many steps as there are.</summary>
    /// <param name="gamma">The discount.</param>
    /// <param name="horizon">Steps after which the task ends; 0 for none.</param>
    /// <returns>The bound, 0 at least; infinity where none is known, for γ = 1 without horizon and with rewards on the way.</returns>
    public double UpperBound(double gamma, int horizon = 0)
    {
        var (most, atTheEnd) = (0.0, 0.0);
        for (var state = 0; state < StateCount; state++)
        {
            for (var action = 0; action < ActionCount; action++)
            {
                var reward = IsAllowed(state, action) ? Reward(state, action) : 0;
                if (reward > 0)
                {
                    // With M no less than reward / P(end) everywhere: reward + (1 − P(end))·M ≤ M, whatever follows.
                    most = Math.Max(most, reward);
                    atTheEnd = Math.Max(atTheEnd, reward / EndProbability(state, action));
                }
            }
        }

        var steps = most == 0 ? 0 : Math.Min(gamma < 1 ? 1 / (1 - gamma) : double.PositiveInfinity, horizon > 0 ? horizon : double.PositiveInfinity);
        return most == 0 ? 0 : Math.Min(atTheEnd, most * steps);
    }

    private double EndProbability(int state, int action)
    {
        var next = NextStates(state, action);
        var sum = 0.0;
        for (var i = 0; i < next.Length; i++)
        {
            sum += next[i] == StateCount ? Probabilities(state, action)[i] : 0;
        }

        return sum;
    }

    private static int Draw(ReadOnlySpan<double> distribution, SplittableRandom random)
    {
        var left = random.NextDouble();
        var last = 0;
        for (var i = 0; i < distribution.Length; i++)
        {
            if (distribution[i] > 0)
            {
                left -= distribution[i];
                last = i;
                if (left < 0)
                {
                    break;
                }
            }
        }

        // Rounding may leave a rest: it belongs to the last that is possible.
        return last;
    }

    private void LayOut(ReadOnlySpan<Transition> transitions, int state, int action)
    {
        string Where() => $"action {action} in state {state}";
        var pair = (state * ActionCount) + action;
        var (total, place) = (0.0, starts[pair]);
        foreach (var (probability, next, reward, terminated) in transitions)
        {
            if (!(probability >= 0 && probability <= 1) || !double.IsFinite(reward) || next < 0 || next >= StateCount)
            {
                throw new ArgumentException($"After {Where()} the model gives probability {probability}, state {next} of {StateCount}, reward {reward}; it needs a probability in [0, 1], a state that exists and a finite reward.");
            }

            total += probability;
            rewards[pair] += probability * reward;
            (nextStates[place], probabilities[place]) = (terminated ? StateCount : next, probability);
            place++;
        }

        if (transitions.Length > 0 && !(Math.Abs(total - 1) <= 1e-9))
        {
            throw new ArgumentException($"The probabilities after {Where()} sum to {total}, not to 1.");
        }
    }

    private ReadOnlySpan<T> Part<T>(T[] values, int state, int action)
    {
        var pair = (state * ActionCount) + action;
        return values.AsSpan(starts[pair], starts[pair + 1] - starts[pair]);
    }
}
