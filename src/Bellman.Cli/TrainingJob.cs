using System.Globalization;
using System.Text.Json.Nodes;

namespace Bellman.Cli;

/// <summary>One run from its beginning or a checkpoint to its end: makes the environments and the agent, trains, saves, evaluates.</summary>
internal sealed class TrainingJob
{
    private bool begun;
    private long reached;

    /// <summary>What is trained.</summary>
    public required RunDescription Description { get; init; }

    /// <summary>Where the run lies.</summary>
    public required string Folder { get; init; }

    /// <summary>How the agent is made.</summary>
    public required AlgorithmPlan Plan { get; init; }

    /// <summary>Threads that step the environments.</summary>
    public required int Threads { get; init; }

    /// <summary>Episodes of the evaluation at the end; 0 for none.</summary>
    public required int EvalEpisodes { get; init; }

    /// <summary>The command that goes on with it.</summary>
    public required string GoOn { get; init; }

    /// <summary>Whether the folder holds the run already.</summary>
    public required bool Resumes { get; init; }

    /// <summary>Steps between checkpoints; null for the run folder's own measure.</summary>
    public long? CheckpointEvery { get; init; }

    /// <summary>Steps between evaluations on the way; null for none.</summary>
    public long? EvalEvery { get; init; }

    /// <summary>The mean return of an evaluation at which training stops; null for never.</summary>
    public double? StopAt { get; init; }

    /// <summary>Watches training besides; null for nobody.</summary>
    public TrainingCallback? Watch { get; init; }

    /// <summary>Whose weights a new run begins with; null for fresh ones.</summary>
    public Checkpoint? From { get; init; }

    /// <summary>Trains to the end, or until it is interrupted.</summary>
    /// <param name="screen">Shows how it goes.</param>
    /// <param name="interrupt">Stops it at the next end of a rollout, with a checkpoint.</param>
    /// <returns>The result as JSON, and whether it was interrupted.</returns>
    /// <exception cref="IOException">The folder can no longer be written; the message says what is kept and how to go on.</exception>
    public (JsonObject Summary, bool Interrupted) Run(TrainingScreen screen, CancellationToken interrupt)
    {
        try
        {
            return RunToTheEnd(screen, interrupt);
        }
        catch (Exception exception) when (begun && exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{exception.Message.TrimEnd('.')}. Training stopped after {Number(reached)} steps. {WhatIsKept()}", exception);
        }
    }

    private (JsonObject Summary, bool Interrupted) RunToTheEnd(TrainingScreen screen, CancellationToken interrupt)
    {
        var (algorithm, environment, seed) = (Description.Algorithm, Description.Environment, Description.Seed);

        // Far apart, so that runs of neighbouring seeds share no episodes.
        var environments = CommandLine.Usage(() => VectorEnvironment.Make(environment, Plan.Environments, 1000 * seed, Threads, Description.EnvironmentOptions));
        using var agent = CommandLine.Usage(() => Plan.Make(environments));
        using var run = Open(agent);
        var resumedFrom = agent.Progress.Steps;
        (begun, reached) = (true, resumedFrom);
        run.CheckpointEvery = CheckpointEvery;
        screen.Begin(
            $"Training {algorithm} on {environment}, seed {seed}, {Plan.Environments} environment{(Plan.Environments == 1 ? "" : "s")}, {Number(Plan.Steps)} steps.",
            Resumes ? Resumed(resumedFrom)
            : Plan.Tuned ? $"Tuned settings for {environment} are in use; --defaults leaves them aside." : "Default settings are in use.",
            $"Run folder: {run.Path}");

        agent.Episodes.Ended += episode => run.Add(episode, agent.Episodes.MeanReturn);
        var interrupted = Learn(agent, run, screen, interrupt);
        var evaluation = EvalEpisodes > 0 && !interrupted ? Evaluation.Run(agent.Policy, environment, EvalEpisodes, options: Description.EnvironmentOptions) : (EvaluationResult?)null;
        var exact = evaluation is null ? null : ExactEvaluation.Run(agent.Policy, environment, Description.EnvironmentOptions);
        var summary = Summary(agent, evaluation, exact, run, Resumes ? resumedFrom : null);
        if (interrupted)
        {
            TrainingScreen.Warn($"Interrupted after {Number(agent.Progress.Steps)} steps and saved; go on with: {GoOn}");
        }
        else
        {
            run.WriteSummary(summary);
            screen.Result(agent, evaluation, exact, run);
        }

        return (summary, interrupted);
    }

