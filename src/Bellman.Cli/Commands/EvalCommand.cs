using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Bellman.Cli;

/// <summary><c>bellman eval</c>: plays episodes with a saved policy.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> Run = new("run") { Description = "A run folder, or a checkpoint file." };
    private static readonly Option<string?> Environment = new("--environment") { Description = "The environment's id or file; by default the one it was trained on." };
    private static readonly Option<int> Episodes = new("--episodes") { Description = "How many episodes.", DefaultValueFactory = _ => 100 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Episode k is reset from this seed + k.", DefaultValueFactory = _ => Evaluation.DefaultSeed };
    private static readonly Option<bool> Stochastic = new("--stochastic") { Description = "Draw actions instead of taking the likeliest." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("eval", "Evaluate a trained policy.\n\nExample:\n  bellman eval runs/CartPole-v1/ppo-1-1 --episodes 20") { Run, Environment, Episodes, Seed, Stochastic, Json };
        command.SetAction(Evaluate);
        return command;
    }

    /// <summary>A result as JSON.</summary>
    /// <param name="result">The result.</param>
    /// <param name="exact">The exact mean, where the environment knows its model.</param>
    public static JsonObject ToJson(EvaluationResult result, double? exact)
    {
        var json = new JsonObject
        {
            ["episodes"] = result.Episodes,
            ["mean"] = result.Mean,
            ["std"] = result.StandardDeviation,
            ["min"] = result.Minimum,
            ["max"] = result.Maximum,
            ["meanLength"] = result.MeanLength,
            ["brokenOff"] = result.BrokenOff,
            ["exactValue"] = exact,
        };
        if (result.SuccessRate is { } rate)
        {
            json["successRate"] = rate;
        }

        return json;
    }

    /// <summary>What is said of a result besides its figures.</summary>
    public static string Remarks(EvaluationResult result, double? exact) =>
        (exact is { } value ? string.Create(CultureInfo.InvariantCulture, $"; exactly {value:0.0000} by the model") : "")
        + (result.BrokenOff > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {result.BrokenOff} broken off after {Evaluation.MostSteps:N0} steps") : "");

    private static int Evaluate(ParseResult arguments)
    {
        if (arguments.GetValue(Episodes) is var episodes && episodes < 1)
        {
            throw new UsageException($"--episodes is {episodes}; it must be at least 1.");
        }

        var (policy, environment, options) = SavedRun.Open(arguments.GetRequiredValue(Run), arguments.GetValue(Environment));
        var result = CommandLine.Usage(() => Evaluation.Run(policy, environment, episodes, arguments.GetValue(Seed), !arguments.GetValue(Stochastic), options));
        var exact = arguments.GetValue(Stochastic) ? null : ExactEvaluation.Run(policy, environment, options);
        Console.Out.WriteLine(arguments.GetValue(Json)
            ? ToJson(result, exact).ToJsonString()
            : string.Create(CultureInfo.InvariantCulture, $"{environment}: {result} over {result.Episodes} episodes (from {result.Minimum:0.0} to {result.Maximum:0.0}, {result.MeanLength:0.0} steps on average{(result.SuccessRate is { } rate ? $", {100 * rate:0} % successful" : "")}){Remarks(result, exact)}"));
        return CommandLine.Done;
    }
}
