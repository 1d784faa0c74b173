#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 18: why a table fails.
//
// Every lesson so far kept a number for each state. How many states has chess? And if that many numbers can be neither stored nor learned: what can be done, even by somebody who does not know the rules?
// Describe a position by a few FEATURES, so that positions that look alike share what is learned. Then there are two ways to learn what a description is worth from recorded games, and they do not agree.

using System.Numerics;
using Bellman;
using Bellman.Numerics;

// --- 1. How many positions ------------------------------------------------------------------------------------------------------------------------
// 13 things may stand on each of 64 squares (six kinds of men of two colours, or nothing): an upper bound that allows nonsense. Shannon (1950) counted the ways to place all 32 men:
// 64! / (32! · 8!² · 2!⁶), as pawns are alike, and so are the two rooks, knights and bishops of each side.
var anything = BigInteger.Pow(13, 64);
var shannon = Factorial(64) / (Factorial(32) * BigInteger.Pow(Factorial(8), 2) * BigInteger.Pow(2, 6));
Console.WriteLine($"64 squares with 13 contents each: {(double)anything:0.0e+0} positions. All 32 men somewhere (Shannon 1950): {(double)shannon:0.0e+0}.");
Claim(anything > BigInteger.Pow(10, 71) && shannon > 4 * BigInteger.Pow(10, 42) && shannon < 5 * BigInteger.Pow(10, 42), "2·10⁷¹ by the crude bound, 5·10⁴² by Shannon's");

// A number takes eight bytes; a large disk holds 10¹³ of them. Q-learning updates about 30 million entries a second here (docs/algorithms/tables.md).
var years = (double)shannon / 30e6 / (365.25 * 86400);
Console.WriteLine($"A table needs {(double)shannon * 8 / 1e13:0e+0} such disks; to visit each entry once takes {years:0e+0} years, and the universe is 1e+10 years old.");
Claim(years > 1e27, "nobody will ever fill that table");

// And filling it would not even help: after a hundred thousand games nearly every position on the board is one that was never met. A table says nothing about those. Not little: nothing.

// --- 2. A position in four numbers ----------------------------------------------------------------------------------------------------------------
// Hand-made features that one can count on the diagram without knowing how a knight moves.
string[] boards =
[
    "r1bq1rk1/ppp2ppp/2np1n2/2b1p3/2B1P3/2NP1N2/PPP2PPP/R1BQ1RK1",
    "r2q1rk1/ppp1bppp/2np1n2/4p3/4P1b1/2NP1N2/PPP1BPPP/R1BQ1RK1",
    "r1bq1rk1/ppp2ppp/2np1n2/2b1p1P1/2B1P3/2NP1N2/PPP2P1P/R1BQ1RK1",
    "r2q1rk1/ppp1bppp/2npbn2/4p1P1/4P3/2NP1N2/PPP1BP1P/R1BQ1RK1",
    "r1bq1rk1/ppp2ppp/2np1n2/2b1p3/4P3/2NP1N2/PPP2PPP/R1BQRBK1",
];
Console.WriteLine("\nFive boards, and what is left of them:");
foreach (var board in boards)
{
    Console.WriteLine($"  {board,-62} {Describe(board)}");
}

var even = Describe(boards[0]);
var attack = Describe(boards[2]);
var retreat = Describe(boards[4]);
Claim(even == Describe(boards[1]) && attack == Describe(boards[3]) && new[] { even, attack, retreat }.Distinct().Count() == 3, "five boards are three descriptions: what is learned of one board holds for another");

