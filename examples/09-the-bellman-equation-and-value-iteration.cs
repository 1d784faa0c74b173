#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 9: the Bellman equation and value iteration.
//
// In lesson 8 a move had one certain consequence. Now it may have several, each with a probability. The value of a position is then what the best move brings ON AVERAGE:
//
//     V(s) = max over a of  Σ over s' of  p(s' | s, a) · ( r + γ·V(s') )
//
// This is the Bellman equation (Richard Bellman, 1957). It is one equation for each state, and they hang together: V stands on both sides. A search cannot end any more, for chance
// may lead back to where one stands. So the values are not computed from the leaves up, but found as the one set of numbers that agrees with itself.

using Bellman;
using Bellman.Numerics;

// --- 1. By hand -----------------------------------------------------------------------------------------------------------------------------------
// Three cells in a row: start, middle, goal, S . G. On this floor one walk in five slips and stays where it was. The goal pays 1. γ = 0.9. Call the values a (start) and b (middle):
//
//     b = 0.8 · 1       + 0.2 · 0.9 · b        so   b = 0.8 / 0.82
//     a = 0.8 · 0.9 · b + 0.2 · 0.9 · a        so   a = 0.72 · b / 0.82
//
// Two equations, two unknowns, solved because we already know that the best move is to the right. That is what makes it hard in general: the max, not the unknowns.
var row = new TabularModel(new GridWorld("S.G", slip: 0.2, stepReward: 0));
var b = 0.8 / 0.82;
var a = 0.72 * b / 0.82;
var solved = ValueIteration.Solve(row, new ValueIterationSettings { Gamma = 0.9 });
Console.WriteLine($"S . G by hand: a = {a:0.000000}, b = {b:0.000000}; by value iteration: {solved.Values[0]:0.000000}, {solved.Values[1]:0.000000}");
Claim(Math.Abs(solved.Values[0] - a) < 1e-9 && Math.Abs(solved.Values[1] - b) < 1e-9, "value iteration finds what was computed by hand");
double[] byHand = [a, b, 0, 0];
Claim(Enumerable.Range(0, 3).All(state => Math.Abs(row.Backup(state, byHand, 0.9) - byHand[state]) < 1e-12), "put into the equation, the values come out as they went in: a fixed point");

// --- 2. Guess, and let the equation correct the guess ---------------------------------------------------------------------------------------------
// Take any numbers, put them into the right side, and take what comes out. Again. Again. This is VALUE ITERATION; one round over all states is a SWEEP.
// The world of Russell and Norvig: 0.04 a step is the price of living, one end pays 1 and one costs 1; a walk goes where it should 8 times in 10, and else to one of the sides.
using var world = new GridWorld();
var values = new double[world.StateCount];
Console.WriteLine("\nRussell and Norvig's world, γ = 1. Values after sweep");
for (var sweep = 1; sweep <= 100; sweep++)
{
    var next = new double[values.Length];
    for (var state = 0; state < values.Length; state++)
    {
        next[state] = Enumerable.Range(0, world.ActionCount).Max(action => Right(world, state, action, values, 1));
    }

    values = next;
    if (sweep is 1 or 2 or 3 or 5 or 100)
    {
        var lines = GridWorld.DefaultMap.Split('/').Select((cells, y) => string.Concat(cells.Select((sign, x) => sign is '.' or 'S' ? $"{values[(4 * y) + x],8:0.000}" : $"{sign,8}")));
        Console.WriteLine($"{sweep,5}: {string.Join("\n       ", lines)}");
    }
}

// The library does the same, on a model laid out for it. The numbers are those of the book (third edition, figure 17.3).
var book = ValueIteration.Solve(new TabularModel(world), new ValueIterationSettings { Gamma = 1 });
Claim(Enumerable.Range(0, values.Length).All(state => Math.Abs(values[state] - book.Values[state]) < 1e-9), "ten lines of our own and the library agree");
Claim(Math.Round(book.StartValue, 3) == 0.705 && Math.Round(book.Values[2], 3) == 0.918 && Math.Round(book.Values[11], 3) == 0.388, "the book prints 0.705, 0.918 and 0.388");

