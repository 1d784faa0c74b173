namespace Bellman.Tests;

/// <summary>What the tuned settings reach, as the exact value of the greedy policy: from play alone, seeds 1 to 3.</summary>
public sealed class TunedTabularTests
{
    /// <summary>Each algorithm with the least that a seed may reach; the best stationary policies have .7402, .886, 7.93 and, for the gambler and blackjack, .3991 and −.0431.</summary>
    public static TheoryData<string, string, double> Figures => new()
    {
        { "q-learning", "FrozenLake-v1", 0.74 },
        { "q-learning", "FrozenLake8x8-v1", 0.85 },
        { "q-learning", "Taxi-v3", 7.92 },
        { "q-learning", "CliffWalking-v1", -13 },
        { "q-learning", "WindyGridWorld-v0", -15 },
        { "q-learning", "GridWorld-v0", 0.705 },
        { "q-learning", "DynaMaze-v0", 1 },
        { "q-learning", "Gambler-v0", 0.394 },
        { "q-learning", "Blackjack-v1", -0.0440 },
        { "q-learning", "CarRental-v0", 4980 },
        { "double-q-learning", "FrozenLake-v1", 0.74 },
        { "double-q-learning", "CliffWalking-v1", -13 },
        { "sarsa", "FrozenLake-v1", 0.72 },
        { "sarsa", "Taxi-v3", 7.92 },
        { "sarsa", "CliffWalking-v1", -17 },
        { "expected-sarsa", "FrozenLake-v1", 0.72 },
        { "expected-sarsa", "CliffWalking-v1", -15 },
        { "n-step-sarsa", "FrozenLake-v1", 0.72 },
        { "sarsa-lambda", "FrozenLake-v1", 0.72 },
        { "dyna-q", "Taxi-v3", 7.92 },
        { "dyna-q", "DynaMaze-v0", 1 },
        { "prioritized-dyna", "FrozenLake-v1", 0.74 },
        { "prioritized-dyna", "FrozenLake8x8-v1", 0.85 },
        { "monte-carlo", "FrozenLake-v1", 0.72 },
        { "monte-carlo", "Gambler-v0", 0.394 },
    };

    [Theory]
    [MemberData(nameof(Figures))]
    public void GreedyPolicy_IsWorthNearlyTheOptimum(string algorithm, string environment, double least)
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            // As 'bellman train' does it.
            var plan = AlgorithmRegistry.Get(algorithm).Configure(new AlgorithmRequest { Environment = environment, Values = [("seed", $"{seed}", "test")] });
            Assert.True(plan.Tuned);
            using var agent = plan.Make(VectorEnvironment.Make(environment, plan.Environments, 1000 * (ulong)seed));
            agent.Learn(plan.Steps);
            Assert.InRange(ExactEvaluation.Run(agent.Policy, environment)!.Value, least - 1e-9, double.MaxValue);
        }
    }
}
