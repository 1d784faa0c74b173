using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Dyna with prioritized sweeping.</summary>
public sealed class PrioritizedDynaTests
{
    [Fact]
    public void DynaMaze_IsSolvedWithFarFewerUpdates_ThanByDynaQ()
    {
        // Half the actions are random, so that both see the whole maze soon: with few, the search for a better way, not the thinking, takes most of the time.
        const int runs = 50;
        var settings = new TabularSettings { LearningRate = 1, Gamma = 0.95, Epsilon = 0.5, PlanningSteps = 5 };
        var (byLuck, byPriority) = (new double[runs], new double[runs]);
        Parallel.For(0, runs, run =>
        {
            var dyna = new DynaQ(54, 4, settings with { Seed = (ulong)run + 1 });
            byLuck[run] = UntilOptimal(dyna, () => dyna.Updates);
            var prioritized = new PrioritizedDyna(54, 4, settings with { Seed = (ulong)run + 1 });
            byPriority[run] = UntilOptimal(prioritized, () => prioritized.Updates);
        });
        TestContext.Current.SendDiagnosticMessage($"Updates until the greedy way is the shortest, mean of {runs} runs: Dyna-Q {byLuck.Average():0}, prioritized {byPriority.Average():0} (looking whether a pair is worth it included)");
        Assert.True(3 * byPriority.Average() < byLuck.Average(), $"{byPriority.Average()} against {byLuck.Average()}");
    }

    [Fact]
    public void LearnedValues_AreThoseOfTheModelSeenSoFar()
    {
        // What it saw, counted here as well, and solved by value iteration.
        const double gamma = 0.9;
        var seen = new Dictionary<(int Pair, int Next, bool End), int>();
        var rewards = new double[64];
        var learner = new PrioritizedDyna(16, 4, new TabularSettings { Gamma = gamma, Epsilon = 1, PlanningSteps = 10_000, PriorityThreshold = 1e-13 });
        using var lake = new ModelEnvironment(new FrozenLake());
        var (observation, action, random) = (new int[1], new int[1], new RandomStream(1));
        for (var episode = 0; episode < 300; episode++)
        {
            lake.Reset(random, new RowWriter(observation));
            action[0] = learner.Begin(observation[0]);
            for (var ended = false; !ended;)
            {
                var pair = (observation[0] * 4) + action[0];
                var result = lake.Step(new RowReader(action), new RowWriter(observation));
                var key = (pair, observation[0], result.Terminated);
                seen[key] = seen.GetValueOrDefault(key) + 1;
                rewards[pair] += result.Reward;
                ended = result.Terminated;
                action[0] = learner.Step(result.Reward, observation[0], result.Terminated, false);
            }
        }

        var model = new TabularModel(new ModelFixture(16, 4, (state, choice) =>
        {
            var outcomes = seen.Where(one => one.Key.Pair == (state * 4) + choice).ToArray();
            var total = outcomes.Sum(one => one.Value);
            return total == 0 ? [new Transition(1, state, 0, true)] : [.. outcomes.Select(one => new Transition((double)one.Value / total, one.Key.Next, rewards[(state * 4) + choice] / total, one.Key.End))];
        }));
        var solution = ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma, Tolerance = 1e-14 });
        Assert.True(solution.StartValue > 0.01);
        Assert.Equal(solution.Values.ToArray(), Enumerable.Range(0, 16).Select(state => learner.Table.Max(state)), new Nearly(1e-11));
    }

    [Fact]
    public void ForbiddenActions_AreNotImagined()
    {
        // Every step costs 1; the forbidden action of the second state would look free.
        var learner = new PrioritizedDyna(2, 2, new TabularSettings { Gamma = 1, Epsilon = 0, PlanningSteps = 10 });
        for (var episode = 0; episode < 3; episode++)
        {
            learner.Begin(0, [1, 0]);
            learner.Step(-1, 1, false, false, [1, 0]);
            learner.Step(-1, 1, true, false, [1, 0]);
        }

        Assert.Equal(-2, learner.Table[0, 0]);
    }

    private static double UntilOptimal(TabularLearner learner, Func<long> updates)
    {
        using var maze = new DynaMaze();
        var (observation, action, random) = (new int[1], new int[1], new RandomStream(1));
        while (true)
        {
            maze.Reset(random, new RowWriter(observation));
            action[0] = learner.Begin(observation[0]);
            for (var ended = false; !ended;)
            {
                var result = maze.Step(new RowReader(action), new RowWriter(observation));
                ended = result.Terminated;
                action[0] = learner.Step(result.Reward, observation[0], result.Terminated, false);
                if (GreedySteps(maze, learner) == 14)
                {
                    return updates();
                }
            }
        }
    }

    private static int GreedySteps(DynaMaze maze, TabularLearner learner)
    {
        var state = 18;
        for (var step = 1; step <= 14; step++)
        {
            // Where nothing is known yet there is no way.
            if (learner.Table.Max(state) <= 0)
            {
                return 0;
            }

            var outcome = maze.Transitions(state, learner.Table.Greedy(state))[0];
            state = outcome.NextState;
            if (outcome.Terminated)
            {
                return step;
            }
        }

        return 0;
    }
}