// --- 3. Why it comes to an end: contraction -------------------------------------------------------------------------------------------------------
// However wrong a guess is, a sweep makes its largest error at least 1/γ times smaller: an error in V(s') enters multiplied by γ,
// averages cannot be larger than what they average, and a max cannot either. So the errors die out, whatever one starts from, and there is only one answer. Nobody knows the error while V* is unknown - but the RESIDUAL, the largest change of a sweep, can be seen,
// and the error that is left is at most γ/(1 − γ) times the residual.
using var lake = EnvironmentRegistry.Default.Make("FrozenLake-v1");
var ice = new TabularModel(lake.As<IFiniteMdp>()!);
const double Gamma = 0.99;
var exact = ValueIteration.Solve(ice, new ValueIterationSettings { Gamma = Gamma, Tolerance = 1e-15 });
var (before, errorBefore, known) = (double.NaN, 0.0, new double[ice.StateCount]);
foreach (var value in exact.Values)
{
    errorBefore = Math.Max(errorBefore, Math.Abs(value));
}

Console.WriteLine("\nFrozenLake-v1, γ = 0.99:  sweep   residual   ÷ last one   largest error   promised at most");
ValueIteration.Solve(ice, new ValueIterationSettings { Gamma = Gamma, Sweep = Sweep.Synchronous, Tolerance = 1e-10 }, (sweep, after) =>
{
    var (residual, error) = (0.0, 0.0);
    for (var state = 0; state < known.Length; state++)
    {
        residual = Math.Max(residual, Math.Abs(after.Span[state] - known[state]));
        error = Math.Max(error, Math.Abs(after.Span[state] - exact.Values[state]));
    }

    if (sweep is 1 or 2 or 3 or 5 or 10 or 20 or 50 or 100 or 200 or 400)
    {
        Console.WriteLine($"{sweep,31}   {residual,8:0.000000}   {(sweep == 1 ? "" : $"{residual / before:0.000}"),10}   {error,13:0.000000}   {Gamma / (1 - Gamma) * residual,16:0.000000}");
    }

    // Below, rounding has the last word: 1e-14 is the size of a bit or two of the sums.
    Claim(double.IsNaN(before) || residual <= (Gamma * before) + 1e-14, "each residual is at most γ times the one before");
    Claim(error <= (Gamma * errorBefore) + 1e-14, "each error is at most γ times the one before");
    Claim(error <= (Gamma / (1 - Gamma) * residual) + 1e-14, "the error is at most γ/(1 − γ) times the residual");
    (before, errorBefore) = (residual, error);
    after.Span.CopyTo(known);
});

// A trap for the hasty: 'it hardly changes any more' is not 'it is nearly right'.
var hasty = ValueIteration.Solve(ice, new ValueIterationSettings { Gamma = Gamma, Sweep = Sweep.Synchronous, Tolerance = 1e-3 });
Console.WriteLine($"Stopped at a change below 0.001, after {hasty.Counts.Sweeps} sweeps, the start is worth {hasty.StartValue:0.000}. It is worth {exact.StartValue:0.000000}.");
Claim(exact.StartValue - hasty.StartValue > 10e-3, "the error may be more than ten times the change at which one stopped");
Claim(Math.Abs(exact.StartValue - 0.542026) < 1e-6, "the start of FrozenLake-v1 is worth 0.542026");

