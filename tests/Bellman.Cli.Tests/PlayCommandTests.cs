using System.Diagnostics;

namespace Bellman.Cli.Tests;

/// <summary><c>bellman play</c> as a user runs it.</summary>
public sealed class PlayCommandTests : IDisposable
{
    private const string Screen = "/usr/bin/script";
    private readonly CommandProcess command = new();

    public static bool HasScreen => File.Exists(Screen);

    [Fact]
    public void Runs_ArePlayedIntoTheirFolder_WithTheOptionsTheyWereTrainedWith()
    {
        Assert.Equal(0, Run("train", "ppo", "Pendulum-v1", "--steps", "256", "--env-set", "maxEpisodeSteps=50", "--eval-episodes", "0", "--quiet", "--out", "here").Code);
        var (code, output, error) = Run("play", "here", "--episodes", "2", "--seed", "4");
        Assert.Equal((0, ""), (code, error));
        var lines = output.TrimEnd().Split('\n');
        Assert.StartsWith("seed 4: 50 steps, return -", lines[0], StringComparison.Ordinal);
        Assert.Equal($"Open {Path.Combine(command.Folder, "here", "replay.html")}", lines[^1]);
        Assert.Contains("\"seed\":5", File.ReadAllText(Path.Combine(command.Folder, "here", "replay.html")));
    }

    [Theory]
    [InlineData("ball.gif", "GIF89a")]
    [InlineData("ball.svg", "<svg")]
    [InlineData("ball.html", "<!DOCTYPE html>")]
    public void Environments_ArePlayedByRules_IntoAnyFile(string file, string begins)
    {
        var (code, output, _) = Run("play", "MountainCar-v0", "--policy", "heuristic", "--episodes", "1", "--out", file);
        Assert.Equal(0, code);
        Assert.EndsWith(Path.Combine(command.Folder, file), output.TrimEnd(), StringComparison.Ordinal);
        Assert.StartsWith(begins, File.ReadAllText(Path.Combine(command.Folder, file)), StringComparison.Ordinal);
    }

    [Fact]
    public void Terminal_WithoutAScreen_PrintsTheLastPictureOfEachEpisode()
    {
        var (code, output, _) = Run("play", "CartPole-v1", "--terminal", "--episodes", "2");
        Assert.Equal(0, code);
        Assert.Contains("episode 2 of 2", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
        Assert.InRange(output.Split('\n').Length, 30, 60);
        Assert.Empty(Directory.GetFiles(command.Folder));
    }

    [Fact(SkipUnless = nameof(HasScreen), Skip = "There is no 'script' here, which makes a screen of a pipe.")]
    public void Terminal_GivesTheCursorBack_WhenSomebodyHasSeenEnough()
    {
        // Where interrupts are ignored, as in a shell's background, the program would ignore them too.
        var play = $"env --default-signal=INT dotnet '{Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll")}' play CartPole-v1 --policy heuristic --terminal";
        var start = new ProcessStartInfo(Screen, ["-qec", play, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        (start.Environment["TERM"], start.Environment["COLORTERM"]) = ("xterm-256color", "truecolor");
        using var process = Process.Start(start)!;
        var seen = "";
        while (!seen.Contains("step 2", StringComparison.Ordinal) && process.StandardOutput.ReadLine() is { } line)
        {
            seen += line;
        }

        process.StandardInput.Write('\u0003');
        process.StandardInput.Flush();
        seen += process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("\e[?25l", seen, StringComparison.Ordinal);
        Assert.EndsWith("\e[0m\e[?25h", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("episode 2", seen, StringComparison.Ordinal);
        Assert.Equal(130, process.ExitCode);
    }

    [Theory]
    [InlineData("must end in .html, .gif, .png or .svg", "play", "CartPole-v1", "--out", "cart.mp4")]
    [InlineData("Did you mean 'CartPole-v1'?", "play", "CartPol")]
    [InlineData("There is no run", "play", "runs/nothing")]
    [InlineData("There is no run or checkpoint", "play", "agent.bellman")]
    [InlineData("either --terminal or --out", "play", "CartPole-v1", "--terminal", "--out", "cart.gif")]
    [InlineData("'--fps' as a number.", "play", "CartPole-v1", "--fps", "fast")]
    [InlineData("'--seed' as a whole number from 0.", "play", "CartPole-v1", "--seed", "-1")]
    [InlineData("must be at least 1", "play", "CartPole-v1", "--episodes", "0")]
    [InlineData("must be above 0", "play", "CartPole-v1", "--fps", "0")]
    [InlineData("has no option 'h'", "play", "Pendulum-v1", "--env-set", "h=1")]
    public void WrongUsage_IsOneSentence(string expected, params string[] arguments)
    {
        var (code, output, error) = Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')));
    }

    public void Dispose() => command.Dispose();

    private (int Code, string Output, string Error) Run(params string[] arguments) => command.Run(arguments);
}
