#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 10: real-time dynamic programming.
//
// Value iteration treats all states alike. But somebody who drives from Cologne to Bonn need not know the value of each crossing in Portugal. RTDP (Barto, Bradtke and Singh 1995) computes values
// where it gets to, while it plays:
//
//     start; until the end:  V(s) ← max over a of r + γ·Σ p·V(s')      one backup, here and now
//                            go on with an action that reached the max   chance chooses s'
//
// Lesson 9's equation, lesson 8's beginning at the start. It needs the model, as they do; what it saves is the rest of the world.

using Bellman;

// --- 1. Only what play meets, and that first ------------------------------------------------------------------------------------------------------
// A car in a bend: a state is a cell and a speed, an action accelerates or brakes, every step costs 1; one time in ten the action is lost; off the track one begins again at the start.
// No state is worth more than 0 where every step costs, so 0 is ADMISSIBLE as a first guess: at least as much as anything is worth. Keep the word in mind.
const double Gamma = 0.99;
using var track = EnvironmentRegistry.Default.Make("Racetrack-v0");
var bend = new TabularModel(track.As<IFiniteMdp>()!);
var exact = ValueIteration.Solve(bend, new ValueIterationSettings { Gamma = Gamma });
var possible = Touched(exact);
var (reachable, _) = Meets(bend, null, Gamma);
Console.WriteLine($"Racetrack-v0: {bend.StateCount:N0} states, {possible:N0} of them on the track and moving or at the start; {reachable:N0} can be met from the start. A good drive takes {Steps(exact.StartValue):0.0} steps.");

// Both get the same number of backups. Then they are asked for a policy, and the policy is judged by what it really costs (told as that many steps), not by what they believe.
// News of the finish travels backwards through the sweeps; until it gets to the start, value iteration's policy does not know where to go. RTDP's news is where the car is.
var settings = new RtdpSettings { Gamma = Gamma, InitialValue = 0 };
var trials = new List<RtdpTrial>();
RealTimeDynamicProgramming.Solve(bend, settings with { Trials = 20_000 }, trials.Add);
var (swept, played) = (new Dictionary<int, double>(), new Dictionary<int, double>());
Console.WriteLine("\n  backups    value iteration:  states   steps it takes     RTDP:  episodes  states   steps it takes");
ValueIteration.Solve(bend, new ValueIterationSettings { Gamma = Gamma }, (sweep, values) =>
{
    if (sweep is 1 or 2 or 4 or 6 or 8 or 12 or 16)
    {
        var spent = (long)sweep * bend.StateCount;
        double[] known = [.. values.Span, 0];
        swept[sweep] = Earns(bend, [.. Enumerable.Range(0, bend.StateCount).Select(state => bend.GreedyAction(state, known, Gamma))], Gamma);
        var last = trials.Last(trial => trial.Backups <= spent);
        played[sweep] = Earns(bend, RealTimeDynamicProgramming.Solve(bend, settings with { Trials = last.Trial }).Policy, Gamma);
        Console.WriteLine($"  {spent,7:N0}    {bend.StateCount,24:N0} {Time(swept[sweep]),16}     {last.Trial,15:N0} {last.StatesTouched,7:N0} {Time(played[sweep]),16}");
    }
});
Claim(played[2] > swept[2] && played[4] > swept[4] && played[4] - exact.StartValue > -0.1, "with few backups RTDP drives far better: after those of four sweeps nearly as well as can be");
Claim(trials[^1].StatesTouched < possible / 2, "it has touched less than half of the states that there can be");
Claim(trials[^1].StatesTouched < reachable && reachable < possible / 2, "most of what it spared cannot be met from the start at all, and a little more is met only by bad play");

// --- 2. LRTDP: knowing that it is done ------------------------------------------------------------------------------------------------------------
// RTDP never says 'done', and its last digits come slowly. LRTDP (Bonet and Geffner 2003) LABELS a state as solved when all that greedy play can meet from there is consistent:
// put into the equation, each value comes out as it went in, within a tolerance. Solved states are not entered again, and when the start is solved it ends.
var fastest = ValueIteration.Solve(bend, new ValueIterationSettings { Gamma = 1, Tolerance = 1e-12 });
var labelled = LabelledRtdp.Solve(bend, new RtdpSettings { Gamma = 1, Tolerance = 1e-4, Trials = 1_000_000 });
var sweeping = BackupsNeeded(bend, 1, fastest.StartValue);
var playing = RealTimeDynamicProgramming.Solve(bend, new RtdpSettings { Gamma = 1, Trials = 20_000 });
Console.WriteLine($"\nUntil V(start) = {fastest.StartValue:0.000000} (γ = 1) is right within 0.001:");
Console.WriteLine($"  value iteration, in place: {sweeping,9:N0} backups, and we had to tell it when to stop");
Console.WriteLine($"  RTDP:                      {playing.Counts.Backups,9:N0} backups, and still wrong by {playing.StartValue - fastest.StartValue:0.0000}: what seldom happens is seldom backed up");
Console.WriteLine($"  LRTDP:                     {labelled.Counts.Backups,9:N0} backups, wrong by {Math.Abs(labelled.StartValue - fastest.StartValue):0.000000}; it stopped by itself");