// --- 4. In which order? ---------------------------------------------------------------------------------------------------------------------------
// SYNCHRONOUS: all states from the values of the sweep before. IN PLACE (Gauss–Seidel): each from whatever is newest, also of this sweep - half the memory, and a change may run
// through many states in one sweep, if it runs the way of the order. PRIORITIZED: those first whose successors changed most; no order to be lucky with, but a queue to be kept.
Console.WriteLine("\nBackups (one state, once) until nothing changes by 1e-9");
Console.WriteLine("                                                  synchronous   in place   prioritized");
var first = Compare("a corridor of 50, goal at the first cell", new GridWorld($"G{new string('.', 48)}S", slip: 0, stepReward: 0), 0.9);
var last = Compare("the same, goal at the last cell", new GridWorld($"S{new string('.', 48)}G", slip: 0, stepReward: 0), 0.9);
var frozen = Compare("FrozenLake8x8-v1", EnvironmentRegistry.Default.Make("FrozenLake8x8-v1").As<IFiniteMdp>()!, Gamma);
Claim(first.InPlace == 100, "against the walk, in place needs one sweep of 50 states for the values and one to see that they stay");
Claim(last.InPlace == last.Synchronous, "along the walk it is no better than synchronous");
Claim(last.Prioritized < last.Synchronous / 4, "the queue finds the order by itself, whichever way the corridor goes");
Claim(frozen.InPlace < frozen.Synchronous && frozen.Prioritized > frozen.Synchronous, "on the lake in place needs fewer backups, and the queue more: where everything hangs on everything, there is no order to find");

// --- 5. The policy is read off --------------------------------------------------------------------------------------------------------------------
// Greedy: in each state an action that reaches the max. On ice it looks odd: where one slides to each side as often as forward, walking AWAY from a hole, into the wall,
// is the one move that cannot end in it.
Console.WriteLine("\nFrozenLake-v1, the greedy actions (o: a hole):");
for (var y = 0; y < 4; y++)
{
    Console.WriteLine($"  {string.Concat(Enumerable.Range(4 * y, 4).Select(state => FrozenLake.Map4x4[y][state % 4] switch { 'H' => 'o', 'G' => 'G', _ => "<v>^"[exact.Policy[state]] }))}"
        + $"   {string.Concat(Enumerable.Range(4 * y, 4).Select(state => $"{exact.Values[state],7:0.000}"))}");
}

Claim(exact.Policy[4] == 0, "beside the hole of the second row the best action is to walk into the wall");

// The value is a prediction, and it can be tested: play the policy 20,000 times and average what it earned, each reward discounted by the moves it took.
var random = new SplittableRandom(1);
double[] earned = [.. Enumerable.Range(0, 20_000).Select(_ =>
{
    var (state, total, discount) = (ice.SampleStart(random), 0.0, 1.0);
    while (state != ice.StateCount)
    {
        // What ends beside the goal, in state 14, ends in it: there is no hole there.
        var next = ice.SampleNext(state, exact.Policy[state], random);
        total += discount * (next == ice.StateCount && state == 14 ? 1 : 0);
        (state, discount) = (next, discount * Gamma);
    }

    return total;
})];
var mean = earned.Average();
var standardError = Math.Sqrt(earned.Select(value => (value - mean) * (value - mean)).Average() / earned.Length);
Console.WriteLine($"V(start) = {exact.StartValue:0.0000}; played 20,000 times: {mean:0.0000} ± {standardError:0.0000}");
Claim(Math.Abs(mean - exact.StartValue) < 3 * standardError, "played, the policy earns what its value says");

// --- 6. A film ------------------------------------------------------------------------------------------------------------------------------------
// The values after k sweeps from zero are also the exact values of a game that ends after k moves (that is what Horizon asks for): each sweep looks one move further.
const string Maze = "...#......../.#.#.##.##../.#...#...#../.####.#.#.#./S....T..#..G/.####.#.#.#./.....#...#../.##...##..../...#...#.#..";
using var maze = new GridWorld(Maze, slip: 0.2, stepReward: 0);
var model = new TabularModel(maze);
var frames = new List<ReplayFrame>();
Show(new TabularModel(new GridWorld(Maze, stepReward: 0, goalReward: 0, trapReward: 0)), 1); // before the first sweep all is 0, as where nothing pays
for (var sweep = 1; sweep <= 60; sweep++)
{
    Show(model, sweep);
}

