namespace Bellman;

/// <summary>A task that ends after so many steps, as one without such a limit: its states are pairs of a state and the steps that are left. So every method that plans plans for a horizon.</summary>
/// <remarks>States are numbered (steps left − 1) · states + state: those with one step left come first, and one sweep in place is enough.</remarks>
/// <param name="model">The task without the limit.</param>
/// <param name="horizon">Steps after which it ends, 1 at least.</param>
internal sealed class FiniteHorizon(TabularModel model, int horizon) : IFiniteMdp
{
    // As many as some gigabytes hold.
    private const long MostTransitions = 100_000_000;

    private readonly double[] initial = InitialWith(model, horizon);

    public int StateCount => initial.Length;

    public int ActionCount => model.ActionCount;

    public ReadOnlySpan<double> InitialDistribution => initial;

    /// <summary>Solves a task with a horizon by a method for tasks without.</summary>
    /// <returns>Values and actions before the first step.</returns>
    public static Solution Solve(TabularModel model, int horizon, Func<TabularModel, Solution> method)
    {
        if ((long)model.TransitionCount * horizon is var transitions && transitions > MostTransitions)
        {
            throw new ArgumentException($"With a horizon of {horizon} the model has {transitions} transitions, and {MostTransitions} are the most; take value iteration, which goes from step to step.");
        }

        var solution = method(new TabularModel(new FiniteHorizon(model, horizon)));
        var values = solution.Values;
        var states = model.StateCount;
        double[] first = [.. values[^states..], 0], second = horizon == 1 ? new double[states + 1] : [.. values[^(2 * states)..^states], 0];
        bool[]? touched = solution.IsComplete ? null : [.. Enumerable.Range(values.Length - states, states).Select(solution.IsTouched)];
        return new Solution(model, first, second, solution.Gamma, solution.Counts, touched);
    }

    public ReadOnlySpan<Transition> Transitions(int state, int action)
    {
        var (stage, place) = (state / model.StateCount, state % model.StateCount);
        var next = model.NextStates(place, action);
        var probabilities = model.Probabilities(place, action);
        var transitions = new Transition[next.Length];
        for (var i = 0; i < next.Length; i++)
        {
            var ends = stage == 0 || next[i] == model.StateCount;
            transitions[i] = new Transition(probabilities[i], ends ? state : ((stage - 1) * model.StateCount) + next[i], model.Reward(place, action), ends);
        }

        return transitions;
    }

    private static double[] InitialWith(TabularModel model, int horizon)
    {
        var initial = new double[checked(model.StateCount * horizon)];
        model.InitialDistribution.CopyTo(initial.AsSpan((horizon - 1) * model.StateCount));
        return initial;
    }
}
