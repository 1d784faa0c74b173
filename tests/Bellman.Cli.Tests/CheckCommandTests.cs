using System.Text.Json;

namespace Bellman.Cli.Tests;

/// <summary><c>bellman check</c> as a user runs it.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private readonly CommandProcess command = new();

    [Fact]
    public void Check_ReportsACleanEnvironment()
    {
        var (code, output, error) = command.Run("check", "CartPole-v1");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("CartPole-v1: 0 errors, 0 warnings", output);
        Assert.Contains("random policy: ", output);
    }

    [Fact]
    public void Check_PrintsOneLineOfJson()
    {
        var (code, output, _) = command.Run("check", "Pendulum-v1", "--json", "--episodes", "7", "--env-set", "g=9.81");
        Assert.Equal(0, code);
        Assert.Single(output.TrimEnd().Split('\n'));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(0, report.GetProperty("errors").GetInt32());
        Assert.Equal(7, report.GetProperty("randomPolicy").GetProperty("episodes").GetInt32());
        Assert.Equal(200, report.GetProperty("episodeLength").GetProperty("min").GetInt32());
        Assert.Equal(["IStateful", "IBatchEnvironment"], report.GetProperty("capabilities").EnumerateArray().Select(name => name.GetString()!));
    }

    [Theory]
    [InlineData("Did you mean 'CartPole-v1'?", "check", "CartPol-v1")]
    [InlineData("has no option 'gravity'", "check", "CartPole-v1", "--env-set", "gravity=3")]
    [InlineData("--episodes is 0", "check", "CartPole-v1", "--episodes", "0")]
    public void WrongUsage_IsOneSentence_AndExitCode2(string expected, params string[] arguments)
    {
        var (code, output, error) = command.Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    public void Dispose() => command.Dispose();
}
