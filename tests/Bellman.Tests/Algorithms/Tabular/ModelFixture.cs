namespace Bellman.Tests;

/// <summary>A model given as a function, for tests.</summary>
public sealed class ModelFixture(int states, int actions, Func<int, int, Transition[]> transitions, int start = 0, double[]? initial = null) : IFiniteMdp
{
    private readonly Transition[][] table = [.. Enumerable.Range(0, states * actions).Select(pair => transitions(pair / actions, pair % actions))];
    private readonly double[] initial = initial ?? [.. Enumerable.Range(0, states).Select(state => state == start ? 1.0 : 0)];

    public int StateCount => states;

    public int ActionCount => actions;

    public ReadOnlySpan<double> InitialDistribution => initial;

    /// <summary>A corridor: action 1 goes right with the given probability, else stays; −1 a step; the last state is the end.</summary>
    public static ModelFixture Corridor(int length, double probability) => new(length, 2, (state, action) =>
    {
        var next = Math.Min(state + 1, length - 1);
        return action == 0 ? [new Transition(1, Math.Max(state - 1, 0), -1, false)]
            : [new Transition(probability, next, -1, next == length - 1), new Transition(1 - probability, state, -1, false)];
    });

    /// <summary>A random model without end.</summary>
    public static ModelFixture Random(int states, int actions, int successors, int seed)
    {
        var random = new Random(seed);
        return new ModelFixture(states, actions, (_, _) =>
        {
            var weights = Enumerable.Range(0, successors).Select(_ => random.NextDouble() + 0.01).ToArray();
            return [.. weights.Select(weight => new Transition(weight / weights.Sum(), random.Next(states), random.NextDouble() - 0.5, false))];
        });
    }

    public ReadOnlySpan<Transition> Transitions(int state, int action) => table[(state * actions) + action];
}
