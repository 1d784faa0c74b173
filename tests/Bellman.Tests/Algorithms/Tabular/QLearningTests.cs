namespace Bellman.Tests;

/// <summary>Q-learning from play alone against what the model says its greedy policy is worth, with Gymnasium's limits of steps.</summary>
public sealed class QLearningTests
{
    [Theory]
    [InlineData("FrozenLake-v1", 0.72, 3_000_000)]
    [InlineData("FrozenLake8x8-v1", 0.85, 20_000_000)]
    [InlineData("Taxi-v3", 7.92, 8_000_000)]
    public async Task GreedyPolicy_IsWorthNearlyTheOptimum(string id, double least, int steps)
    {
        var spec = EnvironmentRegistry.Default.Get(id);
        var worths = await Task.WhenAll(new ulong[] { 1, 2, 3 }.Select(seed => Task.Run(() =>
        {
            using var environment = EnvironmentRegistry.Default.Make(id);
            var model = new TabularModel(environment.As<IFiniteMdp>()!);

            // Exploring all the time, with steps that shrink: the values are the optimal policy's whatever is played.
            var settings = new TabularSettings { LearningRate = Numerics.Schedule.Linear(0.2), Gamma = 0.999, Epsilon = id == "Taxi-v3" ? 0.2 : 1, InitialValue = id == "Taxi-v3" ? 0 : 1, Seed = seed };
            var learner = new QLearning(model.StateCount, model.ActionCount, settings);
            var play = new TabularPlay(environment, learner, seed);
            for (var done = 0; done < steps;)
            {
                learner.SetRemaining(1 - ((double)done / steps));
                done += play.Episode(spec.MaxEpisodeSteps!.Value).Steps;
            }

            return ModelFixture.Worth(model, state => learner.Table.Greedy(state), spec.MaxEpisodeSteps!.Value);
        })));
        TestContext.Current.SendDiagnosticMessage($"{id}: {string.Join(", ", worths.Select(worth => $"{worth:0.0000}"))}");
        Assert.All(worths, worth => Assert.True(worth >= least, $"{worth} instead of {least}"));
    }
}
