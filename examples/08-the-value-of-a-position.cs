#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 8: the value of a position.
//
// How good is it to be HERE? As good as the best that can still come of it. In a game where moves have certain consequences, one line says it all:
//
//     V(s) = max over actions a of  R(s, a) + γ·V(s')          s' is where a leads; V = 0 where the game is over
//
// The value of a position is what the best move pays at once plus the value of where it leads. That is a recursion, and a recursion is a program: search, depth first.
// γ, "gamma", the DISCOUNT, says what a reward is worth that comes one move later: with γ = 0.9, nine tenths. It makes the agent hurry, and keeps sums finite where games do not end.

using Bellman;

// --- 1. A corridor --------------------------------------------------------------------------------------------------------------------------------
// Cells 0 to 9, a prize of 100 in cell 9, moves one to the left and one to the right. Entering the prize's cell pays and ends the game.
IEnumerable<(double Reward, int Next)> Corridor(int cell) => cell == 9 ? [] : [(0, Math.Max(cell - 1, 0)), (cell == 8 ? 100 : 0, cell + 1)];

var corridor = new ValueSearch<int>(Corridor, gamma: 0.9);
Console.WriteLine("A prize of 100 at the end of a corridor, γ = 0.9:");
for (var moves = 1; moves <= 4; moves++)
{
    Console.WriteLine($"  {moves} move{(moves == 1 ? " " : "s")} away: {corridor.Value(9 - moves, depth: 10):0.0}");
    Claim(Math.Abs(corridor.Value(9 - moves, 10) - (100 * Math.Pow(0.9, moves - 1))) < 1e-12, "each move between here and the prize costs a tenth of what is left");
}

Claim(Enumerable.Range(1, 4).Select(moves => Math.Round(corridor.Value(9 - moves, 10), 9)).SequenceEqual([100, 90, 81, 72.9]), "the prize is worth 100, 90, 81, 72.9");

// The values are a slope that leads to the prize. Whoever knows them needs no plan: a look one move ahead is enough.
Claim(Enumerable.Range(0, 9).All(cell => corridor.BestAction(cell, 10) == 1), "from everywhere the best move is to the right");

// The DEPTH LIMIT is not only to save time. One can walk to and fro for ever: without a limit the recursion has no end. Beyond the limit nothing counts,
// so a prize that lies further away does not exist.
Claim(corridor.Value(4, depth: 4) == 0 && corridor.Value(4, depth: 5) > 65, "from cell 4 the prize is seen by a search of five moves, not by one of four");

// --- 2. A map with a choice -----------------------------------------------------------------------------------------------------------------------
// C is a coin worth 30, G is gold worth 100; taking either ends the game. Walls are #. Four moves: up, right, down, left; a step against a wall stays.
string[] map =
[
    "##############",
    "#.C..#.....#.#",
    "#.##...###...#",
    "#.#..#...#.#.#",
    "#S...#.#...#.#",
    "##.#####.#.#.#",
    "#......#.#...#",
    "#.##.#...#.#G#",
    "#....#.#.....#",
    "##############",
];
var columns = map[0].Length;
var start = Find('S');
var links = Enumerable.Range(0, map.Length * columns).Select(Links).ToArray();
IEnumerable<(double Reward, int Next)> Moves(int cell) => links[cell];

var (coin, gold) = (Distance('C'), Distance('G'));
Console.WriteLine($"\n{string.Join('\n', map)}\n\nThe coin (30) is {coin} moves from S, the gold (100) is {gold}. Which is worth more depends on γ alone:");
Console.WriteLine("    γ     the coin    the gold    V(S)    first move");
foreach (var gamma in new[] { 0.5, 0.8, 0.9, 0.95, 0.99 })
{
    var search = new ValueSearch<int>(Moves, gamma);
    var (forCoin, forGold) = (30 * Math.Pow(gamma, coin - 1), 100 * Math.Pow(gamma, gold - 1));
    Console.WriteLine($"  {gamma:0.00}    {forCoin,8:0.000}    {forGold,8:0.000}  {search.Value(start, 40),7:0.000}    {Name(search.BestAction(start, 40))}");
    Claim(Math.Abs(search.Value(start, 40) - Math.Max(forCoin, forGold)) < 1e-9, "the value is that of the better of the two prizes");
}

// Where does the agent change its mind? Where 30·γ^(coin−1) = 100·γ^(gold−1): at γ = 0.3^(1/(gold−coin)).
// The search knows nothing of that formula. Halve an interval of γ until it is found:
var (low, high) = (0.5, 0.999);
for (var i = 0; i < 30; i++)
{
    var middle = (low + high) / 2;
    var waits = new ValueSearch<int>(Moves, middle).Value(start, 40) > (30 * Math.Pow(middle, coin - 1)) + 1e-12;
    (low, high) = waits ? (low, middle) : (middle, high);
}

Console.WriteLine($"It changes its mind at γ = {low:0.000000}; by the formula at {Math.Pow(0.3, 1.0 / (gold - coin)):0.000000}. 'Impatient' is a number.");
Claim(Math.Abs(low - Math.Pow(0.3, 1.0 / (gold - coin))) < 1e-6, "the search turns from the coin to the gold where the formula says");