// The proof can be checked without trusting the prover: follow greedy play from the start to everything that chance may make of it, and put each value into the equation.
var (envelope, residual) = Meets(bend, labelled, 1);
Console.WriteLine($"  the proof: from the start greedy play can meet {envelope:N0} states; the largest contradiction among them is {residual:0.000000}");
Claim(labelled.Counts.Backups < sweeping && playing.Counts.Backups > sweeping, "LRTDP needs fewer backups than sweeping, RTDP more");
Claim(Math.Abs(labelled.StartValue - fastest.StartValue) < 1e-3, "and is right within 0.001");
Claim(residual <= 1e-4 && envelope < Touched(labelled) && Touched(labelled) < bend.StateCount, "all states of the proof are consistent within the tolerance, and they are fewer than were touched, fewer still than there are");

// --- 3. Exploring on the way ----------------------------------------------------------------------------------------------------------------------
// One often sees RTDP with a share ε of random moves, much at first and less and less: ε = 0.9, multiplied by 0.995 after each episode.
using var maze = EnvironmentRegistry.Default.Make("DynaMaze-v0");
var walls = new TabularModel(maze.As<IFiniteMdp>()!);
var through = ValueIteration.Solve(walls, new ValueIterationSettings { Gamma = 0.95 });
Console.WriteLine($"\nDynaMaze-v0, 14 steps long at best; γ = 0.95, V(start) = 0.95^13 = {through.StartValue:0.000000}\n  episode       ε   steps   states touched   backups");
var explored = new List<RtdpTrial>();
RealTimeDynamicProgramming.Solve(walls, new RtdpSettings { Gamma = 0.95, InitialValue = 1, Trials = 1001, Epsilon = 0.9, EpsilonDecay = 0.995 }, explored.Add);
foreach (var trial in explored.Where(trial => trial.Trial is 1 or 10 or 100 or 300 or 500 or 1001))
{
    Console.WriteLine($"  {trial.Trial,7}   {trial.Epsilon:0.000}   {trial.Steps,5}   {trial.StatesTouched,14}   {trial.Backups,7:N0}");
}

Claim(Math.Round(explored[1000].Epsilon, 3) == 0.006, "after 1000 episodes ε is 0.006");
Claim(explored[1000].Steps is >= 14 and <= 20 && explored.Take(10).Average(trial => trial.Steps) > 100, "play begins as a stagger and ends as a straight walk");

// --- 4. First fault: initial values ---------------------------------------------------------------------------------------------------------------
// The map of lesson 8: a coin, now worth 0.3, nearby, and gold, worth 1, far away. '0 for what I know nothing of' sounds fair - but what is better than its first guess looks WORSE than it is,
// and greedy play does not go and look. Too high is safe: each disappointment is seen, and corrected. That is what admissible means. But the more there is to be disappointed by, the longer it takes.
const string Map = "##############/#.T..#.....#.#/#.##...###...#/#.#..#...#.#.#/#S...#.#...#.#/##.#####.#.#.#/#......#.#...#/#.##.#...#.#G#/#....#.#.....#/##############";
var prizes = new TabularModel(new GridWorld(Map, slip: 0, stepReward: 0, goalReward: 1, trapReward: 0.3));
var most = ValueIteration.Solve(prizes, new ValueIterationSettings { Gamma = 0.95 }).StartValue;
Console.WriteLine($"\nFirst fault, initial values (300 episodes, no exploration; the coin is worth {0.3 * Math.Pow(0.95, 3):0.000} at the start, the gold {most:0.000}):");
Console.WriteLine("  first guess   V(start) found   the policy earns    backups");
var found = new Dictionary<double, (double Earned, long Backups)>();
foreach (var guess in new[] { 0, 0.3, 0.6, 1, 10 })
{
    var solution = RealTimeDynamicProgramming.Solve(prizes, new RtdpSettings { Gamma = 0.95, InitialValue = guess, Trials = 300 });
    found[guess] = (Earns(prizes, solution.Policy, 0.95), solution.Counts.Backups);
    Console.WriteLine($"  {guess,11:0.0}   {solution.StartValue,14:0.000}   {found[guess].Earned,16:0.000}   {solution.Counts.Backups,8:N0}{(guess < 1 ? "" : "   admissible")}");
}

