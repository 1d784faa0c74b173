using System.Diagnostics;
using System.Globalization;

namespace Bellman.Tests;

/// <summary>Runs a program that trains into a folder, kills it again and again, and starts it anew to go on, until it ends by itself.</summary>
internal sealed class KilledRun
{
    private readonly List<string> resumed = [];

    /// <summary>The lines in which the program told where it went on.</summary>
    public IReadOnlyList<string> Resumed => resumed;

    /// <summary>How often it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>What the last life wrote.</summary>
    public string Output { get; private set; } = "";

    /// <summary>Kills at moments that are uniform over the time that training takes.</summary>
    /// <param name="start">How to start it; told whether it goes on.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="kills">How often.</param>
    /// <param name="duration">How long training takes, about.</param>
    /// <param name="seed">Of the moments.</param>
    public static KilledRun Run(Func<bool, ProcessStartInfo> start, string folder, int kills, TimeSpan duration, int seed)
    {
        var (run, random, done) = (new KilledRun(), new Random(seed), 0.0);
        foreach (var moment in Enumerable.Range(0, kills).Select(_ => random.NextDouble()).Order().ToList())
        {
            if (!run.Live(start(run.Kills > 0), folder, (moment - done) * duration))
            {
                return run;
            }

            done = moment;
        }

        run.Live(start(run.Kills > 0), folder, time: null);
        return run;
    }

    /// <summary>A table's rows without the columns that tell of time.</summary>
    public static IReadOnlyList<string> Rows(string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "progress.csv")).Select(line => line.Split(',')).ToList();
        int[] kept = [.. Enumerable.Range(0, lines[0].Length).Where(i => !lines[0][i].StartsWith("time/", StringComparison.Ordinal) || lines[0][i] is "time/total_timesteps" or "time/iterations")];
        return [.. lines.Select(line => string.Join(',', kept.Select(i => line[i])))];
    }

    /// <summary>The steps of an event file's rows.</summary>
    public static IReadOnlyList<string> EventSteps(string folder) =>
        [.. EventReader.Read(Path.Combine(folder, EventFile.FileName)).Skip(1).Select(row => row.Step.ToString(CultureInfo.InvariantCulture))];

    // One life: killed at its time after training began, or to its end. False if it ended before.
    private bool Live(ProcessStartInfo info, string folder, TimeSpan? time)
    {
        (info.RedirectStandardOutput, info.RedirectStandardError, info.UseShellExecute) = (true, true, false);
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        using var training = new ManualResetEventSlim();
        var lines = new List<string>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                lines.Add(text);
                if (text.StartsWith("Resumed at step", StringComparison.Ordinal))
                {
                    resumed.Add(text);
                }

                if (text.StartsWith("Run folder:", StringComparison.Ordinal))
                {
                    training.Set();
                }
            }
        };
        process.BeginOutputReadLine();
        if (time is { } life)
        {
            training.Wait(TimeSpan.FromSeconds(30));
            while (!process.HasExited && RunFolder.FindCheckpoint(folder) is null)
            {
                Thread.Sleep(1);
            }

            if (!process.WaitForExit(life))
            {
                process.Kill();
                process.WaitForExit();
                Kills++;
                return true;
            }
        }

        process.WaitForExit();
        Output = string.Join('\n', lines);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The program ended with {process.ExitCode}: {error.Result}");
        }

        return false;
    }
}
