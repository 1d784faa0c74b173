using System.Diagnostics;

namespace Bellman.Cli.Tests;

/// <summary>Runs the command as a process of its own, in a folder of its own.</summary>
internal sealed class CommandProcess : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("bellman-").FullName;

    /// <summary>Where the command runs.</summary>
    public string WorkingFolder { get; set; }

    /// <summary>Environment variables that it is given besides.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public CommandProcess() => WorkingFolder = Folder;

    public (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Starts the command; whoever asked reads what it prints.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll"), .. arguments])
        {
            WorkingDirectory = WorkingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
