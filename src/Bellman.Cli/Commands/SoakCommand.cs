using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman.Cli;

/// <summary><c>bellman bench soak</c>: a long run, as <c>bellman train</c> does it, whose memory must not grow.</summary>
internal static class SoakCommand
{
    private const double Mebibyte = 1 << 20;

    private static readonly Argument<string> EnvironmentName = new("environment") { Description = "Where to train: an id or a file.", DefaultValueFactory = _ => "CartPole-v1" };
    private static readonly Option<long> Steps = new("--steps") { Description = "Environment steps; 100 million take about ten minutes.", DefaultValueFactory = _ => 100_000_000 };
    private static readonly Option<long?> Every = new("--every") { Description = "Environment steps between evaluations, and between checkpoints; by default a thousandth of the steps, and at least 10,000." };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "The seed of everything random.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Out = new("--out") { Description = "Keep the run in this folder; by default it is removed." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("soak", "Train for long with PPO, with evaluations and checkpoints, and tell at each tenth how much memory the process occupies; fails if it moves by more than 5 % after the first tenth.\n\nExample:\n  bellman bench soak --steps 10000000")
        {
            EnvironmentName, Steps, Every, Seed, Out, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (steps, seed, json) = (arguments.GetValue(Steps), arguments.GetValue(Seed), arguments.GetValue(Json));
        if (steps < 100)
        {
            throw new UsageException($"--steps is {steps}; it must be at least 100, to have tenths to look at.");
        }

        var every = arguments.GetValue(Every) ?? Math.Max(10_000, steps / 1000);
        if (every < 1)
        {
            throw new UsageException($"--every is {every}; it must be at least 1.");
        }

        NumericsThreads.Count = 1;
        var scratch = Directory.CreateTempSubdirectory("bellman-soak-").FullName;
        try
        {
            var output = json ? Console.Error : Console.Out;
            MemoryWatch? watch = null;
            watch = new MemoryWatch(sample => output.WriteLine(Describe(watch!, sample)));
            var job = Job(OwnEnvironments.Canonical(arguments.GetRequiredValue(EnvironmentName)), steps, every, seed, arguments.GetValue(Out) ?? Path.Combine(scratch, "run"), watch);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Training {job.Description.Algorithm} on {job.Description.Environment}, {steps:N0} steps, evaluating and saving every {every:N0}."));
            using var interrupt = new Interrupt();
            var (summary, interrupted) = job.Run(new TrainingScreen(output, quiet: true, resultElsewhere: true), interrupt.Token);
            if (interrupted)
            {
                return CommandLine.Interrupted;
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(watch.Flat ? "Flat" : "Not flat")}: after the first tenth the working set moved by {100 * watch.LargestChange:+0.0;-0.0;0.0} % at most, and {100 * MemoryWatch.Tolerance:0} % is allowed; {(double)summary["seconds"]!:0} s."));
            if (json)
            {
                Console.Out.WriteLine(Result(watch, summary).ToJsonString());
            }

            return watch.Flat ? CommandLine.Done : CommandLine.Failed;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static TrainingJob Job(string environment, long steps, long every, ulong seed, string folder, MemoryWatch watch)
    {
        var plan = CommandLine.Usage(() => AlgorithmRegistry.Get("ppo").Configure(new AlgorithmRequest
        {
            Environment = EnvironmentRegistry.Default.Get(environment).Id,
            UseTuned = true,
            Values = [("steps", steps.ToString(CultureInfo.InvariantCulture), "--steps"), ("seed", seed.ToString(CultureInfo.InvariantCulture), "--seed")],
        }));
        return new TrainingJob
        {
            Description = new RunDescription { Algorithm = "ppo", Environment = environment, Seed = seed, Settings = plan.Settings, Sources = plan.Sources },
            Folder = folder,
            GoOn = ShellText.Join("bellman", "train", "ppo", environment, "--resume", folder),
            Plan = plan,
            Threads = 1,
            EvalEpisodes = 0,
            CheckpointEvery = every,
            EvalEvery = every,
            Watch = watch,
            Resumes = false,
        };
    }

    private static string Describe(MemoryWatch watch, MemorySample sample) => string.Create(
        CultureInfo.InvariantCulture,
        $"{sample.Steps,13:N0} steps  working set {sample.WorkingSet / Mebibyte,7:0.0} MiB  ({100 * watch.Change(sample),5:+0.0;-0.0;0.0} %)  managed {sample.Managed / Mebibyte,6:0.0} MiB");

    private static JsonObject Result(MemoryWatch watch, JsonObject summary) => new()
    {
        ["environment"] = summary["environment"]!.DeepClone(),
        ["steps"] = summary["steps"]!.DeepClone(),
        ["seconds"] = summary["seconds"]!.DeepClone(),
        ["tenths"] = new JsonArray([.. watch.Samples.Select(sample => new JsonObject { ["steps"] = sample.Steps, ["workingSet"] = sample.WorkingSet, ["managed"] = sample.Managed })]),
        ["largestChange"] = watch.LargestChange,
        ["flat"] = watch.Flat,
    };
}
