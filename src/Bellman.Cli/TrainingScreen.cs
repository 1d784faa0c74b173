using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Bellman.Cli;

/// <summary>What a person sees of training: a panel in a terminal, plain lines elsewhere.</summary>
/// <param name="output">Where text goes.</param>
/// <param name="quiet">Whether to show the result alone.</param>
/// <param name="resultElsewhere">Whether the result is told in another way, so that it is not shown here.</param>
internal sealed class TrainingScreen(TextWriter output, bool quiet, bool resultElsewhere = false)
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    public void Begin(params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            Say(line);
        }
    }

    public void Say(string line)
    {
        if (!quiet)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Says what must not be missed, quiet or not, beside the result.</summary>
    public static void Warn(string line) => Console.Error.WriteLine(line);

    /// <summary>Shows progress while training runs.</summary>
    public void Show(Action<Action<TrainingProgress>> train)
    {
        if (quiet)
        {
            train(_ => { });
        }
        else if (output == Console.Out && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive)
        {
            LivePanel.Show(AnsiConsole.Console, train);
        }
        else
        {
            ShowLines(train);
        }
    }

    public void Result(IAgent agent, EvaluationResult? evaluation, double? exact, RunFolder run)
    {
        if (resultElsewhere)
        {
            return;
        }

        var progress = agent.Progress;
        if (evaluation is { } result)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Evaluation over {result.Episodes} episodes: {result}{EvalCommand.Remarks(result, exact)}"));
        }

        Say(string.Create(CultureInfo.InvariantCulture, $"Trained {progress.Steps:N0} steps in {progress.Elapsed.TotalSeconds:0.00} s ({progress.StepsPerSecond:N0} steps/s{(progress.LearnsWhilePlaying ? "" : $"; {100 * (progress.LearnTime / progress.Elapsed):0} % learning")})."));
        Say($"Go on with: {ShellText.Join("bellman", "eval", run.Path)}");
    }

    private void ShowLines(Action<Action<TrainingProgress>> train)
    {
        var last = Stopwatch.GetTimestamp();
        var tenth = 0L;
        var (monitor, told) = (new TrainingMonitor(), new HashSet<string>());
        train(progress =>
        {
            // Each kind of warning once: lines stay where they are.
            monitor.Add(progress);
            foreach (var warning in monitor.Warnings.Where(warning => told.Add(warning.Name)))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Warning at step {progress.Steps:N0}: {warning.What}; {warning.Try}."));
            }

            var now = 10 * progress.Steps / progress.TotalSteps;
            if (now > tenth || Stopwatch.GetElapsedTime(last) > LineInterval)
            {
                (tenth, last) = (now, Stopwatch.GetTimestamp());
                var left = progress.Elapsed * (Math.Max(0, progress.TotalSteps - progress.Steps) / (double)progress.Steps);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Math.Min(100, 100.0 * progress.Steps / progress.TotalSteps),3:0} %  {Describe(progress)}, {left:m\\:ss} left"));
            }
        });
    }

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"{progress.Steps:N0} steps, {progress.StepsPerSecond:N0}/s, mean return {(double.IsNaN(progress.MeanReturn) ? "–" : progress.MeanReturn.ToString("0.0", CultureInfo.InvariantCulture))}");
}