// --- 3. Recorded games ----------------------------------------------------------------------------------------------------------------------------
// No rules, no board, no engine: only which descriptions came one after the other, what White did (in words), and how the game ended for White: 1 won, ½ drawn, 0 lost.
// In twenty games the even position arose; in eleven others the attack came about in another way.
(int Games, string[] Path, double Result)[] records =
[
    (5, ["even", "advance a pawn", "attack", "press on"], 1),
    (3, ["even", "advance a pawn", "attack", "press on"], 0),
    (4, ["even", "advance a pawn", "attack", "trade queens"], 0.5),
    (3, ["even", "retreat", "retreat", "wait"], 1),
    (2, ["even", "retreat", "retreat", "wait"], 0.5),
    (3, ["even", "retreat", "retreat", "wait"], 0),
    (7, ["attack", "press on"], 1),
    (4, ["attack", "press on"], 0),
];
var descriptions = new Dictionary<string, Features> { ["even"] = even, ["attack"] = attack, ["retreat"] = retreat };
Features[] states = [.. descriptions.Values];
string[] actions = [.. records.SelectMany(record => Steps(record.Path)).Select(step => step.Action).Distinct()];

// The way by OUTCOMES (Monte Carlo, lesson 12): what came of the position in the end, in the mean over all games in which it stood on the board.
var outcome = states.ToDictionary(state => state, state => Mean(records.Where(record => Steps(record.Path).Any(step => step.State == state))));

// The way by BOOTSTRAPPING: Q-learning from a data set of (s, a, r, s'). The reward is 0 but for the last move, which brings the result; γ = 1. Nothing is played. Single steps are drawn by chance and learned from,
// again and again, with step sizes of 1/n, so that luck in the draws averages out.
var transitions = records.SelectMany(record => Enumerable.Repeat(record, record.Games)).SelectMany(record => Transitions(record.Path, record.Result)).ToArray();
var learner = new QLearning(states.Length, actions.Length, new TabularSettings { SampleAverage = true, Gamma = 1 });
var random = new SplittableRandom(1);
for (var update = 0; update < 2_000_000; update++)
{
    var (state, action, reward, next) = transitions[random.NextInt32(transitions.Length)];
    learner.Learn(state, action, reward, Math.Max(next, 0), terminated: next < 0);
}

Console.WriteLine($"\n{records.Sum(record => record.Games)} games, {transitions.Length} moves.        by outcomes   by Q-learning");
foreach (var (name, state) in descriptions)
{
    Console.WriteLine($"  V({name + ")",-27}{outcome[state],13:0.00} {learner.Table.Max(Place(state)),15:0.00}");
    foreach (var (action, number) in actions.Select((action, number) => (action, number)).Where(pair => transitions.Any(step => step.State == Place(state) && step.Action == pair.number)))
    {
        Console.WriteLine($"    {$"Q({name}, {action})",-27} {Mean(records.Where(record => Steps(record.Path).Contains((state, action)))),13:0.00} {learner.Table[Place(state), number],15:0.00}");
    }
}

var (byOutcomes, byQ) = (outcome[even], learner.Table.Max(Place(even)));
Claim(Math.Round(byOutcomes, 2) == 0.55 && Math.Abs(byOutcomes - (11 / 20.0)) < 1e-12, "by outcomes the even position is worth .55: eleven points from twenty games");
Claim(Math.Round(byQ, 2) == 0.63 && Math.Abs(byQ - (12 / 19.0)) < 0.003, "by Q-learning .63: twelve points from the nineteen games in which White pressed on");

// --- 4. Why they differ ---------------------------------------------------------------------------------------------------------------------------
// The way from .55 to .63 has three steps. Each can be computed from the records alone.
var advanced = Mean(records.Where(record => Steps(record.Path).Contains((even, "advance a pawn"))));
var pressed = Mean(records.Where(record => Steps(record.Path).Contains((even, "advance a pawn")) && Steps(record.Path).Contains((attack, "press on"))));
var anywhere = Mean(records.Where(record => Steps(record.Path).Contains((attack, "press on"))));
Console.WriteLine($"""

      {byOutcomes:0.000}   all twenty games, whatever White did
      {advanced:0.000}   those in which White advanced: Q-learning takes the best move here, and forgets what else was tried
      {pressed:0.000}   of those, the ones in which White then pressed on: it takes the best move THERE, too, and who traded queens is not held against the position
      {anywhere:0.000}   all games with an attack in which White pressed on: eleven of them never saw the even position, but their attack has the same description
    """);