// --- 3. What it costs -----------------------------------------------------------------------------------------------------------------------------
// A search that remembers nothing visits the whole TREE: four moves, and four more after each of them, 4^depth in all. But there are only so many cells: nearly all of the tree is the same cells
// again and again. With a memory (a MEMO) each cell is computed once for each number of moves left. Nothing else changes - certainly not the values.
Console.WriteLine("\nγ = 0.95   depth    V(S)    first move    visited without memory    with memory");
var visits = new List<long>();
foreach (var depth in new[] { 2, 4, 6, 8, 10, 12, 16, 20, 40 })
{
    var search = new ValueSearch<int>(Moves, gamma: 0.95);
    var value = search.Value(start, depth);
    var visited = 0L;
    if (depth <= 12)
    {
        Claim(Plain(start, depth, ref visited) == value, "with and without a memory the value is the same to the last bit");
        visits.Add(visited);
    }

    Console.WriteLine($"{depth,16}  {value,6:0.00}    {(value > 0 ? Name(search.BestAction(start, depth)) : "no idea"),-10} {(depth <= 12 ? $"{visited:N0}" : $"about {Math.Pow(4, depth):0e+00}"),25}  {search.PositionsComputed,13:N0}");
    Claim(search.PositionsComputed <= depth * Cells(), "with a memory: at most cells times depth");
}

Claim(visits[^1] > 10 * visits[^2] && visits[^1] > 10_000_000, "two moves more cost the plain search more than ten times as much, 12 moves more than ten million visits");

// Read the column of values once more. With 2 moves it sees nothing; then the coin; and only when the limit reaches the gold does it turn round.
// A search that is too short is not a little wrong: it is sure of something else. How wrong can it be? What lies beyond the limit is discounted by γ^depth, so at most γ^depth times the largest value there is.
var exact = new ValueSearch<int>(Moves, 0.95).Value(start, 40);
foreach (var depth in new[] { 4, 8, 12, 16, 20 })
{
    var missing = exact - new ValueSearch<int>(Moves, 0.95).Value(start, depth);
    Claim(missing >= 0 && missing <= Math.Pow(0.95, depth) * 100, "a search of some depth falls short of the value by at most γ^depth · 100");
}

// --- 4. Every cell --------------------------------------------------------------------------------------------------------------------------------
// The values of all cells with γ = 0.9: a landscape with two peaks, and a watershed between them.
var all = new ValueSearch<int>(Moves, 0.9);
Console.WriteLine("\nWhere the best move leads from each cell (^ > v <), and what the cell is worth, γ = 0.9:");
for (var row = 0; row < map.Length; row++)
{
    var arrows = map[row].Select((sign, column) => sign is '.' or 'S' ? "^>v<"[all.BestAction((row * columns) + column, 40)] : sign);
    var values = map[row].Select((sign, column) => sign is '.' or 'S' ? $"{all.Value((row * columns) + column, 40),4:0}" : $"{sign,4}");
    Console.WriteLine($"  {string.Concat(arrows)}   {string.Concat(values)}");
}

var toGold = Enumerable.Range(0, links.Length).Count(cell => links[cell].Length > 0 && End(cell) == 'G');
var toCoin = Enumerable.Range(0, links.Length).Count(cell => links[cell].Length > 0 && End(cell) == 'C');
Console.WriteLine($"{toGold} cells lead to the gold, {toCoin} to the coin: those so near to it that the gold is not worth the way.");
Claim(toGold + toCoin == Cells() && toCoin > 0 && toGold > toCoin, "every cell leads to a prize, most to the gold and some to the coin");

// Searching from each cell anew is still wasteful: the values do not depend on who asks. Lesson 9 computes them all at once - and also where moves have uncertain consequences.
Console.WriteLine("\nA value looks at everything that may still come; a policy only needs the values one move ahead.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Make the coin worth 60. At which γ does the agent change its mind now? Compute it, then run.
// - Let each move cost 1 (0 becomes -1 in Links). Why may γ be 1 now, and why must there be a limit of depth all the same?

// V(s) as it stands above, with nothing remembered.
double Plain(int cell, int depth, ref long visited)
{
    visited++;
    if (depth == 0 || links[cell].Length == 0)
    {
        return 0;
    }

    var best = double.NegativeInfinity;
    foreach (var (reward, next) in links[cell])
    {
        best = Math.Max(best, reward + (0.95 * Plain(next, depth - 1, ref visited)));
    }

    return best;
}

(double Reward, int Next)[] Links(int cell)
{
    if (Sign(cell) is '#' or 'C' or 'G')
    {
        return [];
    }

    return [.. new[] { -columns, 1, columns, -1 }.Select(step => Sign(cell + step) == '#' ? cell : cell + step).Select(next => (Sign(next) switch { 'C' => 30.0, 'G' => 100, _ => 0 }, next))];
}

// The fewest moves from the start, by a wave that spreads from it: a second opinion that knows nothing of values.
int Distance(char sign)
{
    var (wave, seen, moves) = (new List<int> { start }, new HashSet<int> { start }, 0);
    while (!wave.Any(cell => Sign(cell) == sign))
    {
        wave = [.. wave.SelectMany(cell => links[cell]).Select(link => link.Next).Where(seen.Add)];
        moves++;
    }

    return moves;
}

char End(int cell)
{
    while (links[cell].Length > 0)
    {
        cell = links[cell][all.BestAction(cell, 40)].Next;
    }

    return Sign(cell);
}

char Sign(int cell) => map[cell / columns][cell % columns];
int Find(char sign) => Enumerable.Range(0, map.Length * columns).First(cell => Sign(cell) == sign);
int Cells() => links.Count(moves => moves.Length > 0);
static string Name(int action) => action switch { 0 => "up", 1 => "right", 2 => "down", _ => "left" };
