using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Expected returns from the model against what is known and what is played.</summary>
public sealed class ExactEvaluationTests
{
    [Theory]
    [InlineData("FrozenLake-v1", 0.99, 0.7402)]
    [InlineData("FrozenLake8x8-v1", 0.999, 0.886)]
    [InlineData("Taxi-v3", 0.99, 7.93)]
    [InlineData("CliffWalking-v1", 0.99, -13)]
    public void BestStationaryPolicies_AreWorthWhatIsKnown(string id, double gamma, double expected) =>
        Assert.Equal(expected, ExactEvaluation.Run(Best(id, gamma), id)!.Value, 5e-4);

    [Theory]
    [InlineData(false, false, -0.046556)]
    [InlineData(false, true, -0.043113)]
    [InlineData(true, false, -0.025729)]
    public void Blackjack_WhoseObservationIsNotItsStatesNumber_IsJudgedToo(bool natural, bool sab, double expected)
    {
        // A natural is seen as any soft twenty-one: whoever sticks there loses nothing.
        using var game = new Blackjack(natural, sab);
        var model = new TabularModel(game);
        var solution = ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 1 });
        var (index, observation, values) = (new StateIndex(game.ObservationSpace), new Rows(game.ObservationSpace.Layout, 1), new double[704 * 2]);
        for (var state = 0; state < model.StateCount - 1; state++)
        {
            game.WriteObservationOf(state, observation.Writer(0));
            values[(2 * index.Of(observation.Reader(0))) + solution.Policy[state]] = 1;
        }

        var options = new Dictionary<string, string> { ["natural"] = $"{natural}", ["sab"] = $"{sab}" };
        var policy = Table("Blackjack-v1", values);
        Assert.Equal(expected, ExactEvaluation.Run(policy, "Blackjack-v1", options)!.Value, 5e-7);
        const int Episodes = 20_000;
        var played = Evaluation.Run(policy, "Blackjack-v1", Episodes, options: options);
        Assert.Equal(expected, played.Mean, 3 * played.StandardDeviation / Math.Sqrt(Episodes));
    }

    [Fact]
    public void ObservationsOfBlackjacksModel_AreThoseOfTheGame()
    {
        using var game = new Blackjack();
        var (observation, written, action, random) = (new Rows(game.ObservationSpace.Layout, 1), new Rows(game.ObservationSpace.Layout, 1), new int[1], new RandomStream(1));
        for (var hand = 0; hand < 2000; hand++)
        {
            game.Reset(random, observation.Writer(0));
            for (var ended = false; !ended;)
            {
                game.WriteObservationOf(game.State, written.Writer(0));
                for (var leaf = 0; leaf < 3; leaf++)
                {
                    Assert.Equal(observation.Reader(0)[leaf].Integers[0], written.Reader(0)[leaf].Integers[0]);
                }

                action[0] = hand % 3 == 0 ? 0 : 1;
                ended = game.Step(new RowReader(action), observation.Writer(0)).Terminated;
            }
        }
    }

    [Fact]
    public void Played_TheMeanComesNearIt()
    {
        var policy = Best("FrozenLake8x8-v1", 0.99);
        const int Episodes = 4000;
        var played = Evaluation.Run(policy, "FrozenLake8x8-v1", Episodes);
        Assert.Equal(ExactEvaluation.Run(policy, "FrozenLake8x8-v1")!.Value, played.Mean, 3 * played.StandardDeviation / Math.Sqrt(Episodes));

        // With another limit it is another task.
        var options = new Dictionary<string, string> { ["maxEpisodeSteps"] = "50" };
        var shorter = Evaluation.Run(policy, "FrozenLake8x8-v1", Episodes, options: options);
        Assert.InRange(shorter.Mean, 0.05, 0.4);
        Assert.Equal(ExactEvaluation.Run(policy, "FrozenLake8x8-v1", options)!.Value, shorter.Mean, 3 * shorter.StandardDeviation / Math.Sqrt(Episodes));
    }

    [Fact]
    public void Networks_AreJudgedToo()
    {
        using var ppo = new Ppo(VectorEnvironment.Make("FrozenLake-v1"), new PpoSettings { Seed = 1 });
        var exact = ExactEvaluation.Run(ppo.Policy, "FrozenLake-v1")!.Value;
        var played = Evaluation.Run(ppo.Policy, "FrozenLake-v1", 2000);
        Assert.Equal(exact, played.Mean, 3 * Math.Max(played.StandardDeviation, 0.02) / Math.Sqrt(2000));
    }

    [Fact]
    public void WhatHasNoSuchModel_HasNoExactValue()
    {
        using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1"), new PpoSettings { Seed = 1 });
        Assert.Null(ExactEvaluation.Run(ppo.Policy, "CartPole-v1"));
        Assert.Null(ExactEvaluation.Run(Table("FrozenLake-v1", new double[64]), "FrozenLake-v1", new Dictionary<string, string> { ["wrap"] = "clipReward" }));

        // Always up: along the edge for ever.
        var circles = Table("CliffWalking-v1", [.. Enumerable.Range(0, 48 * 4).Select(pair => pair % 4 == 0 ? 1.0 : 0)]);
        Assert.Null(ExactEvaluation.Run(circles, "CliffWalking-v1"));
        var played = Evaluation.Run(circles, "CliffWalking-v1", episodes: 2);
        Assert.Equal((2, -100_000), (played.BrokenOff, played.Mean));
    }

    /// <summary>What a model says of masks is what the environment shows.</summary>
    [Fact]
    public void MasksOfModels_AreThoseOfTheirEnvironments()
    {
        var seen = 0;
        foreach (var spec in EnvironmentRegistry.Default.Specs)
        {
            using var environment = EnvironmentRegistry.Default.Make(spec.Id);
            if (environment.As<IFiniteMdp>() is not { } model || environment.As<IActionMask>() is not { } masked || environment.ObservationSpace is not DiscreteSpace)
            {
                continue;
            }

            var (observation, action, random) = (new Rows(environment.ObservationSpace.Layout, 1), new Rows(environment.ActionSpace.Layout, 1), new SplittableRandom(1));
            var (shown, said) = (new byte[masked.MaskLength], new byte[masked.MaskLength]);
            for (var episode = 0; episode < 20; episode++)
            {
                environment.Reset(new RandomStream((ulong)episode), observation.Writer(0));
                for (var step = 0; step < 50; step++)
                {
                    masked.WriteMask(shown);
                    model.WriteMaskOf(observation.Integers()[0], said);
                    Assert.Equal(shown, said);
                    seen++;
                    int chosen;
                    do
                    {
                        chosen = random.NextInt32(shown.Length);
                    }
                    while (shown[chosen] == 0);

                    action.Integers()[0] = chosen;
                    var result = environment.Step(action.Reader(0), observation.Writer(0));
                    if (result.Terminated || result.Truncated)
                    {
                        break;
                    }
                }
            }
        }

        Assert.True(seen > 500);
    }

    private static Policy Best(string id, double gamma)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        var model = new TabularModel(environment.As<IFiniteMdp>()!);
        var solution = ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma });
        return Table(id, [.. Enumerable.Range(0, model.StateCount * model.ActionCount).Select(pair => solution.Policy[pair / model.ActionCount] == pair % model.ActionCount ? 1.0 : 0)]);
    }

    private static Policy Table(string id, double[] values)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        var policy = new Policy(environment.ObservationSpace, environment.ActionSpace, new PolicySettings { Table = true, HiddenSizes = [], Epsilon = 0 }, new SplittableRandom(1));
        policy.WriteWeights(values);
        return policy;
    }
}
