using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// A walk on a line to a goal one to three steps away: left, stay or right. Each step short of the goal costs 1, the goal earns its first distance and ends the episode,
/// so the straight way earns 1 whatever the goal; after 12 steps it is truncated.
/// </summary>
internal sealed class GoalFixture : IEnvironment
{
    public const double Optimum = 1;

    private int position, goal, steps;

    public Space ObservationSpace { get; } = new DictSpace(("observation", new BoxSpace(-20, 20, 1)), ("achieved_goal", new BoxSpace(-20, 20, 1)), ("desired_goal", new BoxSpace(-20, 20, 1)));

    public Space ActionSpace { get; } = new DiscreteSpace(3, start: -1);

    public void Reset(RandomStream random, RowWriter observation)
    {
        (position, steps) = (0, 0);
        goal = (1 + random.Choice(3)) * (random.Choice(2) == 0 ? 1 : -1);
        Write(observation);
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        position += action.Integers[0];
        steps++;
        Write(observation);
        var there = position == goal;
        return new StepResult(there ? Math.Abs(goal) : -1, there, steps == 12);
    }

    public void Dispose()
    {
    }

    private void Write(RowWriter observation)
    {
        observation["observation"].Floats[0] = position;
        observation["achieved_goal"].Floats[0] = position;
        observation["desired_goal"].Floats[0] = goal;
    }
}
