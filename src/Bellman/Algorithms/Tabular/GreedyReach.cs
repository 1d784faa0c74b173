namespace Bellman;

/// <summary>The states that greedy play may meet, and how far their values are from those of their successors.</summary>
internal static class GreedyReach
{
    /// <summary>Looks at all that greedy play can meet from the starts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="values">The value of each state and, last, of the end.</param>
    /// <param name="gamma">The discount.</param>
    /// <param name="tolerance">A value that would change by no more is settled.</param>
    /// <returns>The largest change that one more backup would make there.</returns>
    /// <exception cref="InvalidOperationException">
    /// The discount is 1, and greedy play may go round for ever among settled values: it costs nothing there, so that the values stay what they were taken to be at first, however much too high.
    /// </exception>
    public static double Check(TabularModel model, double[] values, double gamma, double tolerance)
    {
        var (actions, before, ending) = (new Dictionary<int, int>(), new Dictionary<int, List<int>>(), new Queue<int>());
        var open = new Stack<int>(Enumerable.Range(0, model.StateCount).Where(state => model.InitialDistribution[state] > 0));
        var (residual, settled) = (0.0, new HashSet<int>());
        while (open.TryPop(out var state))
        {
            if (actions.ContainsKey(state))
            {
                continue;
            }

            var change = Math.Abs(model.Backup(state, values, gamma, out var action) - values[state]);
            actions[state] = action;
            residual = Math.Max(residual, change);
            if (change <= tolerance)
            {
                settled.Add(state);
            }

            for (var i = 0; i < model.NextStates(state, action).Length; i++)
            {
                if (model.Probabilities(state, action)[i] > 0)
                {
                    var next = model.NextStates(state, action)[i];
                    (before.TryGetValue(next, out var list) ? list : before[next] = []).Add(state);
                    if (next != model.StateCount)
                    {
                        open.Push(next);
                    }
                }
            }
        }

        // Backwards from the end, and from all that still moves.
        var ends = new HashSet<int>();
        ending.Enqueue(model.StateCount);
        foreach (var state in actions.Keys.Where(state => !settled.Contains(state)))
        {
            ending.Enqueue(state);
        }

        while (ending.TryDequeue(out var state))
        {
            if (ends.Add(state))
            {
                foreach (var earlier in before.GetValueOrDefault(state, []))
                {
                    ending.Enqueue(earlier);
                }
            }
        }

        if (gamma == 1 && actions.Keys.Where(state => !ends.Contains(state)).Order().ToList() is [var trap, ..])
        {
            throw new InvalidOperationException($"From state {trap} greedy play, beginning with action {actions[trap]}, goes round for ever without cost (within {tolerance}), so that its value stays what it was taken to be at first. Take gamma below 1, a horizon, or value iteration.");
        }

        return residual;
    }
}
