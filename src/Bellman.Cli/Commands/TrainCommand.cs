using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman.Cli;

/// <summary><c>bellman train</c>: trains an agent, evaluates it and leaves a run folder.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> Algorithm = new("algorithm") { Description = "The algorithm's name, as ppo; 'bellman list algorithms' shows all." };
    private static readonly Argument<string> Environment = new("environment") { Description = "The environment's id, as CartPole-v1; 'bellman list environments' shows all." };
    private static readonly Option<long?> Steps = new("--steps") { Description = "Environment steps to train for; by default the tuned number, else 1,000,000." };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "The seed of everything random.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int?> Envs = new("--envs") { Description = "Environments side by side; by default the tuned number, else 1." };
    private static readonly Option<int> Threads = new("--threads") { Description = "Threads for environments and matrix products; the result has the same bits.", DefaultValueFactory = _ => 1 };
    private static readonly Option<FileInfo?> Settings = new("--settings") { Description = "A JSON file of settings." };
    private static readonly Option<string[]> Set = new("--set") { Description = "One setting, as learningRate=linear:1e-3; may be repeated." };
    private static readonly Option<string[]> EnvSet = new("--env-set") { Description = "One option of the environment, as g=9.81; may be repeated." };
    private static readonly Option<bool> Defaults = new("--defaults") { Description = "Leave the tuned settings aside." };
    private static readonly Option<string?> Out = new("--out") { Description = "The run's folder; by default runs/<environment>/<algorithm>-<seed>-<n>." };
    private static readonly Option<int> EvalEpisodes = new("--eval-episodes") { Description = "Episodes of the evaluation at the end; 0 for none.", DefaultValueFactory = _ => 100 };
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "Print the result alone." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("train", "Train an agent.\n\nExamples:\n  bellman train ppo CartPole-v1\n  bellman train ppo Pendulum-v1 --seed 3 --set hiddenSizes=256,256 --json")
        {
            Algorithm, Environment, Steps, Seed, Envs, Threads, Settings, Set, EnvSet, Defaults, Out, EvalEpisodes, Quiet, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (algorithm, environment, seed) = (arguments.GetRequiredValue(Algorithm), arguments.GetRequiredValue(Environment), arguments.GetValue(Seed));
        var (threads, evalEpisodes, json) = (arguments.GetValue(Threads), arguments.GetValue(EvalEpisodes), arguments.GetValue(Json));
        if (threads < 1 || evalEpisodes < 0)
        {
            throw new UsageException(threads < 1 ? $"--threads is {threads}; it must be at least 1." : $"--eval-episodes is {evalEpisodes}; it must be at least 0.");
        }

        var plan = CommandLine.Usage(() => AlgorithmRegistry.Get(algorithm).Configure(new AlgorithmRequest
        {
            Environment = EnvironmentRegistry.Default.Get(environment).Id,
            UseTuned = !arguments.GetValue(Defaults),
            File = ReadSettings(arguments.GetValue(Settings)),
            Values = Values(arguments, seed),
        }));
        var options = CommandLine.Pairs(arguments.GetValue(EnvSet), "--env-set").ToDictionary(pair => pair.Name, pair => pair.Value);
        NumericsThreads.Count = threads;

        // Far apart, so that runs of neighbouring seeds share no episodes.
        var environments = CommandLine.Usage(() => VectorEnvironment.Make(environment, plan.Environments, 1000 * seed, threads, options));
        using var agent = CommandLine.Usage(() => plan.Make(environments));
        using var run = new RunFolder(arguments.GetValue(Out) ?? RunFolder.Free(environment, algorithm, seed), new RunDescription
        {
            Algorithm = algorithm,
            Environment = environment,
            EnvironmentOptions = options,
            Seed = seed,
            Settings = plan.Settings,
            Sources = plan.Sources,
        }, plan.Steps);
        var screen = new TrainingScreen(json ? Console.Error : Console.Out, arguments.GetValue(Quiet));
        screen.Begin(
            $"Training {algorithm} on {environment}, seed {seed}, {plan.Environments} environment{(plan.Environments == 1 ? "" : "s")}, {plan.Steps.ToString("N0", CultureInfo.InvariantCulture)} steps.",
            plan.Tuned ? $"Tuned settings for {environment} are in use; --defaults leaves them aside." : "Default settings are in use.",
            $"Run folder: {run.Path}");

        agent.Episodes.Ended += episode => run.Add(episode, agent.Episodes.MeanReturn);
        var interrupted = Learn(agent, plan.Steps, run, screen);
        run.Finish(agent);

        var evaluation = evalEpisodes > 0 && !interrupted ? Evaluation.Run(agent.Policy, environment, evalEpisodes, options: options) : (EvaluationResult?)null;
        var summary = Summary(algorithm, environment, seed, agent, evaluation, run);
        run.WriteSummary(summary);
        if (interrupted)
        {
            screen.Say($"Interrupted after {agent.Progress.Steps} steps; what was learned is in {run.FinalCheckpoint}.");
        }

        if (json)
        {
            Console.Out.WriteLine(summary.ToJsonString());
        }
        else
        {
            screen.Result(agent, evaluation, run);
        }

        return interrupted ? CommandLine.Interrupted : CommandLine.Done;
    }

    private static bool Learn(IAgent agent, long steps, RunFolder run, TrainingScreen screen)
    {
        using var interrupt = new CancellationTokenSource();
        void OnInterrupt(object? sender, ConsoleCancelEventArgs e)
        {
            e.Cancel = true;
            interrupt.Cancel();
        }

        Console.CancelKeyPress += OnInterrupt;
        try
        {
            screen.Show(report => agent.Learn(steps, new Report(progress =>
            {
                run.Add(progress);
                report(progress);
            }), cancellation: interrupt.Token));
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        finally
        {
            Console.CancelKeyPress -= OnInterrupt;
        }
    }

    private static JsonObject? ReadSettings(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        if (!file.Exists)
        {
            throw new UsageException($"The settings file '{file}' does not exist.");
        }

        try
        {
            return JsonNode.Parse(File.ReadAllText(file.FullName)) as JsonObject ?? throw new UsageException($"The settings file '{file}' is no JSON object; write it as {{\"learningRate\": 1e-3}}.");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"The settings file '{file}' is no JSON: {exception.Message}");
        }
    }

    // Flags stand over --set, which stands over everything else.
    private static List<(string Name, string Text, string Source)> Values(ParseResult arguments, ulong seed)
    {
        var values = CommandLine.Pairs(arguments.GetValue(Set), "--set").Select(pair => (pair.Name, pair.Value, "--set")).ToList();
        values.Add(("seed", seed.ToString(CultureInfo.InvariantCulture), "--seed"));
        if (arguments.GetValue(Steps) is { } steps)
        {
            values.Add(("steps", steps.ToString(CultureInfo.InvariantCulture), "--steps"));
        }

        if (arguments.GetValue(Envs) is { } environments)
        {
            values.Add(("environments", environments.ToString(CultureInfo.InvariantCulture), "--envs"));
        }

        return values;
    }

    private static JsonObject Summary(string algorithm, string environment, ulong seed, IAgent agent, EvaluationResult? evaluation, RunFolder run) => new()
    {
        ["algorithm"] = algorithm,
        ["environment"] = environment,
        ["seed"] = seed,
        ["steps"] = agent.Progress.Steps,
        ["episodes"] = agent.Progress.Episodes,
        ["seconds"] = Math.Round(agent.Progress.Elapsed.TotalSeconds, 4),
        ["stepsPerSecond"] = Math.Round(agent.Progress.StepsPerSecond),
        ["trainReturn"] = double.IsNaN(agent.Progress.MeanReturn) ? null : agent.Progress.MeanReturn,
        ["evaluation"] = evaluation is { } result ? EvalCommand.ToJson(result) : null,
        ["run"] = run.Path,
        ["weightsSha256"] = agent.Policy.WeightsSha256,
    };

    // Not System.Progress, which would report on another thread.
    private sealed class Report(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        void IProgress<TrainingProgress>.Report(TrainingProgress value) => action(value);
    }
}
