using System.Runtime.CompilerServices;

namespace Bellman;

/// <summary>Q-learning (Watkins 1989): learns what the greedy policy is worth, whatever is played.</summary>
public sealed class QLearning(int states, int actions, TabularSettings settings) : TabularLearner(states, actions, settings)
{
    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        // Only the end of the task has no value; an episode broken off would have gone on.
        MoveTowards(State, Action, reward + (terminated ? 0 : Gamma * Table.Max(nextState, mask)));
        State = nextState;
        return Action = terminated || truncated ? 0 : Choose(nextState, mask);
    }

    /// <summary>Learns from a step that somebody took: from a data set, or from memory.</summary>
    public void Learn(int state, int action, double reward, int nextState, bool terminated) =>
        MoveTowards(state, action, reward + (terminated ? 0 : Gamma * Table.Max(nextState)));

    /// <summary>Learns once from each step of a data set, in its order.</summary>
    public void Learn(IEnumerable<TabularStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        foreach (var (state, action, reward, nextState, terminated) in steps)
        {
            Learn(state, action, reward, nextState, terminated);
        }
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "q-learning", "Q-learning: a table of what the greedy policy is worth, learned from whatever is played.", static (states, actions, settings) => new QLearning(states, actions, settings));
}

/// <summary>Double Q-learning (van Hasselt 2010): one table chooses the best action, the other says what it is worth, so that luck is not taken for worth.</summary>
public sealed class DoubleQLearning : TabularLearner
{
    private readonly ActionValueTable[] halves;
    private readonly int[] counts;

    /// <summary>A learner that knows nothing.</summary>
    public DoubleQLearning(int states, int actions, TabularSettings settings)
        : base(states, actions, settings)
    {
        halves = [new(states, actions, settings.InitialValue), new(states, actions, settings.InitialValue)];
        counts = settings.SampleAverage ? new int[2 * states * actions] : [];
    }

    /// <inheritdoc/>
    public override int Step(double reward, int nextState, bool terminated, bool truncated, ReadOnlySpan<byte> mask = default)
    {
        var side = Random.NextInt32(2);
        var (chooses, values) = (halves[side], halves[1 - side]);
        var target = reward + (terminated ? 0 : Gamma * values[nextState, chooses.Greedy(nextState, Random, mask)]);
        ref var value = ref chooses[State, Action];
        var error = target - value;
        Record(error);

        // Each table counts its own visits, as in the paper.
        value += (Settings.SampleAverage ? 1.0 / ++counts[(((side * Table.StateCount) + State) * Table.ActionCount) + Action] : LearningRate) * error;

        // The policy plays by the mean of the two.
        Table[State, Action] = (value + values[State, Action]) / 2;
        State = nextState;
        return Action = terminated || truncated ? 0 : Choose(nextState, mask);
    }

    /// <inheritdoc/>
    public override void Replace(ReadOnlySpan<double> values)
    {
        base.Replace(values);
        values.CopyTo(halves[0].Values);
        values.CopyTo(halves[1].Values);
    }

    /// <inheritdoc/>
    public override void Exchange(StateArchive state)
    {
        base.Exchange(state);
        state.Exchange("first", halves[0].Values);
        state.Exchange("second", halves[1].Values);
        state.Exchange("halvesVisits", counts.AsSpan());
    }

    [ModuleInitializer]
    internal static void Register() => TabularAgent.Register(
        "double-q-learning", "Double Q-learning: two tables, one chooses and the other values, so that luck is not taken for worth.", static (states, actions, settings) => new DoubleQLearning(states, actions, settings));
}
