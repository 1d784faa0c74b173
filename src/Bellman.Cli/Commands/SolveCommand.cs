using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Bellman.Cli;

/// <summary><c>bellman solve</c>: plans on an environment's full model and prints and draws values and policy.</summary>
internal static class SolveCommand
{
    private static readonly Argument<string> Environment = new("environment") { Description = "The environment's id; it must know its model, as FrozenLake-v1 and Gambler-v0 do." };
    private static readonly Option<string> Method = new("--method") { Description = "value-iteration, policy-iteration, rtdp or lrtdp.", DefaultValueFactory = _ => "value-iteration" };
    private static readonly Option<double> Gamma = new("--gamma") { Description = "The discount, in [0, 1].", DefaultValueFactory = _ => 0.99 };
    private static readonly Option<int> Horizon = new("--horizon") { Description = "Steps after which the task ends; 0 for none. Values and actions are then those before the first step.", DefaultValueFactory = _ => 0 };
    private static readonly Option<double> Tolerance = new("--tolerance") { Description = "Ends when no value changes by more.", DefaultValueFactory = _ => 1e-10 };
    private static readonly Option<int?> Trials = new("--trials") { Description = "Episodes of rtdp, by default 10000; the most of lrtdp, which ends by itself, by default 1000000." };
    private static readonly Option<double?> InitialValue = new("--initial-value") { Description = "What rtdp and lrtdp take an untouched state to be worth: at least its value, or they may end with less than the best. By default a bound from the rewards." };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Of the draws of rtdp and lrtdp.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Threads = new("--threads") { Description = "Threads that share a sweep of value iteration; the bits do not depend on it.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string[]> EnvSet = new("--env-set") { Description = "One option of the environment, as headProbability=0.3; may be repeated." };
    private static readonly Option<string?> Out = new("--out") { Description = "Where to draw values and policy, as plan.svg or plan.png." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as one line of JSON." };

    public static Command Create()
    {
        var command = new Command("solve", "Plan on an environment's model: optimal values and policy.\n\nExample:\n  bellman solve FrozenLake-v1 --method policy-iteration --out lake.svg")
        {
            Environment, Method, Gamma, Horizon, Tolerance, Trials, InitialValue, Seed, Threads, EnvSet, Out, Json,
        };
        command.SetAction(Solve);
        return command;
    }

    private static int Solve(ParseResult arguments)
    {
        Check(arguments);
        var id = arguments.GetRequiredValue(Environment);
        var options = CommandLine.EnvironmentOptions(arguments.GetValue(EnvSet));
        using var environment = CommandLine.Usage(() => EnvironmentRegistry.Default.Make(id, options));
        var task = environment.As<IFiniteMdp>() ?? throw new UsageException($"{id} does not know its model, so there is nothing to plan on; train on it instead, as with 'bellman train ppo {id}'.");
        var solution = CommandLine.Usage(() => Solve(new TabularModel(task), arguments));
        var grid = environment.As<IStateGrid>();
        if (arguments.GetValue(Out) is { } path)
        {
            Draw(SolutionDrawing.Draw(solution, grid), path);
        }

        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(ToJson(solution).ToJsonString());
        }
        else
        {
            Print(solution, grid);
        }

        return CommandLine.Done;
    }

    // Before anything is computed: what is wrong would come to light minutes later, or in no sentence of its own.
    private static void Check(ParseResult arguments)
    {
        Require(arguments.GetValue(Gamma) is >= 0 and <= 1, "--gamma", arguments.GetValue(Gamma), "in [0, 1]");
        Require(arguments.GetValue(Horizon) >= 0, "--horizon", arguments.GetValue(Horizon), "0 for none, or at least 1");
        Require(arguments.GetValue(Tolerance) >= 0, "--tolerance", arguments.GetValue(Tolerance), "0 or more");
        Require(arguments.GetValue(Trials) is null or >= 1, "--trials", arguments.GetValue(Trials) ?? 0, "at least 1");
        Require(arguments.GetValue(InitialValue) is not { } value || double.IsFinite(value), "--initial-value", arguments.GetValue(InitialValue) ?? 0, "finite");
        Require(arguments.GetValue(Threads) >= 1, "--threads", arguments.GetValue(Threads), "at least 1");
        if (arguments.GetValue(Out) is { } path && (Directory.Exists(path) || Path.GetExtension(path).ToLowerInvariant() is not (".svg" or ".png")))
        {
            throw new UsageException($"--out is '{path}'; name a file that ends in .svg or .png.");
        }

        static void Require(bool holds, string option, double value, string expected)
        {
            if (!holds)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it must be {expected}."));
            }
        }
    }

