#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 16: Dyna, and the maze that changes.
//
// Lessons 8 to 10 had a model and planned; lessons 12 to 15 had none and learned from steps. Dyna does both with one table. It learns a model by the way - simply what each action led to the last time -
// and after each real step it imagines n steps of that model and learns from them as if they had happened. A real step costs time, wear, perhaps a broken robot. An imagined one costs a little arithmetic.
//
//   do a in s, see r and s'
//   Q(s, a) moves towards r + γ·max Q(s', ·)                    learning: Q-learning's step
//   Model(s, a) = r, s'                                         learning the model
//   n times: any (s, a) that was ever done; r, s' = Model(s, a)
//            Q(s, a) moves towards r + γ·max Q(s', ·)           planning: the same step again
//
// Sutton and Barto, chapter 8. Then the world changes behind the model's back, and it turns out that a model errs in two ways, and that only one of them mends itself.

using Bellman;

// --- 1. What imagined steps save ------------------------------------------------------------------------------------------------------------------
// A maze of 6 × 9 cells, 14 steps from S to G by the shortest way. Reward 1 at the goal, 0 everywhere else; γ = 0.95 makes sooner better. An agent that knows nothing wanders for some 800 steps until it stumbles upon G.
// The figures that the means are held to are those of 200 runs, made for this course by another program.
const int runs = 400, episodes = 50;
int[] shown = [1, 2, 3, 5, 10, 20, 50];
Console.WriteLine($"Steps to the goal in an episode, mean of {runs} runs (in brackets: 200 runs of another program):");
Console.WriteLine($"  episode {string.Concat(shown.Select(episode => $"{episode,8}        "))}");
var chart = new LineChart { Title = "Dyna-Q in a maze: steps to the goal", XLabel = "episode", YLabel = "steps, mean of runs" };
var none = Learn(0, [817, 697, 513, 265, 126, 53, 17.8]);
var five = Learn(5, [844, 150, 62.5, 22.7, 17.3, 16.8, 17.0]);
var fifty = Learn(50, [856, 39.2, 17.7, 17.4, 17.2, 17.0, 16.8]);
Save("16-dyna-steps.svg", chart.ToSvg());
Claim(Math.Abs(none.Steps[0] - fifty.Steps[0]) < 100, "nothing is saved in the first episode: there is no reward yet to think about");
Claim(fifty.Steps[2] < 20 && five.Steps[9] < 20 && none.Steps[19] > 40, "fifty imagined steps make it good in the third episode, five in the tenth, none not even in the twentieth");

// In the end all three walk equally well: 14 steps, and some more for one random step in ten. At what price? Thinking is not free either.
Console.WriteLine("\nUntil an episode first takes at most 20 steps:   real steps    updates of the table");
foreach (var (n, result) in new[] { (0, none), (5, five), (50, fifty) })
{
    Console.WriteLine($"  n = {n,-3}{result.RealSteps,49:N0}{result.RealSteps * (n + 1),24:N0}");
}

Claim(none.RealSteps > 3 * fifty.RealSteps, "planning saves most of the real steps");
Claim(fifty.RealSteps * 51 > none.RealSteps, "in exchange it updates the table more often: Dyna buys experience with arithmetic");

// Why: a reward at the goal moves one entry, the last step's. The next episode moves the step before that, and so on: news travels one step an episode. Imagination carries it on while the agent walks.
Console.WriteLine("\nWhat the table says in the middle of the second episode (the best action where any is known to be worth something):");
var (unplanned, planned) = (Picture(0), Picture(50));
for (var row = 0; row < 6; row++)
{
    Console.WriteLine($"   {unplanned.Rows[row]}        {planned.Rows[row]}");
}

Console.WriteLine($"   {"n = 0",-17}        n = 50");
Claim(unplanned.Known == 1, "without planning, one cell knows the way after one episode: the last before the goal");
Claim(planned.Known > 20, "with it, a good part of the maze does");

