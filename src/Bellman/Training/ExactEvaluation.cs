namespace Bellman;

/// <summary>What a policy's expected return is, computed from the model instead of played: without noise, for environments that know their model and show their state.</summary>
public static class ExactEvaluation
{
    private const int MostStates = 1 << 20;
    private const int MostSweeps = 1_000_000;
    private const double Tolerance = 1e-13;

    /// <summary>The exact mean of what <see cref="Evaluation.Run(Policy, string, int, ulong, bool, IReadOnlyDictionary{string, string}?)"/> plays with deterministic actions: raw rewards, undiscounted, within the environment's limit of steps.</summary>
    /// <param name="policy">What plays.</param>
    /// <param name="environment">The environment's id.</param>
    /// <param name="options">The environment's constructor options.</param>
    /// <returns>The expected return; null where the environment has no such model, or has wrappers, or the policy may go on without end where there is no limit.</returns>
    /// <remarks>An environment whose rules change as it is played is judged by those it begins with.</remarks>
    /// <exception cref="ArgumentException">The environment does not fit the policy.</exception>
    public static double? Run(Policy policy, string environment, IReadOnlyDictionary<string, string>? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var (made, limit) = EnvironmentRegistry.MakeUnlimited(EnvironmentRegistry.Default.Get(environment), options);
        using (made)
        {
            Evaluation.RefuseMisfit(policy, made);
            if (made is not IFiniteMdp model || made.ActionSpace is not DiscreteSpace choice || choice.Count != model.ActionCount || model.StateCount > MostStates || Sight(made, model) is not { } sight)
            {
                return null;
            }

            var chain = Chain(model, Actions(policy, model, sight, choice.Start, made.As<IActionMask>() is not null));
            return limit > 0 ? StartValue(model, ExpectedReturns(chain, limit)) : MayNotEnd(model, chain) ? null : StartValue(model, ExpectedReturns(chain, MostSweeps));
        }
    }

    // What follows each state under the policy.
    private static Transition[][] Chain(IFiniteMdp model, int[] actions) => [.. actions.Select((action, state) => model.Transitions(state, action).ToArray())];

    // Writes what is seen in a state; null where that is not known.
    private static Action<int, Rows, int>? Sight(IEnvironment environment, IFiniteMdp model) =>
        environment is IStateObservation seen ? (state, observations, row) => seen.WriteObservationOf(state, observations.Writer(row))
        : environment.ObservationSpace is DiscreteSpace shown && shown.Count == model.StateCount ? (state, observations, row) => observations.Integers()[row] = shown.Start + state
        : null;

    private static int[] Actions(Policy policy, IFiniteMdp model, Action<int, Rows, int> sight, int actionStart, bool masked)
    {
        const int Most = 1024;
        var actions = new int[model.StateCount];
        using var session = policy.CreateSession();
        for (var first = 0; first < actions.Length; first += Most)
        {
            var count = Math.Min(Most, actions.Length - first);
            var (observations, chosen) = (new Rows(policy.ObservationSpace.Layout, count), new Rows(policy.ActionSpace.Layout, count));
            var masks = new byte[masked ? count * model.ActionCount : 0];
            for (var i = 0; i < count; i++)
            {
                sight(first + i, observations, i);
                if (masked)
                {
                    model.WriteMaskOf(first + i, masks.AsSpan(i * model.ActionCount, model.ActionCount));
                }
            }

            session.Act(observations, chosen, deterministic: true, masks);
            for (var i = 0; i < count; i++)
            {
                actions[first + i] = chosen.Integers()[i] - actionStart;
            }
        }

        return actions;
    }

    // The expected sum of rewards over so many steps, or until nothing changes any more.
    private static double[] ExpectedReturns(Transition[][] chain, int sweeps)
    {
        var (values, next) = (new double[chain.Length], new double[chain.Length]);
        var change = double.PositiveInfinity;
        for (var sweep = 0; sweep < sweeps && change > 0; sweep++)
        {
            change = 0;
            for (var state = 0; state < chain.Length; state++)
            {
                var sum = 0.0;
                foreach (var transition in chain[state])
                {
                    sum += transition.Probability * (transition.Reward + (transition.Terminated ? 0 : values[transition.NextState]));
                }

                next[state] = sum;
                var moved = Math.Abs(sum - values[state]);
                change = Math.Max(change, moved > Tolerance * Math.Max(1, Math.Abs(sum)) ? moved : 0);
            }

            (values, next) = (next, values);
        }

        return values;
    }

    // Whether a state from which no end can be reached can be reached from a start.
    private static bool MayNotEnd(IFiniteMdp model, Transition[][] chain)
    {
        var reached = new HashSet<int>();
        var open = new Stack<int>(Enumerable.Range(0, chain.Length).Where(state => model.InitialDistribution[state] > 0));
        var before = new Dictionary<int, List<int>>();
        var ending = new Stack<int>();
        while (open.TryPop(out var state))
        {
            if (!reached.Add(state))
            {
                continue;
            }

            var possible = chain[state].Where(transition => transition.Probability > 0).ToList();
            foreach (var transition in possible.Where(transition => !transition.Terminated))
            {
                (before.TryGetValue(transition.NextState, out var list) ? list : before[transition.NextState] = []).Add(state);
                open.Push(transition.NextState);
            }

            if (possible.Any(transition => transition.Terminated))
            {
                ending.Push(state);
            }
        }

        var ends = new HashSet<int>();
        while (ending.TryPop(out var state))
        {
            if (ends.Add(state))
            {
                foreach (var earlier in before.GetValueOrDefault(state, []))
                {
                    ending.Push(earlier);
                }
            }
        }

        return ends.Count < reached.Count;
    }

    private static double StartValue(IFiniteMdp model, double[] values)
    {
        var sum = 0.0;
        for (var state = 0; state < values.Length; state++)
        {
            sum += model.InitialDistribution[state] * values[state];
        }

        return sum;
    }
}
