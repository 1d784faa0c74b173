using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Bellman.Cli;

/// <summary><c>bellman play</c>: looks at episodes of a run, or of an environment.</summary>
internal static class PlayCommand
{
    private static readonly Argument<string> What = new("what") { Description = "A run folder, a checkpoint file, or an environment's id." };
    private static readonly Option<string> Acting = new("--policy") { Description = "For an environment: random, or heuristic for the rules of a person.", DefaultValueFactory = _ => "random" };
    private static readonly Option<int> Episodes = new("--episodes") { Description = "How many episodes.", DefaultValueFactory = _ => 3 };
    private static readonly Option<string?> Out = new("--out") { Description = "The file: .html, .gif, or .png or .svg for one picture; by default replay.html in the run's folder." };
    private static readonly Option<bool> Terminal = new("--terminal") { Description = "Show the episodes here instead of writing a file." };
    private static readonly Option<double?> Fps = new("--fps") { Description = "Steps a second; by default the environment's own pace." };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Episode k is reset from this seed + k.", DefaultValueFactory = _ => Evaluation.DefaultSeed };
    private static readonly Option<string[]> EnvSet = new("--env-set") { Description = "One option of the environment, as g=9.81; may be repeated." };

    public static Command Create()
    {
        Acting.AcceptOnlyFromAmong("random", "heuristic");
        var command = new Command("play", "Look at what an agent does.\n\nExamples:\n  bellman play runs/CartPole-v1/ppo-1-1\n  bellman play Pendulum-v1 --policy heuristic --out pendulum.gif\n  bellman play MountainCar-v0 --terminal")
        {
            What, Acting, Episodes, Out, Terminal, Fps, Seed, EnvSet,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (episodes, fps, path) = (arguments.GetValue(Episodes), arguments.GetValue(Fps), arguments.GetValue(Out));
        if (episodes < 1 || fps <= 0)
        {
            throw new UsageException(episodes < 1 ? $"--episodes is {episodes}; it must be at least 1." : $"--fps is {fps}; it must be above 0.");
        }

        if (path is not null && Path.GetExtension(path).ToLowerInvariant() is not (".html" or ".gif" or ".png" or ".svg"))
        {
            throw new UsageException($"--out is '{path}'; its name must end in .html, .gif, .png or .svg.");
        }

        if (path is not null && arguments.GetValue(Terminal))
        {
            throw new UsageException("Give either --terminal or --out.");
        }

        var what = arguments.GetRequiredValue(What);
        var isRun = Directory.Exists(what) || (File.Exists(what) && Path.GetExtension(what) is not (".cs" or ".dll"));
        if (!isRun && !what.Contains(':') && !File.Exists(what) && (what.Contains('/') || what.Contains(Path.DirectorySeparatorChar) || what.EndsWith(".bellman", StringComparison.Ordinal)))
        {
            throw new UsageException($"There is no run or checkpoint '{what}'.");
        }

        var replay = isRun ? RecordRun(arguments, what) : RecordEnvironment(arguments, what);
        if (arguments.GetValue(Terminal))
        {
            return Show(replay, fps ?? replay.FramesPerSecond);
        }

        path ??= Directory.Exists(what) ? Path.Combine(what, "replay.html") : $"{RunFolder.FileName(replay.Title)}.html";
        replay.Save(path, fps);
        foreach (var episode in replay.Episodes)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {episode.Seed}: {episode.Steps} steps, return {episode.Return:0.###;-0.###;0}, {episode.End}"));
        }

        Console.Out.WriteLine($"{(path.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? "Open" : "Written:")} {Path.GetFullPath(path)}");
        return CommandLine.Done;
    }

    private static Replay RecordRun(ParseResult arguments, string what)
    {
        if (arguments.GetResult(Acting) is { Implicit: false })
        {
            throw new UsageException($"'{what}' has a policy of its own; --policy is for environments.");
        }

        var (policy, environment, trained) = SavedRun.Open(what);
        var given = Options(arguments);
        var options = trained.Where(pair => !given.ContainsKey(pair.Key)).Concat(given).ToDictionary();
        return CommandLine.Usage(() => Replay.Record(policy, environment, arguments.GetValue(Episodes), arguments.GetValue(Seed), options: options));
    }

    private static Replay RecordEnvironment(ParseResult arguments, string environment) => CommandLine.Usage(() =>
    {
        var (episodes, seed, options) = (arguments.GetValue(Episodes), arguments.GetValue(Seed), Options(arguments));
        if (arguments.GetValue(Acting) == "random")
        {
            return Replay.RecordRandom(environment, episodes, seed, options);
        }

        var rules = EnvironmentRegistry.Default.Get(environment).Heuristic
            ?? throw new UsageException($"There are no rules for '{environment}'; there are for {string.Join(", ", EnvironmentRegistry.Default.Specs.Where(spec => spec.Heuristic is not null).Select(spec => spec.Id))}.");
        if (options.Count > 0)
        {
            RefuseOtherSpaces(environment, options);
        }

        return Replay.Record(rules(), environment, episodes, seed, options);
    });

    // Rules are written for what the environment shows and takes by default.
    private static void RefuseOtherSpaces(string id, Dictionary<string, string> options)
    {
        using IEnvironment plain = EnvironmentRegistry.Default.Make(id), given = EnvironmentRegistry.Default.Make(id, options);
        foreach (var (what, expected, found) in new[] { ("see", plain.ObservationSpace, given.ObservationSpace), ("act in", plain.ActionSpace, given.ActionSpace) })
        {
            if (expected.ToString() != found.ToString())
            {
                throw new UsageException($"The rules for '{id}' {what} {expected}, but with these options it is {found}; leave them out, or take --policy random.");
            }
        }
    }

    private static Dictionary<string, string> Options(ParseResult arguments) => CommandLine.EnvironmentOptions(arguments.GetValue(EnvSet));

    private static int Show(Replay replay, double fps)
    {
        // Without a screen there is no pace to keep: the last picture of each episode is printed.
        var capabilities = AnsiConsole.Profile.Capabilities;
        var colors = capabilities.ColorSystem >= ColorSystem.TrueColor;
        var screen = !Console.IsOutputRedirected && capabilities.Ansi;

        // Some screens do not tell their size.
        var (columns, lines) = screen && Console.WindowWidth > 0 ? (Math.Max(10, Console.WindowWidth - 1), Math.Max(5, Console.WindowHeight - 3)) : (79, 21);
        using var interrupt = new Interrupt();
        Console.Out.Write(screen ? "\e[?25l" : "");
        for (var k = 0; k < replay.Episodes.Count && !interrupt.Token.IsCancellationRequested; k++)
        {
            var episode = replay.Episodes[k];
            Console.Out.Write(screen ? "\e[2J" : "");
            for (var step = screen ? 0 : episode.Steps; step <= episode.Steps && !interrupt.Token.IsCancellationRequested; step++)
            {
                var began = Environment.TickCount64;
                var frame = episode.Frames[step];
                var caption = string.Create(
                    CultureInfo.InvariantCulture, $"{replay.Title}  episode {k + 1} of {replay.Episodes.Count}  step {step}  reward {frame.Reward:0.###}  return {frame.Return:0.###;-0.###;0}");
                var picture = TerminalDrawing.Write(frame.Scene, columns, lines, colors);

                // On a screen a line too many would make it roll.
                Console.Out.Write(screen ? $"\e[H{picture}{caption[..Math.Min(columns, caption.Length)]}\e[K\n" : $"{picture}{caption}\n");
                if (screen)
                {
                    interrupt.Token.WaitHandle.WaitOne((int)Math.Max(0, (1000 / fps) - (Environment.TickCount64 - began)));
                }
            }
        }

        // The cursor comes back, also where somebody has seen enough.
        Console.Out.Write(screen ? "\e[0m\e[?25h" : "");
        return interrupt.Token.IsCancellationRequested ? CommandLine.Interrupted : CommandLine.Done;
    }
}