// --- 2. The short way is closed -------------------------------------------------------------------------------------------------------------------
// Another maze: S below a long wall, G above it. There is a gap at the right end, ten steps in all. After 1,000 steps it closes, and one opens at the left end: sixteen steps. Nobody says so.
// The model is now too hopeful: it believes in a gap that is none. That mends itself. The agent goes where it believes in reward, runs into the wall, and the model learns the wall.
// But slowly: each value in the table was read off its neighbours', and they were right once. The prize that is gone fades by a factor of 0.95 a round and is never quite 0, whereas what was never tried is
// worth exactly 0. So a greedy agent keeps chasing the ghost of the old prize about the closed gap, and only its random steps lead elsewhere.
//
// Dyna-Q+ has a reason to go and look. It notes when each pair was last tried, and imagines a reward of r + κ·√τ, where τ is the number of steps since: what was not tried for long gets interesting,
// and what was never tried counts as tried at time 0. The bonus is imagined only. Planning carries it back like a real one, so the agent makes whole journeys to places that it has not seen for long.
//
// These mazes have no chance in them: what was seen last is the truth, so α = 1. With α = 0.1 the same disappointment is needed many times over before an attraction fades (see the last line of the second table).
const int mazeRuns = 100, startCell = (5 * 9) + 3;
Console.WriteLine($"\nThe short way is closed after 1,000 steps; rewards in a thousand steps, mean of {mazeRuns} runs:");
var blocked = new LineChart { Title = "Blocking maze: the walls change after 1,000 steps", XLabel = "step", YLabel = "rewards so far, mean of runs" };
Head(3);
var hopeful = Walk("blocking", "Dyna-Q", 0, 1, 3000, blocked);
var curious = Walk("blocking", "Dyna-Q+, κ = 0.0003", 3e-4, 1, 3000, blocked);
Save("16-dyna-blocking.svg", blocked.ToSvg());
Claim(hopeful.In(2) < hopeful.In(1) / 2, "the closed way costs Dyna-Q more than half of what it earned");
Claim(hopeful.Found is > 0.3 and < 0.7, "in 2,000 steps about half of its runs find the other way");
Claim(hopeful.Ghost is { Least: > 0, Most: < 1e-4 }, "to those that do not, S is worth next to nothing, and yet more than 0");
Console.WriteLine($"  What Dyna-Q thinks S to be worth where it has not found it: {hopeful.Ghost.Least:0.0e+0} to {hopeful.Ghost.Most:0.0e+0}, which is more than 0, what was never tried.");
Claim(curious.In(2) > 2 * hopeful.In(2) && curious.In(3) > 1.5 * hopeful.In(3), "curiosity finds it much sooner");
Claim(curious.In(1) > hopeful.In(1), "and is of use before anything changes: it found the first way sooner, too, by going where it had not been");

