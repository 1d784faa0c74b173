namespace Bellman;

/// <summary>The value of a position by search: V(s) = max over actions of R(s, a) + γ·V(s'), depth first, each position once.</summary>
/// <typeparam name="TState">A position; equal positions must be equal keys.</typeparam>
public sealed class ValueSearch<TState> where TState : notnull
{
    private readonly Func<TState, IEnumerable<(double Reward, TState Next)>> moves;
    private readonly double gamma;
    private readonly Dictionary<(TState State, int Depth), double> known = [];

    /// <summary>A search that remembers what it has computed.</summary>
    /// <param name="moves">What each action pays and leads to; none where the game is over.</param>
    /// <param name="gamma">The discount, in [0, 1].</param>
    public ValueSearch(Func<TState, IEnumerable<(double Reward, TState Next)>> moves, double gamma)
    {
        ArgumentNullException.ThrowIfNull(moves);
        if (!(gamma >= 0 && gamma <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), $"A discount lies in [0, 1], but gamma is {gamma}.");
        }

        (this.moves, this.gamma) = (moves, gamma);
    }

    /// <summary>How many positions have been computed, each depth apart.</summary>
    public int PositionsComputed => known.Count;

    /// <summary>The best return from a position within so many steps; what lies beyond counts as 0.</summary>
    public double Value(TState state, int depth) => depth == 0 ? 0 : Remembered(state, depth);

    /// <summary>The number of the first best action, −1 where there is none.</summary>
    public int BestAction(TState state, int depth)
    {
        var (best, action, number) = (double.NegativeInfinity, -1, 0);
        foreach (var (reward, next) in moves(state))
        {
            var value = reward + (gamma * Value(next, depth - 1));
            (best, action) = value > best ? (value, number) : (best, action);
            number++;
        }

        return action;
    }

    private double Remembered(TState state, int depth)
    {
        if (known.TryGetValue((state, depth), out var value))
        {
            return value;
        }

        value = double.NegativeInfinity;
        foreach (var (reward, next) in moves(state))
        {
            value = Math.Max(value, reward + (gamma * Value(next, depth - 1)));
        }

        value = double.IsNegativeInfinity(value) ? 0 : value;
        known[(state, depth)] = value;
        return value;
    }
}
