namespace Bellman;

/// <summary>The value of a position by search: V(s) = max over actions of R(s, a) + γ·V(s'), depth first, each position once for each depth.</summary>
/// <typeparam name="TState">A position; equal positions must be equal keys.</typeparam>
public sealed class ValueSearch<TState> where TState : notnull
{
    private readonly Func<TState, IEnumerable<(double Reward, TState Next)>> moves;
    private readonly double gamma;
    private readonly Dictionary<(TState State, int Depth), double> known = [];

    /// <summary>A search that remembers what it has computed.</summary>
    /// <param name="moves">What each action pays and leads to; none where the game is over.</param>
    /// <param name="gamma">The discount, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The discount is not in [0, 1].</exception>
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
    /// <exception cref="ArgumentOutOfRangeException">The depth is negative.</exception>
    public double Value(TState state, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        if (Known(state, depth) is not { } value)
        {
            Search(state, depth);
            value = known[(state, depth)];
        }

        return value;
    }

    /// <summary>The number of the first best action, −1 where there is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The depth is less than 1: there is no step to choose.</exception>
    public int BestAction(TState state, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        var (best, action, number) = (double.NegativeInfinity, -1, 0);
        foreach (var (reward, next) in moves(state))
        {
            var value = reward + (gamma * Value(next, depth - 1));
            (best, action) = value > best ? (value, number) : (best, action);
            number++;
        }

        return action;
    }

    private double? Known(TState state, int depth) => depth == 0 ? 0 : known.TryGetValue((state, depth), out var value) ? value : null;

    // With a stack of its own: the program's would not last for a depth of some ten thousand steps.
    private void Search(TState first, int deepest)
    {
        var open = new Stack<Position>();
        open.Push(new Position(first, deepest, moves(first).GetEnumerator()));
        while (open.TryPeek(out var position))
        {
            if (position.Moves.MoveNext())
            {
                var (reward, next) = position.Moves.Current;
                if (Known(next, position.Depth - 1) is { } value)
                {
                    position.Take(reward + (gamma * value));
                }
                else
                {
                    position.Reward = reward;
                    open.Push(new Position(next, position.Depth - 1, moves(next).GetEnumerator()));
                }
            }
            else
            {
                position.Moves.Dispose();
                known[(position.State, position.Depth)] = position.Best ?? 0;
                _ = open.Pop();
                if (open.TryPeek(out var before))
                {
                    before.Take(before.Reward + (gamma * (position.Best ?? 0)));
                }
            }
        }
    }

    // A position whose moves are being looked at.
    private sealed class Position(TState state, int depth, IEnumerator<(double Reward, TState Next)> moves)
    {
        public TState State { get; } = state;

        public int Depth { get; } = depth;

        public IEnumerator<(double Reward, TState Next)> Moves { get; } = moves;

        /// <summary>Of the move that is being followed.</summary>
        public double Reward { get; set; }

        /// <summary>The most that the moves so far are worth; null before the first.</summary>
        public double? Best { get; private set; }

        public void Take(double value) => Best = Best is { } best ? Math.Max(best, value) : value;
    }
}

/// <summary>Search on models.</summary>
public static class ValueSearch
{
    /// <summary>A search on the states of a model in which nothing is left to chance; an action's number is the model's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="gamma">The discount, in [0, 1].</param>
    /// <exception cref="ArgumentException">An action may lead to several states; it is named.</exception>
    public static ValueSearch<int> On(TabularModel model, double gamma)
    {
        ArgumentNullException.ThrowIfNull(model);
        for (var state = 0; state < model.StateCount; state++)
        {
            for (var action = 0; action < model.ActionCount; action++)
            {
                if (model.IsAllowed(state, action) && model.Probabilities(state, action).IndexOf(1.0) < 0)
                {
                    throw new ArgumentException($"Search needs a model without chance, but action {action} in state {state} leads to one of several states; take value iteration.", nameof(model));
                }
            }
        }

        // Forbidden actions keep their numbers, and are worth less than any.
        return new ValueSearch<int>(
            state => state == model.StateCount ? [] : Enumerable.Range(0, model.ActionCount).Select(action => model.IsAllowed(state, action)
                ? (model.Reward(state, action), model.NextStates(state, action)[model.Probabilities(state, action).IndexOf(1.0)])
                : (double.NegativeInfinity, model.StateCount)), gamma);
    }
}
