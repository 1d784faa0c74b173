using System.CommandLine;
using System.Text.Json.Nodes;

namespace Bellman.Cli;

/// <summary><c>bellman check</c>: reviews an environment.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string> Environment = new("environment") { Description = "The environment's id, or a file: my-environment.cs, my.dll or my.dll:Type." };
    private static readonly Option<string[]> EnvSet = new("--env-set") { Description = "One option of the environment, as g=9.81; may be repeated." };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Steps = new("--steps") { Description = "Steps of each comparison.", DefaultValueFactory = _ => new EnvironmentCheckSettings().Steps };
    private static readonly Option<int> Episodes = new("--episodes") { Description = "Episodes of the random policy.", DefaultValueFactory = _ => new EnvironmentCheckSettings().Episodes };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("check", "Review an environment strictly: spaces, determinism, saved states, ends, masks, memory.\n\nExamples:\n  bellman check CartPole-v1\n  bellman check my-environment.cs --json")
        {
            Environment, EnvSet, Seed, Steps, Episodes, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        foreach (var option in new[] { Steps, Episodes })
        {
            if (arguments.GetValue(option) < 1)
            {
                throw new UsageException($"{option.Name} is {arguments.GetValue(option)}; it must be at least 1.");
            }
        }

        var options = CommandLine.EnvironmentOptions(arguments.GetValue(EnvSet));
        var settings = new EnvironmentCheckSettings { Seed = arguments.GetValue(Seed), Steps = arguments.GetValue(Steps), Episodes = arguments.GetValue(Episodes) };
        var report = CommandLine.Usage(() => EnvironmentChecker.Check(arguments.GetRequiredValue(Environment), options, settings));
        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(ToJson(report).ToJsonString());
        }
        else
        {
            Console.Out.Write(report.ToString());
        }

        return report.Failed ? CommandLine.Failed : CommandLine.Done;
    }

    private static JsonObject ToJson(EnvironmentReport report)
    {
        var play = report.RandomPlay;
        return new JsonObject
        {
            ["environment"] = report.Environment,
            ["observation"] = report.ObservationSpace?.ToString(),
            ["action"] = report.ActionSpace?.ToString(),
            ["capabilities"] = new JsonArray([.. report.Capabilities]),
            ["errors"] = Count(CheckSeverity.Error),
            ["warnings"] = Count(CheckSeverity.Warning),
            ["notes"] = Count(CheckSeverity.Note),
            ["findings"] = new JsonArray([.. report.Findings.Select(finding => new JsonObject
            {
                ["check"] = finding.Check,
                ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
                ["expected"] = finding.Expected,
                ["found"] = finding.Found,
                ["mend"] = finding.Mend,
            })]),
            ["randomPolicy"] = play is null ? null : new JsonObject { ["episodes"] = play.Episodes, ["mean"] = Finite(play.MeanReturn), ["std"] = Finite(play.StandardDeviation), ["min"] = Finite(play.MinimumReturn), ["max"] = Finite(play.MaximumReturn) },
            ["episodeLength"] = play is null ? null : new JsonObject { ["mean"] = play.MeanLength, ["min"] = play.ShortestLength, ["max"] = play.LongestLength, ["terminatedShare"] = play.TerminatedShare },
            ["allocatedBytesPerStep"] = report.AllocatedBytesPerStep,
            ["stepsPerSecond"] = Math.Round(report.StepsPerSecond),
        };

        // JSON knows no NaN, and rewards that are none are among the findings.
        static double? Finite(double value) => double.IsFinite(value) ? value : null;

        int Count(CheckSeverity severity) => report.Findings.Count(finding => finding.Severity == severity);
    }
}