Claim(found[0].Earned < 0.6 * most && found[0.3].Earned < 0.6 * most, "from 0, or from 0.3, it is content with the coin for ever");
Claim(found[0.6].Earned > found[0.3].Earned && found[0.6].Earned < most - 0.01, "from 0.6 it finds the gold, by a detour");
Claim(Math.Abs(found[1].Earned - most) < 1e-9 && Math.Abs(found[10].Earned - most) < 1e-9 && found[10].Backups > 1.5 * found[1].Backups, "from 1 and from 10 it finds the best way, from 10 later");

// --- 5. Second fault: coverage --------------------------------------------------------------------------------------------------------------------
// What was never met was never computed. Let the car be put down anywhere on the track, at any speed - by a wind, an opponent, a fault of the model - and see what the policies lose against the best.
const int Episodes = 5000;
Console.WriteLine($"\nSecond fault, coverage ({Episodes:N0} episodes; of {possible:N0} states):\n{"",34}never met   steps lost, mean over met    over never met");
var greedy = Report("RTDP", RealTimeDynamicProgramming.Solve(bend, settings with { Trials = Episodes }));
var exploring = Report("with ε from 0.9, by 0.995", RealTimeDynamicProgramming.Solve(bend, settings with { Trials = Episodes, Epsilon = 0.9, EpsilonDecay = 0.995 }));
var anywhere = Report("starting anywhere", RealTimeDynamicProgramming.Solve(new TabularModel(new Anywhere(track.As<IFiniteMdp>()!, exact)), settings with { Trials = Episodes }));
Claim(greedy.Unmet > possible / 2 && greedy.LostUnmet > 5 * greedy.LostMet, "RTDP plays badly where it has never been");
Claim(exploring.Unmet > possible / 2, "random moves meet hardly more: they, too, only get where the game leads from its start");
Claim(anywhere.Unmet < greedy.Unmet / 5 && anywhere.LostUnmet < greedy.LostUnmet / 3, "to be right anywhere, start anywhere");

// --- 6. Third fault: decay ------------------------------------------------------------------------------------------------------------------------
// Exploration can make up for a first guess that is too low - if there is enough of it. A share of 0.9 that is multiplied by d after each episode
// is worth 0.9/(1 − d) episodes of random play in all: 180 at 0.995, 9 at 0.9.
// On FrozenLake most random walks end in a hole before they come near the goal. First guess 0, twenty seeds each:
using var lake = EnvironmentRegistry.Default.Make("FrozenLake-v1");
var ice = new TabularModel(lake.As<IFiniteMdp>()!);
var best = ValueIteration.Solve(ice, new ValueIterationSettings { Gamma = Gamma }).StartValue;
Console.WriteLine($"\nThird fault, decay (FrozenLake-v1, first guess 0, 1000 episodes, 20 seeds; the best policy is worth {best:0.000}):");
Console.WriteLine("     decay   random play in all   found the goal   the policies are worth   arrived while learning");
var earned = new Dictionary<double, (int Found, double Worth, double Arrived)>();
foreach (var decay in new[] { 0.5, 0.9, 0.98, 0.995, 0.9999 })
{
    var (goals, worth, arrived) = (0, 0.0, 0.0);
    for (var seed = 1UL; seed <= 20; seed++)
    {
        var solution = RealTimeDynamicProgramming.Solve(ice, new RtdpSettings { Gamma = Gamma, InitialValue = 0, Epsilon = 0.9, EpsilonDecay = decay, Seed = seed }, trial => arrived += trial.Return / 20_000);
        goals += solution.StartValue > 0 ? 1 : 0;
        worth += Earns(ice, solution.Policy, Gamma) / 20;
    }

    earned[decay] = (goals, worth, arrived);
    Console.WriteLine($"  {decay,8}   {0.9 * (1 - Math.Pow(decay, 1000)) / (1 - decay),10:0} episodes   {goals,11} / 20   {worth,22:0.000}   {arrived,22:0.000}");
}

