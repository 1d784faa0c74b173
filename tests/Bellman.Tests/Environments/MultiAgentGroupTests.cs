using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What happens to the slots of agents that die.</summary>
public sealed class MultiAgentGroupTests
{
    [Fact]
    public void DeadAgent_LeavesItsSlotInvalid_UntilTheLastOneEnds()
    {
        using var environment = VectorEnvironment.From([new Team(), new Team()]);
        var (step, actions) = VectorEnvironmentTests.Begin(environment);
        Assert.Equal((6, 3), (environment.SlotCount, environment.AgentCount));
        var valid = new List<string>();
        for (var t = 0; t < 4; t++)
        {
            environment.Step(actions, step);
            valid.Add(string.Concat(step.Valid[..3]));
        }

        // Agent i dies after i + 1 steps; with the third the episode is over and begins anew.
        Assert.Equal(["011", "001", "111", "011"], valid);
    }

    [Fact]
    public void DeadAgent_EndsOnce_AndEarnsNothingMore()
    {
        using var environment = VectorEnvironment.From([new Team()]);
        var (step, actions) = VectorEnvironmentTests.Begin(environment);
        var (terminated, rewards) = (new List<string>(), new List<double[]>());
        for (var t = 0; t < 3; t++)
        {
            environment.Step(actions, step);
            terminated.Add(string.Concat(step.Terminated));
            rewards.Add([.. step.Rewards]);
        }

        Assert.Equal(["100", "010", "001"], terminated);
        Assert.Equal([[1.0, 1, 1], [0, 1, 1], [0, 0, 1]], rewards);
    }

    [Fact]
    public void FinalObservation_OfEachAgent_IsThatOfItsEnd()
    {
        using var environment = VectorEnvironment.From([new Team()]);
        var (step, actions) = VectorEnvironmentTests.Begin(environment);
        for (var t = 0; t < 3; t++)
        {
            environment.Step(actions, step);
        }

        Assert.Equal([1, 2, 3], step.FinalObservations.Floats().ToArray());
        Assert.Equal([0, 0, 0], step.Observations.Floats().ToArray());
    }

    [Fact]
    public void TimeLimit_TruncatesTheLiving()
    {
        using var environment = VectorEnvironment.From([new Team()], maxEpisodeSteps: 2);
        var (step, actions) = VectorEnvironmentTests.Begin(environment);
        environment.Step(actions, step);
        environment.Step(actions, step);
        Assert.Equal([0, 1, 0], step.Terminated);
        Assert.Equal([0, 0, 1], step.Truncated);
        Assert.Equal([1, 1, 1], step.Valid);
    }

    [Fact]
    public void NaN_IsNamedWithItsAgent()
    {
        using var environment = VectorEnvironment.From([new Team(), new Team { Spoiled = 1 }]);
        var (step, actions) = VectorEnvironmentTests.Begin(environment);
        Assert.StartsWith("Environment 1, agent 1, of the group gave NaN in element 0", Assert.Throws<InvalidOperationException>(() => environment.Step(actions, step)).Message, StringComparison.Ordinal);
    }

    /// <summary>Three agents; agent i dies after i + 1 steps. Each earns 1 a step and sees how many steps there were.</summary>
    private sealed class Team : IMultiAgentEnvironment
    {
        private int steps;

        public int Spoiled { get; init; } = -1;

        public int AgentCount => 3;

        public Space ObservationSpace { get; } = new BoxSpace(0, 9, 1);

        public Space ActionSpace { get; } = new DiscreteSpace(2);

        public void Reset(RandomStream random, AgentSlots slots)
        {
            steps = 0;
            for (var agent = 0; agent < AgentCount; agent++)
            {
                slots.Observation(agent).Floats[0] = 0;
            }
        }

        public void Step(AgentSlots slots)
        {
            steps++;
            for (var agent = 0; agent < AgentCount; agent++)
            {
                if (slots.Alive(agent))
                {
                    slots.Observation(agent).Floats[0] = agent == Spoiled ? float.NaN : steps;
                    slots.Report(agent, 1, terminated: steps == agent + 1, truncated: false);
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
