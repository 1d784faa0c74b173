namespace Bellman.Cli.Tests;

/// <summary><c>bellman describe</c> as a user runs it.</summary>
public sealed class DescribeCommandTests : IDisposable
{
    private readonly CommandProcess command = new();

    [Fact]
    public void Describe_SaysWhatEveryNumberMeans()
    {
        var (code, output, error) = command.Run("describe", "CartPole-v1");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("angle of the pole from upright", output, StringComparison.Ordinal);
        Assert.Contains("−0.4189 to 0.4189", output, StringComparison.Ordinal);
        Assert.Contains("suttonBartoReward", output, StringComparison.Ordinal);
        Assert.Contains("After 500 steps the episode is truncated.", output, StringComparison.Ordinal);
        Assert.DoesNotContain('`', output);
    }

    [Fact]
    public void Options_AndWrappers_ChangeWhatIsDescribed()
    {
        var (code, output, error) = command.Run("describe", "BitFlip-v0", "--env-set", "bits=12");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Discrete(12)", output, StringComparison.Ordinal);
        Assert.Contains("which bit to flip", output, StringComparison.Ordinal);

        // What a wrapper changed keeps no label that was made for something else.
        (code, output, error) = command.Run("describe", "CartPole-v1", "--env-set", "wrap=frameStack:2", "--env-set", "maxEpisodeSteps=70");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Box(8, float32)", output, StringComparison.Ordinal);
        Assert.Contains("After 70 steps the episode is truncated.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("angle of the pole", output, StringComparison.Ordinal);

        (code, output, error) = command.Run("describe", "CartPole-v1", "--env-set", "masss=1");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("'masss'", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutMujoco_EverythingIsListed_AndRobotsSayWhatToInstall()
    {
        command.Variables["BELLMAN_MUJOCO"] = "/nowhere/libmujoco.so";
        var (code, output, error) = command.Run("list", "environments");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches("(?m)^  CartPole-v1 +Discrete\\(2\\) ", output);
        Assert.Matches("(?m)^  Hopper-v5 +1000 ", output);
        Assert.Contains("Walker2d-v5 cannot be made here: BELLMAN_MUJOCO names '/nowhere/libmujoco.so'", output, StringComparison.Ordinal);
        (code, output, _) = command.Run("list", "environments", "--json");
        Assert.Equal(0, code);
        Assert.Contains("apt-get install libmujoco2.2.2", output, StringComparison.Ordinal);
        (code, output, error) = command.Run("describe", "Hopper-v5");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("apt-get install libmujoco2.2.2", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownEnvironments_AreRefusedInOneSentence()
    {
        var (code, output, error) = command.Run("describe", "CartPol-v1");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Did you mean 'CartPole-v1'?", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => command.Dispose();
}