var admissible = RealTimeDynamicProgramming.Solve(ice, new RtdpSettings { Gamma = Gamma, InitialValue = 1 });
Console.WriteLine($"  first guess 1, no exploration at all: {Earns(ice, admissible.Policy, Gamma):0.000}");
Claim(earned[0.995].Found == 20 && earned[0.9].Found < 15, "with a quick decay many runs never see the goal, with a slow one all do");
Claim(earned[0.9999].Arrived < earned[0.995].Arrived / 2, "too slow a decay learns as much and earns little while it learns");
Claim(best - Earns(ice, admissible.Policy, Gamma) < 0.01, "an admissible guess needs no luck: hope makes it look everywhere that may be good");
Console.WriteLine("\nAll three faults are one: what was not looked at was not computed. Lesson 11 asks how much looking is right.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Begin the race track at −20 instead of 0. Which of the three faults is that, and what does the car do?
// - ε begins at 0.9 and shall be 0.01 after 500 episodes. By what must it be multiplied? How many episodes of random play is that in all?

// Backups of value iteration until the start's value is right within 0.001.
static long BackupsNeeded(TabularModel model, double gamma, double value)
{
    var near = 0;
    ValueIteration.Solve(model, new ValueIterationSettings { Gamma = gamma, Tolerance = 1e-6 }, (sweep, values) =>
    {
        var start = 0.0;
        for (var state = 0; state < model.StateCount; state++)
        {
            start += model.InitialDistribution[state] * values.Span[state];
        }

        near = near == 0 && Math.Abs(start - value) <= 1e-3 ? sweep : near;
    });
    return (long)near * model.StateCount;
}

// Where every step costs, what was met is worth less than 0.
static int Touched(Solution solution) => solution.Values.ToArray().Count(value => value != 0);

// How many states greedy play can meet from the start, and the largest |right side − left side| of the Bellman equation there. Without a solution: how many any play can meet.
static (int States, double Residual) Meets(TabularModel model, Solution? solution, double gamma)
{
    double[] values = solution is null ? [] : [.. solution.Values, 0];
    var (seen, open, residual) = (new bool[model.StateCount + 1], new Stack<int>(), 0.0);
    seen[model.StateCount] = true;
    for (var state = 0; state < model.StateCount; state++)
    {
        Meet(model.InitialDistribution[state] > 0 ? state : model.StateCount);
    }

    while (open.TryPop(out var state))
    {
        var actions = Enumerable.Range(0, model.ActionCount);
        if (solution is not null)
        {
            residual = Math.Max(residual, Math.Abs(model.Backup(state, values, gamma, out var best) - values[state]));
            actions = [best];
        }

        foreach (var action in actions)
        {
            foreach (var next in model.NextStates(state, action))
            {
                Meet(next);
            }
        }
    }

    return (seen.Count(met => met) - 1, residual);

    void Meet(int state)
    {
        if (!seen[state])
        {
            seen[state] = true;
            open.Push(state);
        }
    }
}

// What a policy is really worth, whatever its maker believes.
static double Earns(TabularModel model, IReadOnlyList<int> policy, double gamma)
{
    var values = PolicyIteration.Evaluate(model, policy, new PolicyIterationSettings { Gamma = gamma });
    return Enumerable.Range(0, model.StateCount).Sum(state => model.InitialDistribution[state] * values[state]);
}

(int Unmet, double LostMet, double LostUnmet) Report(string name, Solution solution)
{
    var values = PolicyIteration.Evaluate(bend, solution.Policy, new PolicyIterationSettings { Gamma = Gamma });
    var states = Enumerable.Range(0, bend.StateCount).Where(state => exact.Values[state] < 0).ToLookup(state => solution.Values[state] != 0, state => exact.Values[state] - values[state]);
    var lost = (Met: states[true].Average(), Unmet: states[false].DefaultIfEmpty(0).Average());
    Console.WriteLine($"  {name,-32}{states[false].Count(),9:N0}{lost.Met,29:0.00}{lost.Unmet,18:0.00}");
    return (states[false].Count(), lost.Met, lost.Unmet);
}

// A price of 1 a step, discounted, adds up to −(1 − γ^n)/(1 − γ) after n steps; the other way round, n.
static double Steps(double value) => Math.Log(1 + ((1 - Gamma) * value)) / Math.Log(Gamma);
static string Time(double value) => value < -99.9 ? "never arrives" : $"{Steps(value):0.00}";

/// <summary>The same task, begun in any state from which something can still be lost.</summary>
internal sealed class Anywhere(IFiniteMdp task, Solution solution) : IFiniteMdp
{
    private readonly double[] initial = Evenly([.. solution.Values.ToArray().Select(value => value < 0)]);

    public int StateCount => task.StateCount;

    public int ActionCount => task.ActionCount;

    public ReadOnlySpan<double> InitialDistribution => initial;

    public ReadOnlySpan<Transition> Transitions(int state, int action) => task.Transitions(state, action);

    private static double[] Evenly(bool[] chosen) => [.. chosen.Select(one => one ? 1.0 / chosen.Count(other => other) : 0)];
}
