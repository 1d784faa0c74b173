namespace Bellman;

/// <summary>What planning found.</summary>
public sealed class Solution
{
    /// <summary>Actions whose values are this close count as equally good.</summary>
    public const double TieTolerance = 1e-9;

    private readonly TabularModel model;
    private readonly double[] values;
    private readonly double[] nextValues;
    private readonly double gamma;
    private readonly bool[]? touched;

    /// <param name="model">What was solved.</param>
    /// <param name="values">Values of states and, last, of the end.</param>
    /// <param name="nextValues">The values that actions lead to: the same but for a horizon, where they are the next stage's.</param>
    /// <param name="gamma">The discount.</param>
    /// <param name="counts">What it took.</param>
    /// <param name="touched">Which states were looked at; null for all.</param>
    internal Solution(TabularModel model, double[] values, double[] nextValues, double gamma, PlanningCounts counts, bool[]? touched = null)
    {
        this.touched = touched;
        (this.model, this.values, this.nextValues, this.gamma, Counts) = (model, values, nextValues, gamma, counts);
        Policy = new int[model.StateCount];
        for (var state = 0; state < Policy.Length; state++)
        {
            Policy[state] = model.GreedyAction(state, nextValues, gamma);
            StartValue += model.InitialDistribution[state] * values[state];
        }
    }

    /// <summary>The discount.</summary>
    internal double Gamma => gamma;

    /// <summary>Which states an episode may go through, whatever is done, <c>[states]</c>: not ends, walls and what lies behind them.</summary>
    internal bool[] Visited()
    {
        var visited = new bool[model.StateCount + 1];
        var open = new Stack<int>(Enumerable.Range(0, model.StateCount).Where(state => model.InitialDistribution[state] > 0));
        while (open.TryPop(out var state))
        {
            if (!visited[state] && state < model.StateCount)
            {
                visited[state] = true;
                for (var action = 0; action < model.ActionCount; action++)
                {
                    foreach (var next in model.NextStates(state, action))
                    {
                        open.Push(next);
                    }
                }
            }
        }

        return visited[..^1];
    }

    /// <summary>How many actions there are.</summary>
    public int ActionCount => model.ActionCount;

    /// <summary>The expected value of the first state.</summary>
    public double StartValue { get; }

    /// <summary>The value of each state, <c>[states]</c>; with a horizon, before its first step.</summary>
    public ReadOnlySpan<double> Values => values.AsSpan(0, model.StateCount);

    /// <summary>Whether every state was looked at: always but by RTDP and LRTDP, which leave out what good play does not meet, and with γ = 1 where a state that no start leads to never ends.</summary>
    public bool IsComplete => touched is null;

    /// <summary>Whether a state was looked at. The value of one that was not is what it was taken to be at first, and its greedy actions follow from that.</summary>
    public bool IsTouched(int state) => touched is null || touched[state];

    /// <summary>The smallest of the greedy actions of each state, <c>[states]</c>; with a horizon, those of the first step.</summary>
    public int[] Policy { get; }

    /// <summary>What it took.</summary>
    public PlanningCounts Counts { get; }

    /// <summary>The value of an action, minus infinity if it is not allowed.</summary>
    public double ActionValue(int state, int action) => model.ActionValue(state, action, nextValues, gamma);

    /// <summary>All actions within 1e-9 of the best.</summary>
    public int[] Greedy(int state)
    {
        var best = model.Backup(state, nextValues, gamma);
        return [.. Enumerable.Range(0, model.ActionCount).Where(action => ActionValue(state, action) >= best - TieTolerance)];
    }
}

/// <summary>What planning took.</summary>
/// <param name="Sweeps">Passes over the states; for a policy's improvement, how often it was improved, the last time without a change.</param>
/// <param name="Backups">How often a state's value was computed from those of its successors.</param>
/// <param name="Residual">The largest change of a value in the last pass: the error is at most γ/(1 − γ) of it. For LRTDP, what one more backup would change wherever greedy play leads; for value iteration with a horizon 0, as each step's values follow exactly.</param>
/// <param name="Seconds">Time taken.</param>
public readonly record struct PlanningCounts(int Sweeps, long Backups, double Residual, double Seconds);
