using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman.Cli;

/// <summary><c>bellman train</c>: trains an agent, evaluates it and leaves a run folder.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> Algorithm = new("algorithm") { Description = "The algorithm's name, as ppo; 'bellman list algorithms' shows all." };
    private static readonly Argument<string> Environment = new("environment") { Description = "The environment's id, as CartPole-v1; 'bellman list environments' shows all. Or a file: my-environment.cs, my.dll or my.dll:Type." };
    private static readonly Option<long?> Steps = new("--steps") { Description = "Environment steps to train for; by default the tuned number, else 1,000,000." };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "The seed of everything random.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int?> Seeds = new("--seeds") { Description = "Runs for so many seeds from --seed on, one thread each, into <folder>/seed-<k>." };
    private static readonly Option<int?> Envs = new("--envs") { Description = "Environments side by side; by default the tuned number, else 1." };
    private static readonly Option<int> Threads = new("--threads") { Description = "Threads for environments and matrix products; the result has the same bits.", DefaultValueFactory = _ => 1 };
    private static readonly Option<FileInfo?> Settings = new("--settings") { Description = "A JSON file of settings." };
    private static readonly Option<string[]> Set = new("--set") { Description = "One setting, as learningRate=linear:1e-3; may be repeated." };
    private static readonly Option<string[]> EnvSet = new("--env-set") { Description = "One option of the environment, as g=9.81; may be repeated." };
    private static readonly Option<bool> Defaults = new("--defaults") { Description = "Leave the tuned settings aside." };
    private static readonly Option<string?> Out = new("--out") { Description = "The run's folder; by default runs/<environment>/<algorithm>-<seed>-<n>." };
    private static readonly Option<string?> Resume = new("--resume") { Description = "The folder of a run to go on with; --steps may raise its steps in all." };
    private static readonly Option<string?> From = new("--from") { Description = "A checkpoint or run whose weights the new run begins with." };
    private static readonly Option<long?> CheckpointEvery = new("--checkpoint-every") { Description = "Environment steps between checkpoints; by default one is written every ten seconds. The result has the same bits." };
    private static readonly Option<int> EvalEpisodes = new("--eval-episodes") { Description = "Episodes of the evaluation at the end; 0 for none.", DefaultValueFactory = _ => 100 };
    private static readonly Option<long?> EvalEvery = new("--eval-every") { Description = "Environment steps between evaluations on the way, of 20 episodes each; the best policy is kept as checkpoints/best.bellman. The result has the same bits." };
    private static readonly Option<double?> StopAt = new("--stop-at") { Description = "Stops as soon as an evaluation's mean return is this high; needs --eval-every." };
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "Print the result alone." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("train", "Train an agent.\n\nExamples:\n  bellman train ppo CartPole-v1\n  bellman train ppo Pendulum-v1 --seed 3 --set hiddenSizes=256,256 --json\n  bellman train q-learning Taxi-v3 --set epsilon=linear:0.3\n  bellman train semi-gradient-sarsa-lambda MountainCar-v0\n  bellman train ppo CartPole-v1 --resume runs/CartPole-v1/ppo-1-1")
        {
            Algorithm, Environment, Steps, Seed, Seeds, Envs, Threads, Settings, Set, EnvSet, Defaults, Out, Resume, From, CheckpointEvery, EvalEpisodes, EvalEvery, StopAt, Quiet, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (threads, evalEpisodes, json, every) = (arguments.GetValue(Threads), arguments.GetValue(EvalEpisodes), arguments.GetValue(Json), arguments.GetValue(CheckpointEvery));
        if (threads < 1 || evalEpisodes < 0 || every < 1)
        {
            throw new UsageException(threads < 1 ? $"--threads is {threads}; it must be at least 1."
                : evalEpisodes < 0 ? $"--eval-episodes is {evalEpisodes}; it must be at least 0." : $"--checkpoint-every is {every}; it must be at least 1.");
        }

        if (arguments.GetValue(EvalEvery) is { } evalEvery ? evalEvery < 1 : arguments.GetValue(StopAt) is not null)
        {
            throw new UsageException(arguments.GetValue(EvalEvery) is { } given ? $"--eval-every is {given}; it must be at least 1." : "--stop-at looks at evaluations on the way; say with --eval-every how often they are made.");
        }

        if (arguments.GetValue(Seeds) is { } seeds)
        {
            return RunSeeds(arguments, seeds, json);
        }

        NumericsThreads.Count = threads;
        var job = arguments.GetValue(Resume) is { } folder
            ? Resumed(arguments, folder, Given(arguments, Seed) ? arguments.GetValue(Seed) : null, threads)
            : Begun(arguments, FirstSeed(arguments), arguments.GetValue(Out), threads);
        using var interrupt = new Interrupt();
        var (summary, interrupted) = job.Run(new TrainingScreen(json ? Console.Error : Console.Out, arguments.GetValue(Quiet), resultElsewhere: json), interrupt.Token);
        if (json)
        {
            Console.Out.WriteLine(summary.ToJsonString());
        }

        return interrupted ? CommandLine.Interrupted : CommandLine.Done;
    }

    private static int RunSeeds(ParseResult arguments, int count, bool json)
    {
        if (count < 1)
        {
            throw new UsageException($"--seeds is {count}; it must be at least 1.");
        }

        var (algorithm, environment, (first, source), resume) = (arguments.GetRequiredValue(Algorithm), OwnEnvironments.Canonical(arguments.GetRequiredValue(Environment)), FirstSeed(arguments), arguments.GetValue(Resume));
        if (first > ulong.MaxValue - (ulong)(count - 1))
        {
            throw new UsageException($"--seeds is {count}, and from {first} on there are not as many seeds; begin with a smaller --seed.");
        }

        var parent = resume ?? arguments.GetValue(Out) ?? RunFolder.Free(OwnEnvironments.ShortName(environment), algorithm, first);
        var runs = Enumerable.Range(0, count).Select(i => (Seed: first + (ulong)i, Folder: Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"seed-{first + (ulong)i}")))).ToList();
        var begun = resume is null ? null : runs.Where(run => RunRecord.IsRun(run.Folder)).Select(run => run.Folder).FirstOrDefault()
            ?? throw new UsageException($"'{resume}' holds none of the runs seed-{first} to seed-{runs[^1].Seed}; name the folder that --seeds left, or leave --resume out.");

        // A run that had not begun when the others were interrupted begins now, as they did.
        var jobs = runs.Select(run => RunRecord.IsRun(run.Folder) && begun is not null ? Resumed(arguments, run.Folder, run.Seed, threads: 1)
            : begun is not null ? Resumed(arguments, begun, seed: null, threads: 1, like: (run.Seed, run.Folder))
            : Begun(arguments, (run.Seed, source), run.Folder, threads: 1)).ToList();

        // Each has one thread of its own; --threads says how many there are.
        NumericsThreads.Count = 1;
        var atOnce = Given(arguments, Threads) ? arguments.GetValue(Threads) : System.Environment.ProcessorCount;
        var screen = new TrainingScreen(json ? Console.Error : Console.Out, arguments.GetValue(Quiet));
        screen.Say($"Training {algorithm} on {environment}, seeds {first} to {runs[^1].Seed}, {Math.Min(atOnce, count)} at once, in {parent}.");
        using var interrupt = new Interrupt();
        var (result, interrupted) = SeedRuns.Run(jobs, atOnce, screen.Say, interrupt.Token);
        if (interrupted)
        {
            TrainingScreen.Warn($"Interrupted and saved; go on with: {GoOn(arguments, algorithm, environment, parent, "--seed", $"{first}", "--seeds", $"{count}")}");
        }

        if (json)
        {
            Console.Out.WriteLine(result.ToJsonString());
        }
        else if ((result["summary"]!["evaluation"] ?? result["summary"]!["trainReturn"]) is JsonObject spread)
        {
            Console.Out.WriteLine($"Return over the seeds, smallest / median / largest: {SeedRuns.Describe(spread)}");
        }

        return interrupted ? CommandLine.Interrupted : CommandLine.Done;
    }

    private static bool Given(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    // The command that goes on: what the folder does not remember is said again.
    private static string GoOn(ParseResult arguments, string algorithm, string environment, string folder, params string[] seeds) => ShellText.Join(
        ["bellman", "train", algorithm, environment, .. seeds, "--resume", folder, .. (seeds.Length > 0 ? ShellText.Given(arguments, From) : []),
            .. new Option[] { Threads, CheckpointEvery, EvalEpisodes, EvalEvery, StopAt, Quiet, Json }.SelectMany(option => ShellText.Given(arguments, option))]);

    // The flag stands over --set, which stands over the file.
    private static (ulong Seed, string Source) FirstSeed(ParseResult arguments)
    {
        if (Given(arguments, Seed))
        {
            return (arguments.GetValue(Seed), "--seed");
        }

        var set = CommandLine.Pairs(arguments.GetValue(Set), "--set").LastOrDefault(pair => string.Equals(pair.Name, "seed", StringComparison.OrdinalIgnoreCase)).Value;
        var file = ReadSettings(arguments.GetValue(Settings))?.FirstOrDefault(pair => string.Equals(pair.Key, "seed", StringComparison.OrdinalIgnoreCase)).Value?.ToString();
        return (set ?? file) is not { } text ? (arguments.GetValue(Seed), "default")
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? (seed, set is null ? "file" : "--set")
            : throw new UsageException($"The setting 'seed' is '{text}'; it must be a whole number of at least 0.");
    }

    private static Checkpoint? OpenFrom(ParseResult arguments) =>
        arguments.GetValue(From) is { } path ? CommandLine.Usage(() => Checkpoint.Open(Directory.Exists(path) ? RunFolder.FindCheckpoint(path) ?? path : path)) : null;

    private static TrainingJob Begun(ParseResult arguments, (ulong Value, string Source) seed, string? folder, int threads)
    {
        var (algorithm, environment) = (arguments.GetRequiredValue(Algorithm), OwnEnvironments.Canonical(arguments.GetRequiredValue(Environment)));
        var from = OpenFrom(arguments);
        folder ??= RunFolder.Free(OwnEnvironments.ShortName(environment), algorithm, seed.Value);
        var plan = CommandLine.Usage(() => AlgorithmRegistry.Get(algorithm).Configure(new AlgorithmRequest
        {
            Environment = EnvironmentRegistry.Default.Get(environment).Id,
            UseTuned = !arguments.GetValue(Defaults),
            Networks = from is null ? null : Policy.ReadNetworkSettings(from),
            File = ReadSettings(arguments.GetValue(Settings)),
            Values = [.. Values(arguments), ("seed", seed.Value.ToString(CultureInfo.InvariantCulture), seed.Source)],
        }));
        return new TrainingJob
        {
            Description = new RunDescription
            {
                Algorithm = algorithm,
                Environment = environment,
                EnvironmentOptions = CommandLine.EnvironmentOptions(arguments.GetValue(EnvSet)),
                Seed = seed.Value,
                Settings = plan.Settings,
                Sources = plan.Sources,
            },
            Folder = folder,
            GoOn = GoOn(arguments, algorithm, environment, folder),
            Plan = plan,
            Threads = threads,
            EvalEpisodes = arguments.GetValue(EvalEpisodes),
            CheckpointEvery = arguments.GetValue(CheckpointEvery),
            EvalEvery = arguments.GetValue(EvalEvery),
            StopAt = arguments.GetValue(StopAt),
            From = from,
            Resumes = false,
        };
    }

    // What the folder says holds; what is said again must agree with it, but for the steps in all. A run that is to begin like it has its settings, with another seed in another folder.
    private static TrainingJob Resumed(ParseResult arguments, string folder, ulong? seed, int threads, (ulong Seed, string Folder)? like = null)
    {
        var description = CommandLine.Usage(() => RunDescription.Read(folder));
        Agree(folder, "the algorithm", description.Algorithm, arguments.GetRequiredValue(Algorithm));
        var environment = OwnEnvironments.Canonical(arguments.GetRequiredValue(Environment));
        if (OwnEnvironments.HasMoved(description.Environment, environment))
        {
            description = description with { Environment = environment };
        }

        Agree(folder, "the environment", description.Environment, environment);
        if (seed is { } expected)
        {
            Agree(folder, "the seed", description.Seed.ToString(CultureInfo.InvariantCulture), expected.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (name, value) in CommandLine.Pairs(arguments.GetValue(EnvSet), "--env-set"))
        {
            Agree(folder, $"the environment's option {name}", description.EnvironmentOptions.GetValueOrDefault(name, "unset"), value);
        }

        if (arguments.GetValue(Defaults) && description.Sources.Values.Contains("tuned"))
        {
            throw new UsageException($"The run in '{folder}' has tuned settings, but --defaults was given; leave it out, or begin a new run.");
        }

        // With several seeds, old weights are for those that had not begun.
        var hasFrom = arguments.GetValue(From) is not null && arguments.GetValue(Seeds) is null;
        if (hasFrom || arguments.GetValue(Out) is not null)
        {
            throw new UsageException($"--resume goes on in its own folder with its own weights; leave {(hasFrom ? "--from" : "--out")} out.");
        }

        // Several seeds have been compared by their folders.
        var asked = Configure(description, Merged(description.Settings, ReadSettings(arguments.GetValue(Settings))), Values(arguments));
        foreach (var (name, value) in asked.Settings.Where(setting => setting.Key != "steps" && (setting.Key != "seed" || arguments.GetValue(Seeds) is null)))
        {
            Agree(folder, $"the setting {name}", description.Settings[name]?.ToJsonString() ?? "null", value?.ToJsonString() ?? "null");
        }

        if (like is null && Given(arguments, Steps) && TakenSteps(folder) is var taken && asked.Steps < Math.Min(taken, StepsOf(description)))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"The run in '{folder}' has taken {taken:N0} steps, and --steps, the number in all, is {asked.Steps:N0}; give a larger one, or leave it out."));
        }

        var settings = description.Settings.DeepClone().AsObject();
        settings["steps"] = asked.Steps;
        var sources = description.Sources.ToDictionary(pair => pair.Key, pair => pair.Key == "steps" && arguments.GetValue(Steps) is not null ? "--steps" : pair.Value);
        description = description with { Settings = settings, Sources = sources };
        if (like is { } other)
        {
            settings["seed"] = other.Seed;
            (description, folder) = (description with { Seed = other.Seed }, other.Folder);
        }

        return new TrainingJob
        {
            Description = description,
            Folder = folder,
            GoOn = GoOn(arguments, description.Algorithm, description.Environment, folder),
            Plan = Configure(description, settings, []),
            Threads = threads,
            EvalEpisodes = arguments.GetValue(EvalEpisodes),
            CheckpointEvery = arguments.GetValue(CheckpointEvery),
            EvalEvery = arguments.GetValue(EvalEvery),
            StopAt = arguments.GetValue(StopAt),
            From = like is null ? null : OpenFrom(arguments),
            Resumes = like is null,
        };
    }

    // As far as its checkpoint is.
    private static long TakenSteps(string folder) => RunFolder.FindCheckpoint(folder) is { } path && Checkpoint.Open(path).Json("training.json")["steps"] is JsonValue value && value.TryGetValue<long>(out var steps) ? steps : 0;

    private static long StepsOf(RunDescription description) => description.Settings["steps"] is JsonValue value && value.TryGetValue<long>(out var steps) ? steps : 0;

    private static AlgorithmPlan Configure(RunDescription description, JsonObject settings, IReadOnlyList<(string Name, string Text, string Source)> values) =>
        CommandLine.Usage(() => AlgorithmRegistry.Get(description.Algorithm).Configure(new AlgorithmRequest
        {
            Environment = EnvironmentRegistry.Default.Get(description.Environment).Id,
            UseTuned = false,
            File = settings,
            Values = values,
        }));

    private static void Agree(string folder, string what, string has, string asked)
    {
        if (has != asked)
        {
            throw new UsageException($"{char.ToUpperInvariant(what[0])}{what[1..]} of the run in '{folder}' is {has}, not {asked}; leave it as it is to go on, or begin a new run (--from takes its weights along).");
        }
    }

    private static JsonObject Merged(JsonObject settings, JsonObject? over)
    {
        var merged = settings.DeepClone().AsObject();
        foreach (var (name, value) in over ?? [])
        {
            merged[merged.Select(pair => pair.Key).FirstOrDefault(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase)) ?? name] = value?.DeepClone();
        }

        return merged;
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

        return CommandLine.Usage(() => SettingsOverlay.Parse(File.ReadAllText(file.FullName), $"'{file}'"));
    }

    // Flags stand over --set, which stands over everything else.
    private static List<(string Name, string Text, string Source)> Values(ParseResult arguments)
    {
        var values = CommandLine.Pairs(arguments.GetValue(Set), "--set").Select(pair => (pair.Name, pair.Value, "--set")).ToList();
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
}