    private string WhatIsKept() => !Directory.Exists(Folder) ? $"The folder '{Folder}' was removed, and all that was saved with it; begin again."
        : RunFolder.FindCheckpoint(Folder) is { } checkpoint ? $"The last good checkpoint is {checkpoint}; make the folder writable, or room on its disk, and go on with: {GoOn}"
        : "No checkpoint had been written; make the folder writable, or room on its disk, and begin again.";

    private string Resumed(long steps) => steps == 0 ? "Resumed at step 0, before its first checkpoint: it begins again, with the run's settings."
        : $"Resumed at step {Number(steps)}, with the run's settings{(steps >= Plan.Steps ? "; its steps are taken, and a larger --steps would go on" : "")}.";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private RunFolder Open(IAgent agent)
    {
        if (!Resumes)
        {
            if (From is not null)
            {
                CommandLine.Usage(() =>
                {
                    agent.LoadWeights(From);
                    return agent;
                });
            }

            return new RunFolder(Folder, Description, Plan.Steps);
        }

        var checkpoint = RunFolder.FindCheckpoint(Folder) is { } path ? Checkpoint.Open(path) : null;
        if (checkpoint is null && File.Exists(Path.Combine(Folder, "summary.json")))
        {
            throw new IOException($"The run in '{Folder}' came to its end, but its checkpoint is gone; put checkpoints/final.bellman back, or begin a new run.");
        }

        var run = RunFolder.Resume(Folder, Description, Plan.Steps, checkpoint);
        try
        {
            if (checkpoint is not null)
            {
                agent.LoadState(checkpoint);
            }

            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private bool Learn(IAgent agent, RunFolder run, TrainingScreen screen, CancellationToken interrupt)
    {
        try
        {
            screen.Show(report => agent.Learn(
                Plan.Steps,
                new Report(progress =>
                {
                    reached = progress.Steps;
                    run.Add(progress);
                    run.SaveIfDue(agent);
                    report(progress);
                }),
                Callbacks(run),
                interrupt));
            if (agent.Progress.StopReason is { } reason)
            {
                screen.Say($"Stopped after {Number(agent.Progress.Steps)} steps: {reason}.");
            }

            run.Finish(agent);
            return false;
        }
        catch (OperationCanceledException)
        {
            run.Save(agent);
            return true;
        }
    }

    private List<TrainingCallback> Callbacks(RunFolder run)
    {
        var callbacks = new List<TrainingCallback>();
        if (EvalEvery is { } every)
        {
            callbacks.Add(new EvaluationCallback(Description.Environment, every, Description.EnvironmentOptions)
            {
                BestPath = run.BestCheckpoint,
                SaveBest = (training, path) => run.SavePolicy(training.Policy, training.Progress.Steps, path),
            });
        }

        if (StopAt is { } threshold)
        {
            callbacks.Add(new StopAtReturn(threshold));
        }

        if (Watch is not null)
        {
            callbacks.Add(Watch);
        }

        return callbacks;
    }

    private JsonObject Summary(IAgent agent, EvaluationResult? evaluation, double? exact, RunFolder run, long? resumedFrom) => new()
    {
        ["algorithm"] = Description.Algorithm,
        ["environment"] = Description.Environment,
        ["seed"] = Description.Seed,
        ["steps"] = agent.Progress.Steps,
        ["resumedFromStep"] = resumedFrom,
        ["episodes"] = agent.Progress.Episodes,
        ["seconds"] = Math.Round(agent.Progress.Elapsed.TotalSeconds, 4),
        ["stepsPerSecond"] = Math.Round(agent.Progress.StepsPerSecond),
        ["trainReturn"] = double.IsNaN(agent.Progress.MeanReturn) ? null : agent.Progress.MeanReturn,
        ["evaluation"] = evaluation is { } result ? EvalCommand.ToJson(result, exact) : null,
        ["run"] = run.Path,
        ["weightsSha256"] = agent.Policy.WeightsSha256,
    };

    // Not System.Progress, which would report on another thread.
    private sealed class Report(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        void IProgress<TrainingProgress>.Report(TrainingProgress value) => action(value);
    }
}
