using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>
/// Three agents that each see a bit and must say it; right answers earn 1. The third dies after 3 of 6 steps, so a perfect team's agents earn 6, 6 and 3: 5 on average.
/// It insists that each agent lives exactly as long as that.
/// </summary>
internal sealed class TeamFixture : IMultiAgentEnvironment
{
    public const double Optimum = 5;

    private readonly int[] bits = new int[3];
    private RandomStream random = new(0);
    private int steps;

    public int AgentCount => 3;

    public Space ObservationSpace { get; } = new BoxSpace(-1, 1, 2);

    public Space ActionSpace { get; } = new DiscreteSpace(2);

    public void Reset(RandomStream random, AgentSlots slots)
    {
        (this.random, steps) = (random, 0);
        Ask(slots);
    }

    public void Step(AgentSlots slots)
    {
        steps++;
        for (var agent = 0; agent < AgentCount; agent++)
        {
            if (slots.Alive(agent))
            {
                slots.Report(agent, slots.Action(agent).Integers[0] == bits[agent] ? 1 : 0, terminated: steps == (agent == 2 ? 3 : 6), truncated: false);
            }
            else if (agent != 2 || steps <= 3)
            {
                throw new InvalidOperationException($"Agent {agent} must live at step {steps}.");
            }
        }

        Ask(slots);
    }

    public void Dispose()
    {
    }

    private void Ask(AgentSlots slots)
    {
        for (var agent = 0; agent < AgentCount; agent++)
        {
            bits[agent] = random.Choice(2);
            slots.Observation(agent).Floats[0] = (2 * bits[agent]) - 1;
            slots.Observation(agent).Floats[1] = agent - 1;
        }
    }
}
