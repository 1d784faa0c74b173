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
        using var blackjack = new Ppo(VectorEnvironment.Make("Blackjack-v1"), new PpoSettings { Seed = 1 });
        Assert.Null(ExactEvaluation.Run(blackjack.Policy, "Blackjack-v1"));
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
