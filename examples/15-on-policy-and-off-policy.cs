#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 15: on-policy and off-policy.
//
// Two policies are at work whenever somebody learns from experience: the one that PLAYED (behaviour) and the one that is ASKED ABOUT (target).
//
//   on-policy     they are the same: what is learned is what playing like this is worth, mistakes included
//   off-policy    they differ: what is learned is what the best play is worth, whoever played, however badly
//
// The second is what makes a box of old records valuable. This lesson has such a box: a hundred games between amateurs, all over long ago. Nobody will play another one for us.

using Bellman;
using Bellman.Numerics;

// --- The box ---------------------------------------------------------------------------------------------------------------------------------------
// Games of forty moves. All go the same way until move 10. There 40 players went on quietly, and the game came out even. 60 found a brilliant move; it gives a winning attack that wants
// one more exact move, number 35. Only 15 of them found it. The other 45 blundered at move 35, and lost.
//
// A position is numbered by the move to be made in it, and by what happened before: quiet, attack, won (after the right move 35), lost (after the blunder).
const int moves = 40, brilliantMove = 10, blunderMove = 35, main = 0, sharp = 1;
var names = new List<string>();
var (common, quiet, attack, won, lost) = (Line("common", 1, 10), Line("quiet", 11, 40), Line("attack", 11, 35), Line("won", 36, 40), Line("lost", 36, 40));
int[][] quietWay = [common, quiet], goodWay = [common, attack, won], badWay = [common, attack, lost];
List<(int[] Positions, double Result)> games =
[
    .. Games(10, quietWay, 1), .. Games(20, quietWay, 0.5), .. Games(10, quietWay, 0),
    .. Games(12, goodWay, 1), .. Games(3, goodWay, 0.5),
    .. Games(45, badWay, 0),
];
var ten = common[brilliantMove - 1];
var thirtyFive = attack[blunderMove - 11];
Claim(games.Count == 100 && games.All(game => game.Positions.Length == moves), "a hundred games of forty moves");

// --- On-policy: averages of outcomes ---------------------------------------------------------------------------------------------------------------
// Monte Carlo gives every move the result of its game, and takes means.
var outcomes = new ActionValueTable(names.Count, 2);
var counts = new int[names.Count, 2];
foreach (var (positions, result) in games)
{
    for (var move = 0; move < moves; move++)
    {
        var (position, action) = (positions[move], Action(positions, move));
        outcomes[position, action] += (result - outcomes[position, action]) / ++counts[position, action];
    }
}

// --- Off-policy: Q-learning over the steps ---------------------------------------------------------------------------------------------------------
// The same games, cut into single steps (s, a, r, s') and shuffled: 4,000 slips of paper. Which slip came from which game is forgotten - Q-learning does not need to know.
// The only reward is the result, at the last move.
List<TabularStep> steps =
[
    .. from game in games
       from move in Enumerable.Range(0, moves)
       let last = move == moves - 1
       select new TabularStep(game.Positions[move], Action(game.Positions, move), last ? game.Result : 0, last ? game.Positions[move] : game.Positions[move + 1], last),
];
var best = QLearned(steps, initialValue: 0);

Console.WriteLine($"{"",-34}{"played",8}{"outcomes (on-policy)",24}{"Q-learning (off-policy)",26}");
Show("move 10, the quiet one", ten, main);
Show("move 10, the brilliant one", ten, sharp);
Show("move 35, the blunder", thirtyFive, main);
Show("move 35, the right one", thirtyFive, sharp);

// What can be counted by hand: (12 · 1 + 3 · ½) / 60 of the games with the brilliant move, (12 · 1 + 3 · ½) / 15 of those with the right move 35 after it.
Claim(Near(outcomes[ten, sharp], 13.5 / 60) && Near(outcomes[ten, main], 0.5), "by outcomes the brilliant move 10 is worth .225, and the quiet one .5");
Claim(outcomes[ten, sharp] < outcomes[ten, main], "so whoever learns from outcomes gives up the brilliant move");
Claim(Math.Abs(best[ten, sharp] - 0.9) < 0.01 && Math.Abs(best[ten, main] - 0.5) < 0.02, "Q-learning says .9 for the brilliant move 10, and .5 for the quiet one");
Claim(Math.Abs(best[thirtyFive, main]) < 1e-9 && Math.Abs(best[thirtyFive, sharp] - 0.9) < 0.01, "and that move 35 is where the game is won or thrown away");

// Neither is wrong. If the same amateurs play on, .225 is what the brilliant move will bring THEM, and they had better be quiet. Whoever wants to know what the move is worth to somebody
// who goes on well must ask off-policy.

// --- Who is to blame? ------------------------------------------------------------------------------------------------------------------------------
// Take one of the 45 lost games, and ask of each move what it gave away: the best that could be had in the position, less what the move is worth.
var game35 = games[^1].Positions;
double[] given = [.. Enumerable.Range(0, moves).Select(move => best.Max(game35[move]) - best[game35[move], Action(game35, move)])];
var worst = 1 + Array.IndexOf(given, given.Max());
Console.WriteLine($"\nA lost game. By its outcome all {moves} moves are blamed alike. By Q-learning move {worst} gave away {given[worst - 1]:0.00}; all others together {given.Sum() - given[worst - 1]:0.00}.");
Claim(worst == blunderMove && given.Sum() - given[worst - 1] < 1e-9, "the blunder was move 35, and nothing else");
var gain = best[ten, sharp] - best[ten, main];
Console.WriteLine($"And move {brilliantMove} of the very same lost game was worth {gain:0.00} more than the quiet one.");
Claim(gain > 0.37, "the brilliant move 10 keeps its honour, although the game was lost");