    private static void Draw(Scene scene, string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        if (Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase))
        {
            var picture = RasterDrawing.Draw(scene, 800);
            File.WriteAllBytes(path, PngEncoder.Encode(picture.Rows, picture.Columns, picture.Pixels.Span));
        }
        else
        {
            File.WriteAllText(path, SvgDrawing.Write(scene, 800));
        }
    }

    private static Solution Solve(TabularModel model, ParseResult arguments)
    {
        var (method, gamma, horizon, tolerance) = (arguments.GetValue(Method)!, arguments.GetValue(Gamma), arguments.GetValue(Horizon), arguments.GetValue(Tolerance));
        RtdpSettings Rtdp() => new()
        {
            Gamma = gamma,
            Horizon = horizon,
            Tolerance = tolerance,
            Trials = arguments.GetValue(Trials) ?? (method == "lrtdp" ? 1_000_000 : 10_000),
            Seed = arguments.GetValue(Seed),
            InitialValue = arguments.GetValue(InitialValue) ?? UpperBound(model, gamma, horizon),
        };
        return method switch
        {
            "value-iteration" => ValueIteration.Solve(model, new ValueIterationSettings
            {
                Gamma = gamma,
                Horizon = horizon,
                Tolerance = tolerance,
                Threads = arguments.GetValue(Threads),
                Sweep = arguments.GetValue(Threads) > 1 ? Sweep.Synchronous : Sweep.InPlace,
            }),
            "policy-iteration" => PolicyIteration.Solve(model, new PolicyIterationSettings { Gamma = gamma, Horizon = horizon, Tolerance = tolerance }),
            "rtdp" => RealTimeDynamicProgramming.Solve(model, Rtdp()),
            "lrtdp" => LabelledRtdp.Solve(model, Rtdp()),
            _ => throw new UsageException($"There is no method '{method}'.{DidYouMean.Hint(method, ["value-iteration", "policy-iteration", "rtdp", "lrtdp"])} Take value-iteration, policy-iteration, rtdp or lrtdp."),
        };
    }

    private static double UpperBound(TabularModel model, double gamma, int horizon) => model.UpperBound(gamma, horizon) is var bound && double.IsFinite(bound) ? bound
        : throw new UsageException("With gamma 1 and positive rewards before the end no bound is known for untouched states; give one with --initial-value.");

    private static JsonObject ToJson(Solution solution)
    {
        var json = new JsonObject
        {
            ["startValue"] = solution.StartValue,
            ["values"] = new JsonArray([.. solution.Values.ToArray().Select(value => JsonValue.Create(value))]),
            ["policy"] = new JsonArray([.. solution.Policy.Select(action => JsonValue.Create(action))]),
            ["greedy"] = new JsonArray([.. Enumerable.Range(0, solution.Values.Length).Select(state => new JsonArray([.. solution.Greedy(state).Select(action => JsonValue.Create(action))]))]),
            ["sweeps"] = solution.Counts.Sweeps,
            ["backups"] = solution.Counts.Backups,
            ["residual"] = solution.Counts.Residual,
            ["seconds"] = solution.Counts.Seconds,
        };

        // What rtdp and lrtdp never looked at has the value that it was taken to have at first.
        if (!solution.IsComplete)
        {
            json["touched"] = new JsonArray([.. Enumerable.Range(0, solution.Values.Length).Select(state => JsonValue.Create(solution.IsTouched(state)))]);
        }

        return json;
    }

    private static void Print(Solution solution, IStateGrid? grid)
    {
        if (grid is not null)
        {
            // Side by side where that is not too wide, else values first and actions below.
            var rows = Enumerable.Range(0, grid.GridRows).Select(row => Enumerable.Range(row * grid.GridColumns, grid.GridColumns).ToList()).ToList();
            if (grid.GridColumns > 12)
            {
                rows.ForEach(states => Console.Out.WriteLine(Values(states, width: 6)));
                Console.Out.WriteLine();
                rows.ForEach(states => Console.Out.WriteLine(Actions(states)));
            }
            else
            {
                rows.ForEach(states => Console.Out.WriteLine(Values(states, width: 9) + "   " + Actions(states)));
            }
        }
        else
        {
            for (var state = 0; state < Math.Min(solution.Values.Length, 40); state++)
            {
                Console.Out.WriteLine(solution.IsTouched(state)
                    ? string.Create(CultureInfo.InvariantCulture, $"state {state,5}  value {solution.Values[state],12:0.######}  greedy {string.Join(' ', solution.Greedy(state))}")
                    : $"state {state,5}  not looked at");
            }

            if (solution.Values.Length > 40)
            {
                Console.Out.WriteLine($"... {solution.Values.Length - 40} more states; --json prints all.");
            }
        }

        string Values(List<int> states, int width) => string.Concat(states.Select(state => (solution.IsTouched(state) ? Number(solution.Values[state], width) : "–").PadLeft(width)));

        string Actions(List<int> states) => string.Concat(states.Select(state =>
            !solution.IsTouched(state) || solution.Greedy(state).Length == solution.ActionCount ? " ·"
            : grid!.Label(solution.Policy[state]) is { } label ? label.PadLeft(3)
            : $" {Arrow(grid.Direction(solution.Policy[state]))}"));

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"start value {solution.StartValue:0.######}, {solution.Counts.Sweeps} sweeps, {solution.Counts.Backups} backups, residual {solution.Counts.Residual:0.##e+0}, {solution.Counts.Seconds:0.###} s"));
    }

    private static string Number(double value, int width)
    {
        var digits = width > 6 || Math.Abs(value) < 1 ? "0.###" : Math.Abs(value) < 100 ? "0.#" : "0";
        return value.ToString(digits, CultureInfo.InvariantCulture);
    }

    private static char Arrow(ScenePoint direction) => (Math.Sign(direction.X), Math.Sign(direction.Y)) switch
    {
        (1, 0) => '→',
        (-1, 0) => '←',
        (0, 1) => '↑',
        (0, -1) => '↓',
        (1, 1) => '↗',
        (1, -1) => '↘',
        (-1, -1) => '↙',
        (-1, 1) => '↖',
        _ => '·',
    };
}
