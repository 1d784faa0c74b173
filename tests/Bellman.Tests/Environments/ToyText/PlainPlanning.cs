namespace Bellman.Tests;

/// <summary>Optimal values of a finite model, swept until nothing changes by more than 1e-13.</summary>
internal static class PlainPlanning
{
    public static double[] Solve(IFiniteMdp model, double gamma)
    {
        var values = new double[model.StateCount];
        for (var change = 1.0; change > 1e-13;)
        {
            change = 0;
            for (var state = 0; state < values.Length; state++)
            {
                var best = Enumerable.Range(0, model.ActionCount).Max(action => Value(model, values, gamma, state, action));
                change = Math.Max(change, Math.Abs(best - values[state]));
                values[state] = best;
            }
        }

        return values;
    }

    public static double Value(IFiniteMdp model, double[] values, double gamma, int state, int action)
    {
        var sum = 0.0;
        foreach (var (probability, next, reward, terminated) in model.Transitions(state, action))
        {
            sum += probability * (reward + (terminated ? 0 : gamma * values[next]));
        }

        return sum;
    }

    /// <summary>The mean over first states.</summary>
    public static double Start(IFiniteMdp model, double[] values)
    {
        var sum = 0.0;
        for (var state = 0; state < values.Length; state++)
        {
            sum += model.InitialDistribution[state] * values[state];
        }

        return sum;
    }
}
