using System.Runtime.CompilerServices;

namespace Bellman;

/// <summary>SARSA (Rummery and Niranjan 1994): learns what the policy that plays is worth, its exploration included.</summary>
public sealed class Sarsa(int states, int actions, TabularSettings settings) : TabularLearner(states, actions, settings)
{
    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        var next = terminated ? 0 : Choose(nextState, mask);
        MoveTowards(State, Action, reward + (terminated ? 0 : Gamma * Table[nextState, next]));
        (State, Action) = (nextState, next);
        return next;
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "sarsa", "SARSA: a table of what the policy that plays is worth, its exploration included.", static (states, actions, settings) => new Sarsa(states, actions, settings));
}

/// <summary>Expected SARSA (van Seijen et al. 2009): as SARSA, with the mean over what might be chosen next in place of what was.</summary>
public sealed class ExpectedSarsa : TabularLearner
{
    /// <summary>A learner that knows nothing.</summary>
    /// <exception cref="ArgumentException">Actions are chosen by upper confidence: without chance, so that there is no mean.</exception>
    public ExpectedSarsa(int states, int actions, TabularSettings settings)
        : base(states, actions, settings)
    {
        if (settings.Exploration == TabularExploration.UpperConfidence)
        {
            throw new ArgumentException("Expected SARSA takes the mean over what may be chosen, but upper confidence chooses without chance; take ε-greedy or softmax.", nameof(settings));
        }
    }

    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        MoveTowards(State, Action, reward + (terminated ? 0 : Gamma * ExpectedValue(nextState, mask)));
        State = nextState;
        return Action = terminated || truncated ? 0 : Choose(nextState, mask);
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "expected-sarsa", "Expected SARSA: as SARSA, with the mean over what might be chosen next.", static (states, actions, settings) => new ExpectedSarsa(states, actions, settings));
}

/// <summary>n-step SARSA (Sutton and Barto, section 7.2): the target is n rewards and what the pair n steps later is worth.</summary>
public sealed class NStepSarsa : TabularLearner
{
    private readonly (int State, int Action, double Reward)[] steps;
    private int first;
    private int count;

    /// <summary>A learner that knows nothing.</summary>
    public NStepSarsa(int states, int actions, TabularSettings settings)
        : base(states, actions, settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.BackupSteps, 1);
        steps = new (int, int, double)[settings.BackupSteps];
    }

    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        steps[(first + count++) % steps.Length] = (State, Action, reward);
        var next = terminated ? 0 : Choose(nextState, mask);
        var bootstrap = terminated ? 0 : Table[nextState, next];
        do
        {
            if (count == steps.Length || terminated || truncated)
            {
                UpdateFirst(bootstrap);
            }
        }
        while (count > 0 && (terminated || truncated));

        (State, Action) = (nextState, next);
        return next;
    }

    // Gᵗ = Σ γᵏ·r + γⁿ·Q of what comes after the last of them.
    private void UpdateFirst(double bootstrap)
    {
        var target = bootstrap;
        for (var i = count - 1; i >= 0; i--)
        {
            target = steps[(first + i) % steps.Length].Reward + (Gamma * target);
        }

        var (state, action, _) = steps[first];
        MoveTowards(state, action, target);
        first = (first + 1) % steps.Length;
        count--;
    }

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        var (states, actions, rewards) = (new int[steps.Length], new int[steps.Length], new double[steps.Length]);
        for (var i = 0; i < steps.Length; i++)
        {
            (states[i], actions[i], rewards[i]) = steps[i];
        }

        Span<int> place = [first, count];
        state.Exchange("states", states.AsSpan());
        state.Exchange("actions", actions.AsSpan());
        state.Exchange("rewards", rewards.AsSpan());
        state.Exchange("place", place);
        state.Require(
            (uint)place[0] < (uint)steps.Length && (uint)place[1] <= (uint)steps.Length && states.All(s => (uint)s < (uint)Table.StateCount) && actions.All(a => (uint)a < (uint)Table.ActionCount),
            "the last steps lead out of the table");
        (first, count) = (place[0], place[1]);
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = (states[i], actions[i], rewards[i]);
        }
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "n-step-sarsa", "n-step SARSA: the target is n rewards and the value of what is played then.", static (states, actions, settings) => new NStepSarsa(states, actions, settings),
        nameof(TabularSettings.BackupSteps));
}

/// <summary>SARSA(λ) with accumulating or replacing traces (Sutton and Barto 1998, section 7.5): each step teaches all pairs met before, the last ones most.</summary>
public sealed class SarsaLambda : TabularLearner
{
    private readonly ActionValueTable traces;
    private readonly List<(int State, int Action)> live = [];

    /// <summary>A learner that knows nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">λ is not in [0, 1].</exception>
    public SarsaLambda(int states, int actions, TabularSettings settings)
        : base(states, actions, settings)
    {
        if (!(Settings.Lambda >= 0 && Settings.Lambda <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), $"Lambda lies in [0, 1], but is {Settings.Lambda}.");
        }

        traces = new ActionValueTable(states, actions);
    }

    /// <inheritdoc/>
    public override int Begin(int state, ReadOnlySpan<byte> mask = default)
    {
        foreach (var (s, a) in live)
        {
            traces[s, a] = 0;
        }

        live.Clear();
        return base.Begin(state, mask);
    }

    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        var next = terminated ? 0 : Choose(nextState, mask);
        var error = reward + (terminated ? 0 : Gamma * Table[nextState, next]) - Table[State, Action];
        Record(error);
        ref var trace = ref traces[State, Action];
        if (trace == 0)
        {
            live.Add((State, Action));
        }

        trace = Settings.ReplacingTraces ? 1 : trace + 1;
        CountVisit(State, Action);
        for (var i = live.Count - 1; i >= 0; i--)
        {
            var (state, action) = live[i];
            ref var weight = ref traces[state, action];
            Table[state, action] += Rate(state, action) * error * weight;
            weight *= Gamma * Settings.Lambda;

            // What counts for nothing any more is let go.
            if (weight < 1e-8)
            {
                weight = 0;
                live[i] = live[^1];
                live.RemoveAt(live.Count - 1);
            }
        }

        (State, Action) = (nextState, next);
        return next;
    }

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        int[] order = [.. live.Select(pair => (pair.State * Table.ActionCount) + pair.Action)];
        state.Exchange("traces", traces.Values);
        state.Exchange("live", ref order);
        state.Require(order.All(pair => (uint)pair < (uint)Table.Values.Length), "the traces lead out of the table");
        if (state.Loading)
        {
            live.Clear();
            live.AddRange(order.Select(pair => (pair / Table.ActionCount, pair % Table.ActionCount)));
        }
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "sarsa-lambda", "SARSA(λ): each step teaches all pairs met before in the episode, the last ones most.", static (states, actions, settings) => new SarsaLambda(states, actions, settings),
        nameof(TabularSettings.Lambda), nameof(TabularSettings.ReplacingTraces));
}
