using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Bellman.Cli;

/// <summary>What a person sees of training: a bar in a terminal, plain lines elsewhere.</summary>
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
            ShowBar(train);
        }
        else
        {
            ShowLines(train);
        }
    }

    public void Result(IAgent agent, EvaluationResult? evaluation, RunFolder run)
    {
        if (resultElsewhere)
        {
            return;
        }

        var progress = agent.Progress;
        if (evaluation is { } result)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Evaluation over {result.Episodes} episodes: {result}"));
        }

        Say(string.Create(CultureInfo.InvariantCulture, $"Trained {progress.Steps:N0} steps in {progress.Elapsed.TotalSeconds:0.00} s ({progress.StepsPerSecond:N0} steps/s; {progress.LearnTime / progress.Elapsed:P0} learning)."));
        Say($"Go on with: bellman eval {run.Path}");
    }

    private static void ShowBar(Action<Action<TrainingProgress>> train) => AnsiConsole.Progress()
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            var task = context.AddTask("starting");
            var last = Stopwatch.GetTimestamp();
            train(progress =>
            {
                // The bar is drawn ten times a second; more is wasted.
                if (Stopwatch.GetElapsedTime(last) < TimeSpan.FromMilliseconds(80) && progress.Steps < progress.TotalSteps)
                {
                    return;
                }

                last = Stopwatch.GetTimestamp();
                task.Value = 100.0 * progress.Steps / progress.TotalSteps;
                task.Description = Describe(progress);
            });
        });

    private void ShowLines(Action<Action<TrainingProgress>> train)
    {
        var last = Stopwatch.GetTimestamp();
        var tenth = 0L;
        train(progress =>
        {
            var now = 10 * progress.Steps / progress.TotalSteps;
            if (now > tenth || Stopwatch.GetElapsedTime(last) > LineInterval)
            {
                (tenth, last) = (now, Stopwatch.GetTimestamp());
                var left = progress.Elapsed * (Math.Max(0, progress.TotalSteps - progress.Steps) / (double)progress.Steps);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{100.0 * progress.Steps / progress.TotalSteps,3:0} %  {Describe(progress)}, {left:m\\:ss} left"));
            }
        });
    }

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"{progress.Steps:N0} steps, {progress.StepsPerSecond:N0}/s, mean return {(double.IsNaN(progress.MeanReturn) ? "–" : progress.MeanReturn.ToString("0.0", CultureInfo.InvariantCulture))}");
}
