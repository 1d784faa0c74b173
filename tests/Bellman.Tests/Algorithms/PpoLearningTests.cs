namespace Bellman.Tests;

/// <summary>PPO learns what it is known to learn, with the settings that the command uses.</summary>
public sealed class PpoLearningTests
{
    // As the command does it, so that the seeds share no episodes: environments have the seed 1000·S.
    [Fact]
    public async Task CartPole_IsSolved_WithTunedSettings_OnThreeSeeds()
    {
        var settings = PpoSettings.For("CartPole-v1");
        var results = await Task.WhenAll(new ulong[] { 1, 2, 3 }.Select(seed => Task.Run(() =>
        {
            using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", settings.Environments, 1000 * seed), settings with { Seed = seed });
            ppo.Learn(settings.Steps, cancellation: TestContext.Current.CancellationToken);
            return Evaluation.Run(ppo.Policy, "CartPole-v1");
        })));
        Assert.All(results, result => Assert.True(result.Mean >= 475, $"{result} after {settings.Steps} steps, not 475"));
    }
}