// --- Why s' must be in the data --------------------------------------------------------------------------------------------------------------------
// Tear the last column off the slips: (s, a, r) alone. Then all that can be learned is what a move pays at once, and that is nothing until the game is over.
// With the result of its game written on each slip instead, (s, a, result), it is the average of outcomes again: there is no way to see that the 45 lost games parted from the 15 others
// at move 35. It is s' that ties the slips together: the slip of move 10 leads to a position, and other slips, of OTHER games, tell what could be done from there.
var torn = QLearned([.. steps.Select(step => step with { Terminated = true })], initialValue: 0);
Console.WriteLine($"\nWithout s' the brilliant move is worth {torn[ten, sharp]:0.00}, and the quiet one {torn[ten, main]:0.00}.");
Claim(torn[ten, sharp] == 0 && torn[ten, main] == 0, "without s' nothing is learned about move 10");

// How far do the ties reach? Of the slips with the right move 35 leave a single one in the box: it changes what is thought of move 10 in the 45 lost games as well. Take that away too,
// and all that is known of move 35 is the blunder.
bool Right(TabularStep step) => step.State == thirtyFive && step.Action == sharp;
var others = steps.Where(step => !Right(step)).ToList();
var (single, without) = (QLearned([.. others, steps.First(Right)], initialValue: 0), QLearned(others, initialValue: 0));
Console.WriteLine($"Of the {steps.Count(Right)} slips with the right move 35 keep one: the brilliant move 10 is worth {single[ten, sharp]:0.00}. Keep none: {without[ten, sharp]:0.00}.");
Claim(Math.Abs(single[ten, sharp] - 0.9) < 0.02, "a single slip with the right move is enough: what comes after it, the slips of the other games tell");
Claim(without[ten, sharp] == 0, "a move that nobody ever made cannot be learned from records");

// --- What off-policy cannot do ---------------------------------------------------------------------------------------------------------------------
// The maximum runs over ALL actions, those that nobody tried included, and about them the data says nothing: they are worth what the table began with. Begin with 1 - an optimist,
// which is a fine way to explore when one can go and look. From a box nobody can go and look.
var dreamer = QLearned(steps, initialValue: 1);
Console.WriteLine($"\nBegun at 1 instead of 0, Q-learning believes that the game is won from move 1 on ({dreamer.Max(common[0]):0.00} instead of {best.Max(common[0]):0.00}). It dreams of a move that was never played.");
Claim(dreamer[common[0], sharp] == 1 && counts[common[0], sharp] == 0 && dreamer.Max(common[0]) > best.Max(common[0]), "an unseen action takes over when the table begins too high");
Console.WriteLine("So learning from a fixed data set wants a table that begins low: what was not seen counts as bad. What is done with networks for the same reason is called offline learning.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - How many of the 60 must find the right move 35 before the brilliant move looks better than the quiet one by outcomes? Compute it, then change the games.
// - Give the table a third action: another move 35, tried in one game and won by luck. What does Q-learning say of move 10 now? Lesson 14 has a word for that.

return 0;

// The positions of a line, numbered on.
int[] Line(string name, int from, int to)
{
    int[] line = [.. Enumerable.Range(names.Count, to - from + 1)];
    names.AddRange(Enumerable.Range(from, to - from + 1).Select(move => $"{name} {move}"));
    return line;
}

IEnumerable<(int[], double)> Games(int count, int[][] way, double result) => Enumerable.Repeat((way.SelectMany(line => line).ToArray(), result), count);

// The second action is the brilliant move 10, and the right move 35; everywhere else there was one move only that anybody made.
int Action(int[] positions, int move) => move < moves - 1 && ((positions[move] == ten && positions[move + 1] == attack[0]) || (positions[move] == thirtyFive && positions[move + 1] == won[0])) ? sharp : main;

// Goes through the slips in ever new orders, with a step size that falls to 0, so that the luck of the last slips does not stay.
ActionValueTable QLearned(List<TabularStep> slips, double initialValue)
{
    const int passes = 500;
    var learner = new QLearning(names.Count, 2, new TabularSettings { Gamma = 1, LearningRate = Schedule.Linear(0.2), InitialValue = initialValue });
    var (order, random) = (slips.ToArray(), new SplittableRandom(15));
    var place = new int[order.Length];
    for (var pass = 0; pass < passes; pass++)
    {
        learner.SetRemaining(1 - ((double)pass / passes));
        random.Permutation(place);
        foreach (var slip in place)
        {
            var (state, action, reward, next, terminated) = order[slip];
            learner.Learn(state, action, reward, next, terminated);
        }
    }

    return learner.Table;
}

void Show(string what, int position, int action) => Console.WriteLine($"{what,-34}{counts[position, action],8}{outcomes[position, action],24:0.000}{best[position, action],26:0.000}");

bool Near(double value, double expected) => Math.Abs(value - expected) < 1e-9;
