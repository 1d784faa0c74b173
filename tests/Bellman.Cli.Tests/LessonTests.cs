using System.Diagnostics;

namespace Bellman.Cli.Tests;

/// <summary>Every lesson of the course runs, and what it claims holds.</summary>
public sealed class LessonTests
{
    private static readonly string Examples = Path.Combine(Repository.Root, "examples");

    public static TheoryData<string> Lessons => [.. Directory.GetFiles(Examples, "*.cs").Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(Lessons))]
    public async Task Lesson_RunsAndItsClaimsHold(string lesson)
    {
        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", Path.Combine(Examples, lesson)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await error);
        Assert.Contains(Path.GetFileNameWithoutExtension(lesson)[..2], File.ReadAllText(Path.Combine(Examples, "README.md")));
    }

    [Fact]
    public void OwnEnvironmentsLesson_IsAFileThatTheCommandTakes()
    {
        using var command = new CommandProcess();
        command.Variables["BELLMAN_CACHE"] = Path.Combine(command.Folder, "cache");
        var lesson = Path.Combine(Examples, "06-your-own-environment.cs");
        var (code, output, error) = command.Run("check", lesson, "--episodes", "5");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("0 errors, 0 warnings, 0 notes", output, StringComparison.Ordinal);
        (code, output, error) = command.Run("describe", lesson);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("1 for the bay where the parcel waits", output, StringComparison.Ordinal);
    }
}
