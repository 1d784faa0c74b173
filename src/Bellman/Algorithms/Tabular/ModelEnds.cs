namespace Bellman;

/// <summary>From which states of a model the task can come to an end, and how: what is asked before a sum of rewards without discount or horizon is computed.</summary>
internal sealed class ModelEnds
{
    private readonly TabularModel model;
    private readonly Predecessors predecessors;
    private readonly int[] steps;

    public ModelEnds(TabularModel model)
    {
        (this.model, predecessors, steps) = (model, new Predecessors(model), new int[model.StateCount + 1]);
        Array.Fill(steps, -1);
        steps[model.StateCount] = 0;
        var open = new Queue<int>([model.StateCount]);
        while (open.TryDequeue(out var state))
        {
            foreach (var before in predecessors.Of(state))
            {
                if (steps[before] < 0)
                {
                    steps[before] = steps[state] + 1;
                    open.Enqueue(before);
                }
            }
        }
    }

    /// <summary>Refuses a model from whose start a state can be reached that never comes to an end: its value would be infinite or undetermined.</summary>
    /// <returns>The states that lead to such a state but to which no start leads: they are left out. Null if there are none.</returns>
    /// <exception cref="ArgumentException">There is such a state; it is named with an action.</exception>
    public bool[]? Require()
    {
        if (steps.All(count => count >= 0))
        {
            return null;
        }

        foreach (var state in Reached())
        {
            if (steps[state] < 0)
            {
                var action = Enumerable.Range(0, model.ActionCount).First(one => model.IsAllowed(state, one));
                throw new ArgumentException($"With gamma 1 every state needs a way to the end, but state {state} has none: action {action}, as the others, leads only to states that never end. Take gamma below 1 or a horizon.");
            }
        }

        var left = new bool[model.StateCount];
        var open = new Stack<int>(Enumerable.Range(0, model.StateCount).Where(state => steps[state] < 0));
        while (open.TryPop(out var state))
        {
            if (!left[state])
            {
                left[state] = true;
                foreach (var before in predecessors.Of(state))
                {
                    open.Push(before);
                }
            }
        }

        return left;
    }

    /// <summary>A policy that comes to an end with probability 1 from wherever there is a way to it: the first action of each state that may lead a step nearer.</summary>
    public int[] EndingPolicy() => [.. Enumerable.Range(0, model.StateCount).Select(state =>
        Enumerable.Range(0, model.ActionCount).First(action => model.IsAllowed(state, action) && (steps[state] < 0 || LeadsNearer(state, action))))];

    private bool LeadsNearer(int state, int action)
    {
        var next = model.NextStates(state, action);
        var probabilities = model.Probabilities(state, action);
        for (var i = 0; i < next.Length; i++)
        {
            if (probabilities[i] > 0 && steps[next[i]] >= 0 && steps[next[i]] < steps[state])
            {
                return true;
            }
        }

        return false;
    }

    // The states that a start may lead to, in the order in which they are met.
    private IEnumerable<int> Reached()
    {
        var reached = new bool[model.StateCount + 1];
        reached[model.StateCount] = true;
        var open = new Queue<int>(Enumerable.Range(0, model.StateCount).Where(state => model.InitialDistribution[state] > 0));
        while (open.TryDequeue(out var state))
        {
            if (reached[state])
            {
                continue;
            }

            reached[state] = true;
            yield return state;
            for (var action = 0; action < model.ActionCount; action++)
            {
                for (var i = 0; i < model.NextStates(state, action).Length; i++)
                {
                    if (model.Probabilities(state, action)[i] > 0 && !reached[model.NextStates(state, action)[i]])
                    {
                        open.Enqueue(model.NextStates(state, action)[i]);
                    }
                }
            }
        }
    }
}
