using System.CommandLine;
using System.CommandLine.Help;
using Bellman.Environments;
using Spectre.Console;

namespace Bellman.Cli;

/// <summary>What the user asked for cannot be done as said: one sentence, exit code 2.</summary>
/// <param name="message">What was given, what was expected, what to do.</param>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The <c>bellman</c> command and its exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.</summary>
internal static class CommandLine
{
    private const int RedirectedWidth = 200;

    public const int Done = 0, Failed = 1, WrongUsage = 2, Interrupted = 130;

    // Once in a process, however often commands run in it.
    static CommandLine() => BellmanEnvironments.Register(EnvironmentRegistry.Default);

    public static int Run(string[] args)
    {
        OwnEnvironments.Serve(EnvironmentRegistry.Default);
        if (Console.IsOutputRedirected)
        {
            // For programs and files: no colours, and a line of a table on a line.
            (AnsiConsole.Profile.Capabilities.Ansi, AnsiConsole.Profile.Capabilities.ColorSystem, AnsiConsole.Profile.Width) = (false, ColorSystem.NoColors, RedirectedWidth);
        }

        // Not a RootCommand, which would go by the name of the assembly in every usage line.
        var root = new Command("bellman", "Bellman: reinforcement learning for .NET.")
        {
            new HelpOption { Recursive = true },
            new VersionOption(),
            TrainCommand.Create(),
            EvalCommand.Create(),
            CheckCommand.Create(),
            PlayCommand.Create(),
            SolveCommand.Create(),
            RecommendCommand.Create(),
            ServeCommand.Create(),
            ListCommand.Create(),
            DescribeCommand.Create(),
            RunsCommand.Create(),
            PlotCommand.Create(),
            BenchCommand.Create(),
            DoctorCommand.Create(),
            BenchCommand.CreateAllocationProcess(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Refuse($"{Kinds(parsed.Errors[0].Message).TrimEnd('.')}.{Hint(root, parsed)} 'bellman --help' shows what there is.");
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException exception)
        {
            return Refuse(exception.Message);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or ArithmeticException)
        {
            Console.Error.WriteLine(exception.Message);
            return Failed;
        }
    }

    /// <summary>Runs something whose argument errors are the user's.</summary>
    public static T Usage<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or CheckpointException)
        {
            // The framework appends the parameter's name, which means nothing here.
            var message = exception.Message;
            var end = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            throw new UsageException(end < 0 ? message : message[..end]);
        }
    }

    /// <summary>Reads <c>name=value</c> pairs.</summary>
    public static IReadOnlyList<(string Name, string Value)> Pairs(IEnumerable<string>? texts, string option) =>
    [
        .. (texts ?? []).Select(text => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
            ? (text[..equals].Trim(), text[(equals + 1)..].Trim())
            : throw new UsageException($"{option} was given '{text}'; write it as name=value.")),
    ];

    /// <summary>Reads an environment's options from what <c>--env-set</c> was given. Case and underscores make no difference, as in the options themselves.</summary>
    public static Dictionary<string, string> EnvironmentOptions(IEnumerable<string>? texts)
    {
        var options = new Dictionary<string, string>();
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Pairs(texts, "--env-set"))
        {
            options[name] = known.Add(name.Replace("_", "", StringComparison.Ordinal)) ? value : throw new UsageException($"--env-set names '{name}' twice; give it once.");
        }

        return options;
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return WrongUsage;
    }

    // The parser names types of .NET, which mean nothing here.
    private static string Kinds(string message)
    {
        const string Marker = " as expected type '";
        var start = message.IndexOf(Marker, StringComparison.Ordinal);
        return start < 0 ? message : message[..start] + (message.Contains("Double", StringComparison.Ordinal) ? " as a number" : message.Contains("UInt", StringComparison.Ordinal) ? " as a whole number from 0" : message.Contains("Int", StringComparison.Ordinal) ? " as a whole number" : "");
    }

    private static string Hint(Command root, ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : "";
        var known = root.Subcommands.Select(command => command.Name).Concat(parsed.CommandResult.Command.Options.Select(option => option.Name));
        return unknown.Length > 0 ? DidYouMean.Hint(unknown, known) : "";
    }
}
