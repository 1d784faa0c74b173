namespace Bellman.Cli.Tests;

/// <summary>What is no number in a user's environment ends the command with one sentence that names environment, row and step; what was saved before stays.</summary>
public sealed class NotFiniteCommandTests : IDisposable
{
    private readonly CommandProcess command = new();

    [Theory]
    [InlineData("observation", 7, "gave NaN in element 2 of its observation at step 7 of its episode; 12 steps of training had been taken.")]
    [InlineData("last", 9, "gave NaN in element 2 of its last observation at the end of its episode; 16 steps of training had been taken.")]
    [InlineData("reward", 7, "gave the reward NaN at step 7 of its episode; rewards must be finite; 12 steps of training had been taken.")]
    public void NaN_OfAUsersEnvironment_IsNamed(string where, int at, string expected)
    {
        var file = typeof(SpoiltEnvironment).Assembly.Location + ":" + nameof(SpoiltEnvironment);
        var (code, output, error) = Train(file, where, at);
        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"Environment 1 of {file} {expected}", error.TrimEnd());
    }

    [Fact]
    public void RewardThatOverflows_IsNamedInTheLoss_WithRowAndStep()
    {
        var (code, output, error) = Train(typeof(SpoiltEnvironment).Assembly.Location + ":" + nameof(SpoiltEnvironment), "huge", 7);
        Assert.Equal((1, ""), (code, output));
        Assert.Matches("^The loss is (NaN|Infinity|-Infinity) at gradient step [0-9]+: '[a-z_ ]+' is (NaN|Infinity|-Infinity) in row [0-9]+ \\(environment [01], step [0-9]+ of the rollout\\)", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    public void Dispose() => command.Dispose();

    private (int Code, string Output, string Error) Train(string file, string where, int at) =>
        command.Run("train", "ppo", file, "--env-set", $"where={where}", "--env-set", $"at={at}", "--envs", "2", "--set", "rolloutSteps=32", "--steps", "1000", "--out", "run", "--eval-episodes", "0", "--quiet");
}
