using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Learns Q(s, a) step by step: it is told where an episode begins and what each step brought, and answers with the next action. Subclasses differ in the update alone.
/// </summary>
public abstract class TabularLearner
{
    private readonly int[] counts;
    private readonly int[] tries;
    private readonly double[] weights;
    private double epsilon;
    private double temperature;
    private double learningRate;
    private (double Sum, long Count) errors;
    private double meanError;
    private byte[] masks = [];

    /// <summary>A learner that knows nothing.</summary>
    /// <param name="states">How many states.</param>
    /// <param name="actions">How many actions.</param>
    /// <param name="settings">How it learns.</param>
    protected TabularLearner(int states, int actions, TabularSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        Table = new ActionValueTable(states, actions, settings.InitialValue);
        Random = new SplittableRandom(settings.Seed ?? 1);
        counts = settings.SampleAverage ? new int[states * actions] : [];
        tries = settings.Exploration == TabularExploration.UpperConfidence ? new int[states * actions] : [];
        weights = new double[actions];
        SetRemaining(1);
    }

    /// <summary>How it learns.</summary>
    public TabularSettings Settings { get; }

    /// <summary>What it has learned.</summary>
    public ActionValueTable Table { get; }

    /// <summary>The source of its draws.</summary>
    protected SplittableRandom Random { get; }

    /// <summary>γ.</summary>
    protected double Gamma => Settings.Gamma;

    /// <summary>The present α; with sample averages each pair has its own.</summary>
    public double LearningRate => learningRate;

    /// <summary>The present share of random actions.</summary>
    public double Epsilon => epsilon;

    /// <summary>The state it is in.</summary>
    public int State { get; protected set; }

    /// <summary>The action it has chosen there.</summary>
    public int Action { get; protected set; }

    /// <summary>Says how much of training is still to come, from 1 to 0, for schedules.</summary>
    public void SetRemaining(double remaining) =>
        (learningRate, epsilon, temperature) = (Settings.LearningRate.At(remaining), Settings.Epsilon.At(remaining), Settings.Temperature.At(remaining));

    /// <summary>Begins an episode.</summary>
    /// <param name="state">Its first state.</param>
    /// <param name="mask">1 for each allowed action; empty if all are.</param>
    /// <returns>The first action.</returns>
    public virtual int Begin(int state, ReadOnlySpan<byte> mask = default)
    {
        State = state;
        return Action = Choose(state, mask);
    }

