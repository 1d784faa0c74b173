using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Bellman.Cli.Tests;

/// <summary>Disk full, read-only folder, folder removed under the run: one clear sentence, and the last good checkpoint still loads.</summary>
public sealed partial class LostFolderTests : IDisposable
{
    private readonly CommandProcess command = new();

    // From a disk that takes one checkpoint and not the next to one that fills up with figures after many.
    [Theory]
    [InlineData(200)]
    [InlineData(330)]
    [InlineData(500)]
    public void FullDisk_StopsTheRun_AndTheLastCheckpointGoesOn(int kilobytes)
    {
        // The disk lives in a namespace of its own and is gone with the process; what it held is copied out.
        var (code, _, error) = InNamespace(
            $"mount -t tmpfs -o size={kilobytes}k none disk",
            "train", "ppo", "CartPole-v1", "--steps", "1000000", "--checkpoint-every", "2000", "--out", "disk/run", "--quiet", "--eval-episodes", "0");
        Assert.Equal(1, code);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains("No space left on device", error);
        Assert.Contains("The last good checkpoint is disk/run/checkpoints/last.bellman", error);
        Assert.Contains("--resume disk/run", error);
        var stopped = long.Parse(Stopped().Match(error).Groups[1].Value.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(stopped, 2000, 999_999);

        var kept = Path.Combine(command.Folder, "kept");
        Assert.Empty(Directory.GetFiles(Path.Combine(kept, "checkpoints"), "*.partial"));
        Assert.Equal(0, command.Run("eval", kept, "--episodes", "2").Code);
        (code, _, error) = command.Run("train", "ppo", "CartPole-v1", "--resume", kept, "--steps", $"{stopped + 5000}", "--quiet", "--eval-episodes", "0");
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public void DiskTooSmallForTheFirstCheckpoint_SaysThatThereIsNone()
    {
        var (code, _, error) = InNamespace("mount -t tmpfs -o size=60k none disk", "train", "ppo", "CartPole-v1", "--steps", "20000", "--checkpoint-every", "2000", "--out", "disk/run", "--quiet");
        Assert.Equal(1, code);
        Assert.Contains("No space left on device", error);
        Assert.Contains("No checkpoint had been written", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void ReadOnlyFolder_IsRefusedAtTheBeginning()
    {
        var (code, output, error) = InNamespace("mount -t tmpfs -o ro none disk", "train", "ppo", "CartPole-v1", "--steps", "2000", "--out", "disk/run", "--quiet");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("Read-only file system", error);
        Assert.Contains("disk/run", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void FolderRemovedUnderTheRun_StopsIt_AndSaysSo()
    {
        using var process = command.Start("train", "ppo", "CartPole-v1", "--steps", "100000000", "--checkpoint-every", "2000", "--out", "run", "--quiet", "--eval-episodes", "0");
        var checkpoint = Path.Combine(command.Folder, "run", "checkpoints", "last.bellman");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(checkpoint) || process.HasExited, TimeSpan.FromSeconds(30)));
        Directory.Move(Path.Combine(command.Folder, "run"), Path.Combine(command.Folder, "taken"));
        var error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(30_000));
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("The folder 'run' was removed", error);
        Assert.Single(error.TrimEnd().Split('\n'));

        // Where it was taken to, the last good checkpoint is whole.
        Assert.Equal(0, command.Run("eval", Path.Combine(command.Folder, "taken"), "--episodes", "2").Code);
    }

    public void Dispose() => command.Dispose();

    private (int Code, string Output, string Error) InNamespace(string mount, params string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(command.Folder, "disk"));
        const string Check = "unshare -rm mount -t tmpfs none disk 2>/dev/null";
        Assert.SkipUnless(OperatingSystem.IsLinux() && Shell(Check).Code == 0, "Disks of one's own need Linux with user namespaces (unshare -rm).");
        var host = Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll");
        var script = $"{mount} && dotnet '{host}' {string.Join(' ', arguments)}; code=$?; cp -r disk/run kept 2>/dev/null; exit $code";
        return Shell($"unshare -rm sh -c \"{script.Replace("$", "\\$", StringComparison.Ordinal)}\"");
    }

    private (int Code, string Output, string Error) Shell(string text)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", text]) { WorkingDirectory = command.Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    [GeneratedRegex(@"stopped after ([\d,]+) steps")]
    private static partial Regex Stopped();
}