// --- 3. A shorter way opens -----------------------------------------------------------------------------------------------------------------------
// The other way round: sixteen steps by the left end, and after 3,000 steps a second gap opens at the right end: ten steps. The old way still works. Now the model is too gloomy: it believes in a wall
// that is none. That does not mend itself. Nobody goes and looks at what he holds for a wall, and so the reason to think so is never refuted. One random step in ten is no help: it would take many in a row.
//
// How curious must one be? A wall looks like a step that leads back to where it began, for ever: with the bonus it is imagined to be worth κ·√τ/(1 - γ). To go there (6 steps to the right end) it has to be
// worth more, seen from S, than the prize at the end of the way that is known: 0.95^6·κ·√τ/(1 - γ) > 0.95^15. That gives the τ after which it is worth the journey.
double Patience(double kappa) => Math.Pow(Math.Pow(0.95, 15 - 6) * 0.05 / kappa, 2);
Console.WriteLine($"\nA shorter way opens after 3,000 steps; rewards in a thousand steps, mean of {mazeRuns} runs:");
var opened = new LineChart { Title = "Shortcut maze: a shorter way opens after 3,000 steps", XLabel = "step", YLabel = "rewards so far, mean of runs" };
Head(6);
var gloomy = Walk("shortcut", "Dyna-Q", 0, 1, 6000, opened);
var little = Walk("shortcut", "Dyna-Q+, κ = 0.0003", 3e-4, 1, 6000, opened);
var enough = Walk("shortcut", "Dyna-Q+, κ = 0.001", 1e-3, 1, 6000, opened);
var restless = Walk("shortcut", "Dyna-Q+, κ = 0.003", 3e-3, 1, 6000, opened);
var sluggish = Walk("shortcut", "κ = 0.0003, α = 0.1", 3e-4, 0.1, 6000, null);
Save("16-dyna-shortcut.svg", opened.ToSvg());
Console.WriteLine($"  A look at the wall is worth the journey after {Patience(3e-4):N0} steps for κ = 0.0003, {Patience(1e-3):N0} for 0.001, {Patience(3e-3):N0} for 0.003.");
Claim(gloomy.Found < 0.1, "Dyna-Q hardly ever finds the shorter way");
Claim(Patience(3e-4) > 6000 && little.Found < 0.3, "nor does an agent so little curious that the wall gets interesting only after the end");
Claim(Patience(1e-3) < 3000 && enough.Found > 0.95 && enough.In(6) > 1.3 * gloomy.In(6), "with enough curiosity nearly all find it, and earn a third more in the end");
Claim(enough.In(3) < gloomy.In(3), "the price: as long as nothing has changed, each look at an old wall is a detour");
Claim(restless.Total < gloomy.Total / 2, "too much of it, and the agent inspects walls instead of walking to the goal");
Claim(sluggish.In(1) < little.In(1) / 2, "with a small step size curiosity is a burden at first");
Console.WriteLine("\nA model that hopes too much is refuted by following it. One that fears too much is refuted only by going to look, and looking costs.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Without random steps (ε = 0), which of the walkers still find the way that opened, and why those?
// - Give Dyna-Q five imagined steps instead of fifty in the maze that is blocked. Does it forget the ghost sooner or later?

return 0;

// Learners from nothing in the fixed maze.
(double[] Steps, double RealSteps) Learn(int planning, double[] published)
{
    var lengths = new int[runs][];
    Parallel.For(0, runs, run =>
    {
        using var maze = new DynaMaze();
        var play = new TabularPlay(maze, new DynaQ(54, 4, Settings(planning, 0, run)), 1);
        lengths[run] = [.. Enumerable.Range(0, episodes).Select(_ => play.Episode().Steps)];
    });
    var means = Enumerable.Range(0, episodes).Select(episode => lengths.Average(run => run[episode])).ToArray();
    Console.Write($"  n = {planning,-4}");
    for (var i = 0; i < shown.Length; i++)
    {
        // Both means are of samples: they may lie three standard errors of their difference apart, and half a digit of what is published.
        var place = shown[i] - 1;
        var deviation = Math.Sqrt(lengths.Sum(run => (run[place] - means[place]) * (run[place] - means[place])) / (runs - 1));
        var error = deviation * Math.Sqrt((1.0 / runs) + (1.0 / 200));
        Console.Write($"{means[place],8:0.0} {(published[i] < 100 ? $"({published[i]:0.0})" : $"({published[i]:0})"),-7}");
        Claim(Math.Abs(means[place] - published[i]) < (3 * error) + (published[i] < 100 ? 0.05 : 0.5), $"{planning} planning steps take {published[i]} steps in episode {shown[i]}, within three standard errors");
    }

    Console.WriteLine();
    chart.Add(new ChartLine($"n = {planning}", [.. Enumerable.Range(2, episodes - 1).Select(episode => (double)episode)], means[1..]));
    return (means, lengths.Average(run => run.Take(Array.FindIndex(run, steps => steps <= 20) + 1).Sum()));
}

static TabularSettings Settings(int planning, double kappa, int run) =>
    new() { LearningRate = 0.1, Gamma = 0.95, Epsilon = 0.1, PlanningSteps = planning, CuriosityBonus = kappa, Seed = (ulong)run + 1 };

// A learner's table after the first episode and twenty steps of the second.
static (string[] Rows, int Known) Picture(int planning)
{
    using var maze = new DynaMaze();
    var learner = new DynaQ(54, 4, Settings(planning, 0, 3));
    var play = new TabularPlay(maze, learner, 1);
    play.Episode();
    play.Episode(maximumSteps: 20);
    var rows = Enumerable.Range(0, 6).Select(row => string.Join(' ', Enumerable.Range(0, 9).Select(column =>
    {
        var cell = (row * 9) + column;
        var step = maze.Transitions(cell, 0)[0];
        return cell == 8 ? 'G' : step.Terminated && step.NextState == cell ? '█' : learner.Table.Max(cell) > 0 ? "↑→↓←"[learner.Table.Greedy(cell)] : cell == 18 ? 'S' : '·';
    }))).ToArray();
    return (rows, Enumerable.Range(0, 54).Count(cell => learner.Table.Max(cell) > 0));
}

static void Head(int thousands) => Console.WriteLine($"{"steps, thousands",22}  {string.Concat(Enumerable.Range(1, thousands).Select(k => $"{$"{k - 1}-{k}",7}"))}     all   found the new way");

// Learners in a maze that changes.
static Walked Walk(string variant, string name, double kappa, double learningRate, int steps, LineChart? chart)
{
    var (rewards, found, ghosts) = (new double[mazeRuns][], new bool[mazeRuns], new double[mazeRuns]);
    Parallel.For(0, mazeRuns, run =>
    {
        using var maze = new DynaMaze(variant);
        var learner = new DynaQ(54, 4, Settings(50, kappa, run) with { LearningRate = learningRate });
        var play = new TabularPlay(maze, learner, 1);
        var (walked, curve) = (0, new double[steps]);
        while (walked < steps)
        {
            var changed = walked >= (variant == "blocking" ? 1000 : 3000);
            var (reward, length) = play.Episode(steps - walked);
            walked += length;
            curve[walked - 1] = reward;

            // After the blocking any way to the goal is the new one; before the shortcut none is shorter than 16.
            found[run] |= changed && reward > 0 && (variant == "blocking" || length < 16);
        }

        for (var step = 1; step < steps; step++)
        {
            curve[step] += curve[step - 1];
        }

        rewards[run] = curve;
        ghosts[run] = found[run] ? double.NaN : learner.Table.Max(startCell);
    });
    var lost = ghosts.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
    var result = new Walked([.. Enumerable.Range(0, steps).Select(step => rewards.Average(run => run[step]))], found.Average(one => one ? 1.0 : 0), (lost.Min(), lost.Max()));
    Console.WriteLine($"  {name,-22}{string.Concat(Enumerable.Range(1, steps / 1000).Select(k => $"{result.In(k),7:0.0}"))}{result.Total,8:0.0}{result.Found,10:0%} of runs");
    var every = Enumerable.Range(1, steps / 20).Select(i => 20 * i).ToArray();
    chart?.Add(new ChartLine(name, [.. every.Select(step => (double)step)], [.. every.Select(step => result.Rewards[step - 1])]));
    return result;
}

/// <summary>What walkers earned: rewards so far after each step, mean of runs, the share of runs that found the way that opened, and what S was worth in the end to those that did not.</summary>
internal sealed record Walked(double[] Rewards, double Found, (double Least, double Most) Ghost)
{
    public double Total => Rewards[^1];

    /// <summary>Rewards in the k-th thousand of steps.</summary>
    public double In(int thousand) => Rewards[(1000 * thousand) - 1] - (thousand == 1 ? 0 : Rewards[(1000 * (thousand - 1)) - 1]);
}