    /// <summary>Learns from a step.</summary>
    /// <param name="reward">Its reward.</param>
    /// <param name="nextState">The state it led to.</param>
    /// <param name="terminated">Whether the task ended there: then nothing follows that would count.</param>
    /// <param name="truncated">Whether the episode was broken off there: what follows still counts.</param>
    /// <param name="mask">1 for each action allowed in the next state; empty if all are.</param>
    /// <returns>The next action; without meaning after an end.</returns>
    public abstract int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default);

    /// <summary>Chooses an action as the settings say.</summary>
    /// <exception cref="ArgumentException">The mask allows none.</exception>
    protected int Choose(int state, ReadOnlySpan<byte> mask)
    {
        RequireAllowed(mask);
        return Settings.Exploration switch
        {
            TabularExploration.Softmax => ChooseSoftmax(state, mask),
            TabularExploration.UpperConfidence => ChooseUpperConfidence(state, mask),
            _ => epsilon > 0 && Random.NextDouble() < epsilon ? AnyAllowed(mask) : Table.Greedy(state, Random, mask),
        };
    }

    /// <summary>Moves Q(s, a) towards a target by α.</summary>
    protected void MoveTowards(int state, int action, double target)
    {
        ref var value = ref Table[state, action];
        var error = target - value;
        Record(error);
        CountVisit(state, action);
        value += Rate(state, action) * error;
    }

    /// <summary>Takes a difference δ between a target and a value into the metrics.</summary>
    protected void Record(double error)
    {
        errors.Sum += Math.Abs(error);
        errors.Count++;
    }

    /// <summary>The mean size of the differences between targets and values, |δ|, since this was asked last; where nothing was learned since, what it was then.</summary>
    public double TakeMeanError()
    {
        meanError = errors.Count > 0 ? errors.Sum / errors.Count : meanError;
        errors = default;
        return meanError;
    }

    /// <summary>Begins from values that another learner has learned.</summary>
    /// <param name="values"><c>[states, actions]</c>.</param>
    /// <exception cref="ArgumentException">They are not as many as the table has.</exception>
    public virtual void Replace(ReadOnlySpan<double> values)
    {
        if (values.Length != Table.Values.Length)
        {
            throw new ArgumentException($"The table has {Table.Values.Length} values, but {values.Length} were given.", nameof(values));
        }

        values.CopyTo(Table.Values);
    }

    /// <summary>
    /// The table as a policy, in single precision: to evaluate, save, play and serve. Deterministically it takes the first of the best actions; otherwise it explores as training does at its end: ε-greedily, by softmax, and not at all where
    /// upper confidence did, which needs training's counts. What is learned later does not change it.
    /// </summary>
    /// <param name="observationSpace">What it sees; <see cref="StateIndex"/> numbers the observations.</param>
    /// <param name="actionSpace">What it does: one discrete action.</param>
    /// <exception cref="ArgumentException">The spaces have other numbers of states and actions than the table.</exception>
    public Policy ToPolicy(Space observationSpace, Space actionSpace)
    {
        if (actionSpace is not DiscreteSpace actions || actions.Count != Table.ActionCount || new StateIndex(observationSpace).Count != Table.StateCount)
        {
            throw new ArgumentException($"The table has {Table.StateCount} states and {Table.ActionCount} actions, but the spaces are {observationSpace} and {actionSpace}.", nameof(observationSpace));
        }

        var softmax = Settings.Exploration == TabularExploration.Softmax && Settings.Temperature.At(0) > 0;
        var policy = new Policy(observationSpace, actionSpace, new PolicySettings
        {
            HiddenSizes = [],
            Table = true,
            Epsilon = softmax ? null : Settings.Exploration == TabularExploration.EpsilonGreedy ? Settings.Epsilon.At(0) : 0,
            Temperature = softmax ? Settings.Temperature.At(0) : 1,
        }, new SplittableRandom(0));
        policy.WriteWeights(Table.Values);
        return policy;
    }

    /// <summary>Saves or loads all that learning goes on from. What a learner keeps besides the table it adds by overriding this.</summary>
    /// <exception cref="CheckpointException">What is loaded does not fit.</exception>
    public virtual void Exchange(StateArchive state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Exchange("table", Table.Values);
        state.Exchange("visits", counts.AsSpan());
        state.Exchange("draws", Random);
        state.Exchange("tries", tries.AsSpan());
        state.Exchange("error", ref meanError);
        state.Exchange("masks", ref masks);
        state.Require(masks.Length == 0 || masks.Length == Table.Values.Length, $"there are {masks.Length} entries of masks");
        Span<int> position = [State, Action];
        state.Exchange("position", position);
        state.Require((uint)position[0] < (uint)Table.StateCount && (uint)position[1] < (uint)Table.ActionCount, $"the state is {position[0]} and the action {position[1]}");
        (State, Action) = (position[0], position[1]);
    }

    /// <summary>Counts a visit of a pair, on which its α depends with <see cref="TabularSettings.SampleAverage"/>.</summary>
    protected void CountVisit(int state, int action)
    {
        if (counts.Length > 0)
        {
            counts[(state * Table.ActionCount) + action]++;
        }
    }

    /// <summary>α for a pair that has been visited.</summary>
    protected double Rate(int state, int action) => counts.Length > 0 ? 1.0 / counts[(state * Table.ActionCount) + action] : learningRate;

    /// <summary>Keeps a state's mask, for who thinks of the state later without seeing it.</summary>
    protected void RememberMask(int state, ReadOnlySpan<byte> mask)
    {
        if (!mask.IsEmpty)
        {
            // Until it is seen, everything is allowed in a state.
            if (masks.Length == 0)
            {
                masks = new byte[Table.Values.Length];
                masks.AsSpan().Fill(1);
            }

            mask.CopyTo(masks.AsSpan(state * Table.ActionCount));
        }
    }

    /// <summary>The mask of a state as <see cref="RememberMask"/> was told; empty if no state has one.</summary>
    protected ReadOnlySpan<byte> RememberedMask(int state) => masks.Length == 0 ? [] : masks.AsSpan(state * Table.ActionCount, Table.ActionCount);

    /// <summary>The mean of Q(s, ·) over what <see cref="Choose"/> takes, ε-greedily or by softmax.</summary>
    protected double ExpectedValue(int state, ReadOnlySpan<byte> mask)
    {
        var row = Table.Row(state);
        var best = Table.Max(state, mask);
        var softmax = Settings.Exploration == TabularExploration.Softmax;
        var (sum, total) = (0.0, 0.0);
        for (var action = 0; action < row.Length; action++)
        {
            if (mask.IsEmpty || mask[action] != 0)
            {
                var weight = softmax ? Math.Exp((row[action] - best) / temperature) : 1;
                sum += weight * row[action];
                total += weight;
            }
        }

        // Ties share what the greedy action gets, and have the same value.
        return softmax ? sum / total : (epsilon * sum / total) + ((1 - epsilon) * best);
    }

    /// <summary>How probably <see cref="Choose"/> takes an action as the table stands.</summary>
    /// <exception cref="InvalidOperationException">Actions are chosen by upper confidence: without chance.</exception>
    protected double Probability(int state, int action, ReadOnlySpan<byte> mask)
    {
        if (Settings.Exploration == TabularExploration.UpperConfidence)
        {
            throw new InvalidOperationException("Upper confidence chooses without chance, so that its choices have no probabilities; take ε-greedy or softmax.");
        }

        var row = Table.Row(state);
        var best = Table.Max(state, mask);
        var (allowed, ties, total) = (0, 0, 0.0);
        for (var other = 0; other < row.Length; other++)
        {
            if (mask.IsEmpty || mask[other] != 0)
            {
                allowed++;
                ties += row[other] == best ? 1 : 0;
                total += Math.Exp((row[other] - best) / temperature);
            }
        }

        return Settings.Exploration == TabularExploration.Softmax ? Math.Exp((row[action] - best) / temperature) / total
            : (epsilon / allowed) + (row[action] == best ? (1 - epsilon) / ties : 0);
    }

    /// <summary>Any allowed action, each as probable.</summary>
    private protected int AnyAllowed(ReadOnlySpan<byte> mask)
    {
        if (mask.IsEmpty)
        {
            return Random.NextInt32(Table.ActionCount);
        }

        RequireAllowed(mask);
        int action;
        do
        {
            action = Random.NextInt32(Table.ActionCount);
        }
        while (mask[action] == 0);

        return action;
    }

    private static void RequireAllowed(ReadOnlySpan<byte> mask)
    {
        if (!mask.IsEmpty && mask.IndexOfAnyExcept((byte)0) < 0)
        {
            throw new ArgumentException("The mask allows no action; a state in which nothing may be done has to end the episode.", nameof(mask));
        }
    }

    private int ChooseSoftmax(int state, ReadOnlySpan<byte> mask)
    {
        var row = Table.Row(state);
        var (best, total) = (Table.Max(state, mask), 0.0);
        for (var action = 0; action < row.Length; action++)
        {
            weights[action] = mask.IsEmpty || mask[action] != 0 ? Math.Exp((row[action] - best) / temperature) : 0;
            total += weights[action];
        }

        var left = Random.NextDouble() * total;
        var chosen = 0;
        for (var action = 0; action < row.Length && left >= 0; action++)
        {
            left -= weights[action];
            chosen = weights[action] > 0 ? action : chosen;
        }

        return chosen;
    }

    private int ChooseUpperConfidence(int state, ReadOnlySpan<byte> mask)
    {
        // Each state is a bandit of its own. What counts is what was tried: updates may come later, or from imagined steps.
        var row = Table.Row(state);
        var tried = tries.AsSpan(state * row.Length, row.Length);
        var total = 0L;
        foreach (var count in tried)
        {
            total += count;
        }

        var logarithm = Math.Log(Math.Max(1, total));
        var (best, chosen) = (double.NegativeInfinity, 0);
        for (var action = 0; action < row.Length; action++)
        {
            var bound = tried[action] == 0 ? double.MaxValue : row[action] + (Settings.ConfidenceWidth * Math.Sqrt(logarithm / tried[action]));
            if ((mask.IsEmpty || mask[action] != 0) && bound > best)
            {
                (best, chosen) = (bound, action);
            }
        }

        tried[chosen]++;
        return chosen;
    }
}