// News of the goal travels one cell a sweep. How far the goal is, lesson 8 says: without slipping the start is worth γ^(distance − 1).
var sure = ValueIteration.Solve(new TabularModel(new GridWorld(Maze, slip: 0, stepReward: 0)), new ValueIterationSettings { Gamma = 0.95 });
var distance = 1 + (int)Math.Round(Math.Log(sure.StartValue) / Math.Log(0.95));
var heard = frames.FindIndex(frame => frame.Return > 0);
Console.WriteLine($"\nIn the maze the goal is {distance} moves from the start, and the start hears of it in sweep {heard}. After {frames.Count - 1} sweeps it is worth {frames[^1].Return:0.000}.");
Claim(heard == distance, "a sweep carries news one move further");

var folder = Path.Combine("runs", "lessons");
var film = new Replay("Value iteration, V(start)", framesPerSecond: 4, [new ReplayEpisode(0, frames, Terminated: true)]);
film.SaveHtml(Path.Combine(folder, "09-sweeps.html"));
film.SaveGif(Path.Combine(folder, "09-sweeps.gif"), width: 600);
film.SavePng(Path.Combine(folder, "09-sweep-20.png"), step: 20);
Console.WriteLine($"The film of the sweeps: {Path.Combine(folder, "09-sweeps.html")} (and .gif)");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Let the floor of S . G slip one time in two. What are a and b? Solve the two equations, then let the program do it.
// - Set Russell and Norvig's price of living to 2 (stepReward: -2). Look at the cell beside the trap: why does nobody want to live there?

// Adds a picture of the values after some sweeps. A replay adds rewards up to a return: here what each sweep adds to V(start), and V(start).
void Show(TabularModel model, int sweeps)
{
    var solution = ValueIteration.Solve(model, new ValueIterationSettings { Gamma = 0.95, Horizon = sweeps });
    var scene = SolutionDrawing.Draw(solution, maze);
    var rows = Maze.Split('/');
    for (var cell = 0; cell < maze.StateCount; cell++)
    {
        var (x, y, sign) = (cell % rows[0].Length, rows.Length - 1 - (cell / rows[0].Length), rows[cell / rows[0].Length][cell % rows[0].Length]);
        switch (sign)
        {
            case '#' or 'G' or 'T':
                scene.Rectangle(sign == '#' ? SceneColors.Gray : sign == 'G' ? SceneColors.Green : SceneColors.Red, x + 0.02, y + 0.02, x + 0.98, y + 0.98);
                break;
            case 'S':
                scene.Text(SceneColors.Black, x + 0.15, y + 0.8, 0.15, "S");
                break;
        }
    }

    frames.Add(new ReplayFrame(scene, frames.Count > 0 ? solution.StartValue - frames[^1].Return : 0, solution.StartValue, frames.Count > 0 ? $"sweep {frames.Count}" : ""));
}

// The right side of the Bellman equation for one action.
static double Right(IFiniteMdp world, int state, int action, double[] values, double gamma)
{
    var sum = 0.0;
    foreach (var (probability, next, reward, terminated) in world.Transitions(state, action))
    {
        sum += probability * (reward + (terminated ? 0 : gamma * values[next]));
    }

    return sum;
}

static (long Synchronous, long InPlace, long Prioritized) Compare(string name, IFiniteMdp task, double gamma)
{
    var model = new TabularModel(task);
    long Backups(Sweep sweep) => ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma, Tolerance = 1e-9, Sweep = sweep }).Counts.Backups;
    var backups = (Synchronous: Backups(Sweep.Synchronous), InPlace: Backups(Sweep.InPlace), Prioritized: Backups(Sweep.Prioritized));
    Console.WriteLine($"  {name,-46} {backups.Synchronous,12:N0} {backups.InPlace,10:N0} {backups.Prioritized,13:N0}");
    return backups;
}