Claim(byOutcomes < advanced && advanced < pressed && pressed < anywhere, "choosing here, choosing there, and games from elsewhere: each step adds to the value");
Claim(Math.Abs(learner.Table.Max(Place(attack)) - byQ) < 0.003, "Q-learning never asks how a game ended: the even position is worth what the best position after it is worth");

// So .55 answers 'what did people like those in the records make of this position?', .63 'what is it worth to somebody who from now on always does what turned out best?'. Neither is wrong.
// Two warnings about the second. It is a largest of means, and the largest of several means is too large (lessons 11 and 14). And it may join the beginning of one game to the end of another only as far as the description tells
// all that matters: if the eleven attacks from elsewhere had been better in a way that no feature shows, .63 would be a mistake that no number of games would mend. The first needs neither.

// --- 5. What was gained ---------------------------------------------------------------------------------------------------------------------------
// A board that is in none of the records (Black's h-pawn has moved): a table of boards has no entry for it. Its description has.
const string never = "r2q1rk1/ppp1bpp1/2np1n1p/4p3/4P1b1/2NP1N2/PPP1BPPP/R1BQ1RK1";
Console.WriteLine($"\nA board never seen: in the table of boards {(boards.Contains(never) ? "found" : "no entry")}; by its description {learner.Table.Max(Place(Describe(never))):0.00}.");
Claim(!boards.Contains(never) && Describe(never) == even, "a position that nobody ever met has a value, because it looks like others");
Console.WriteLine("Four numbers made by hand are few. A network makes its own from the board, as many as it needs; that is the step from this part of the course to the next.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Let the four games in which White traded queens be won. What do both ways say of the even position now? Compute it, then run. Which of the two would you bet on, after four games?
// - Add a feature: how many of Black's knights and bishops are at home. Which boards part now, and is the board that was never seen still like one of them?

return 0;

// Material in pawns, whether queens are on the board, White's pawns beyond the middle, White's knights and bishops at home. The first part of a FEN: ranks from the eighth to the first, capitals are White's, digits are empty squares.
static Features Describe(string board)
{
    const string men = "PNBRQ", worth = "13359";
    var ranks = board.Split('/');
    var material = board.Where(char.IsLetter).Where(man => men.Contains(char.ToUpperInvariant(man)))
        .Sum(man => (worth[men.IndexOf(char.ToUpperInvariant(man))] - '0') * (char.IsUpper(man) ? 1 : -1));
    return new Features(material, board.Contains('Q') && board.Contains('q'), ranks[..4].Sum(rank => rank.Count('P'.Equals)), ranks[7].Count(man => man is 'N' or 'B'));
}

int Place(Features state) => Array.IndexOf(states, state);

// A record is description, action, description, action, ...
IEnumerable<(Features State, string Action)> Steps(string[] path) => Enumerable.Range(0, path.Length / 2).Select(step => (descriptions[path[2 * step]], path[(2 * step) + 1]));

IEnumerable<(int State, int Action, double Reward, int Next)> Transitions(string[] path, double result)
{
    var steps = Steps(path).ToArray();
    return steps.Select((step, i) => i == steps.Length - 1
        ? (Place(step.State), Array.IndexOf(actions, step.Action), result, -1)
        : (Place(step.State), Array.IndexOf(actions, step.Action), 0.0, Place(steps[i + 1].State)));
}

static double Mean(IEnumerable<(int Games, string[] Path, double Result)> games) => games.Sum(record => record.Games * record.Result) / games.Sum(record => record.Games);

static BigInteger Factorial(int number) => Enumerable.Range(1, number).Aggregate(BigInteger.One, (product, factor) => product * factor);

/// <summary>What is left of a position.</summary>
readonly record struct Features(int Material, bool QueensOn, int AdvancedPawns, int MinorPiecesAtHome)
{
    public override string ToString() => $"(material {Material:+0;-0;0}, queens {(QueensOn ? "on" : "off")}, pawns advanced {AdvancedPawns}, at home {MinorPiecesAtHome})";
}
