namespace Bellman;

/// <summary>The states from which a state can be reached in one step.</summary>
internal sealed class Predecessors
{
    private readonly int[] starts;
    private readonly int[] states;

    public Predecessors(TabularModel model)
    {
        starts = new int[model.StateCount + 2];
        foreach (var (_, next) in Steps(model))
        {
            starts[next + 1]++;
        }

        for (var i = 0; i <= model.StateCount; i++)
        {
            starts[i + 1] += starts[i];
        }

        states = new int[starts[^1]];
        var places = starts[..^1];
        foreach (var (state, next) in Steps(model))
        {
            states[places[next]++] = state;
        }
    }

    /// <summary>A state's predecessors, once for each way.</summary>
    public ReadOnlySpan<int> Of(int state) => states.AsSpan(starts[state], starts[state + 1] - starts[state]);

    private static IEnumerable<(int State, int Next)> Steps(TabularModel model)
    {
        for (var state = 0; state < model.StateCount; state++)
        {
            for (var action = 0; action < model.ActionCount; action++)
            {
                for (var i = 0; i < model.NextStates(state, action).Length; i++)
                {
                    if (model.Probabilities(state, action)[i] > 0)
                    {
                        yield return (state, model.NextStates(state, action)[i]);
                    }
                }
            }
        }
    }
}
