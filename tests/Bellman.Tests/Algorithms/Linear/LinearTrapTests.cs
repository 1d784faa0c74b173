using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>What goes wrong where an episode ends, through the whole of an agent: every linear algorithm believes what would have followed a truncation, never what follows the end or a reset.</summary>
public sealed class LinearTrapTests
{
    /// <summary>Every registered linear algorithm.</summary>
    public static TheoryData<string> Algorithms => LinearAgentTests.Algorithms;

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Truncation_BootstrapsFromTheFinalObservation_AndTerminationFromNothing(string algorithm)
    {
        // From 0 to 1, for a reward of 1, with γ = 0.5. 1 is worth 8; 0, where the next episode begins, is thought to be worth 100 before.
        foreach (var (terminates, expected) in new[] { (false, 1 + (0.5 * 8)), (true, 1.0) })
        {
            using var agent = Agent(algorithm, terminates, steps: 1);
            agent.Learner.Values.Weights[0] = 100;
            agent.Learner.Values.Weights[1] = 8;
            if (agent.Learner is LeastSquaresLearner squares)
            {
                // What 1 is worth comes from data here: 8, once and for all.
                squares.Samples.Add(new([1], [1.0]), 0, 8, new([1], [1.0]), terminated: true);
            }

            agent.Learn(1);
            Assert.Equal(expected, agent.Learner.Values.Weights[0], 1e-6);
        }
    }

    [Fact]
    public void LeastSquares_SolvesForWhatWasPlayed()
    {
        // Broken off after each step but seen from both places: V(0) = 1 + γ V(1), and 1 leads nowhere but into itself without reward.
        using var agent = Agent("lspi", terminates: false, steps: 10);
        ((LeastSquaresLearner)agent.Learner).Samples.Add(new([1], [1.0]), 0, 3, new([1], [1.0]), terminated: false);
        agent.Learn(10);
        Assert.Equal([1 + (0.5 * 6), 6], agent.Learner.Values.Weights.ToArray(), new Nearly(1e-6));
        Assert.Equal(11, ((LeastSquaresLearner)agent.Learner).Samples.Count);
    }

    [Fact]
    public void LeastSquares_RefusesMoreWeightsThanItCanSolveFor()
    {
        using var environment = VectorEnvironment.Make("MountainCar-v0");
        var refusal = Assert.Throws<ArgumentException>(() => AlgorithmRegistry.Get("lspi").Configure(new AlgorithmRequest { Environment = "MountainCar-v0", Values = [("tilings", "32", "test")] }).Make(environment));
        Assert.StartsWith("7776 weights, of 2592 features and 3 actions, are more than the 4096", refusal.Message, StringComparison.Ordinal);
    }

    private static LinearAgent Agent(string algorithm, bool terminates, int steps)
    {
        var plan = AlgorithmRegistry.Get(algorithm).Configure(new AlgorithmRequest
        {
            Environment = "Any",
            Values = algorithm == "lspi" ? [("features", "oneHot", "test"), ("gamma", "0.5", "test"), ("ridge", "1e-12", "test"), ("roundSteps", $"{steps}", "test")]
                : [("features", "oneHot", "test"), ("gamma", "0.5", "test"), ("learningRate", "1", "test"), ("roundSteps", $"{steps}", "test")],
        });
        return (LinearAgent)plan.Make(VectorEnvironment.From([new OneStep(terminates)], seed: 1));
    }

    /// <summary>Two places, one action: from the first to the second, and there the episode ends.</summary>
    private sealed class OneStep(bool terminates) : IEnvironment
    {
        public Space ObservationSpace { get; } = new DiscreteSpace(2);

        public Space ActionSpace { get; } = new DiscreteSpace(1);

        public void Reset(RandomStream random, RowWriter observation) => observation.Integers[0] = 0;

        public StepResult Step(RowReader action, RowWriter observation)
        {
            observation.Integers[0] = 1;
            return new StepResult(1, terminates, !terminates);
        }

        public void Dispose()
        {
        }
    }
}
