#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 14: double Q-learning.
//
// Q-learning moves an entry of its table towards r + γ·max Q(s', ·). The entries are estimates, and lesson 11 has shown with ten fair coins what the largest of honest estimates is: too large.
// There it was a curiosity. Here it makes an agent go the wrong way, again and again, towards a loss that it takes for a gain. Then comes the cure, one line long, and what the cure costs.

using Bellman;
using Bellman.Numerics;

// --- 1. The largest of n estimates ----------------------------------------------------------------------------------------------------------------
// n actions that are all worth the same, -0.1. Each has been tried m times, and each try pays -0.1 plus noise of deviation 1, so that an estimate (the mean of m tries) has deviation 1/√m.
// Every single estimate is right in the mean. The largest of them is not: its mean is -0.1 + M(n)/√m, where M(n) is the mean of the largest of n draws from N(0, 1),
//
//   M(n) = ∫ x·n·φ(x)·Φ(x)^(n-1) dx        (the largest is at most x if all are: Φ(x)^n; its density is the derivative of that)
const double worth = -0.1;
Console.WriteLine($"The largest of n estimates; every action is worth {worth}:");
Console.WriteLine("     n    M(n)     1 try each   10 tries   100 tries   1,000 tries");
foreach (var n in new[] { 1, 2, 10, 100 })
{
    Console.WriteLine($"  {n,4}{LargestOf(n),8:0.0000}{Promise(n, 1),15:0.000}{Promise(n, 10),11:0.000}{Promise(n, 100),12:0.000}{Promise(n, 1000),14:0.000}");
}

Claim(Math.Abs(LargestOf(2) - (1 / Math.Sqrt(Math.PI))) < 1e-6, "the larger of two draws from N(0, 1) is 1/√π in the mean");
Claim(Math.Abs(LargestOf(10) - 1.5388) < 5e-5, "the largest of ten is 1.5388");
Claim(Promise(10, 100) > 0 && Promise(10, 1000) < 0, "ten actions that lose 0.1 look like a gain even after a hundred tries each, and no longer after a thousand");

// The error grows with the number of actions and with the noise, and shrinks with the root of the tries. No fault of any single estimate: the CHOICE is what spoils the value.
// So: choose by one set of estimates, and ask a second set, from other tries, what the chosen action is worth. The second set did not take part in the choice, so it has no reason to flatter it.
var draws = new SplittableRandom(14);
var alike = Estimate([.. Enumerable.Repeat(worth, 10)], tries: 10);
Console.WriteLine($"\nTen actions of {worth}, ten tries each, {alike.Rounds:N0} rounds:");
Console.WriteLine($"  the largest of one set          {alike.Single:0.0000} ± {alike.SingleError:0.0000}   (exactly {Promise(10, 10):0.0000})");
Console.WriteLine($"  chosen by one, asked another   {alike.Double:0.0000} ± {alike.DoubleError:0.0000}   (exactly {worth:0.0000})");
Claim(Math.Abs(alike.Single - Promise(10, 10)) < 3 * alike.SingleError, "sampling agrees with the integral within three standard errors");
Claim(Math.Abs(alike.Double - worth) < 3 * alike.DoubleError, "the second set tells the truth about the first one's choice");

// The cure is not free of error. If the actions differ, the first set sometimes chooses a wrong one, and the second set says honestly what that one is worth: less than the best.
// One set promises too much, two promise too little. (No estimate from samples alone is right for all tasks; one has to choose the side to err on.)
double[] unequal = [-0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0];
var mixed = Estimate(unequal, tries: 10);
Console.WriteLine("\nTen actions worth -0.9, -0.8, ... 0, ten tries each. The best is worth 0:");
Console.WriteLine($"  the largest of one set          {mixed.Single:0.0000} ± {mixed.SingleError:0.0000}");
Console.WriteLine($"  chosen by one, asked another   {mixed.Double:0.0000} ± {mixed.DoubleError:0.0000}");
Claim(mixed.Single > 3 * mixed.SingleError && mixed.Double < -3 * mixed.DoubleError, "where actions differ, one set says too much and two say too little");

// --- 2. An agent that is led astray ---------------------------------------------------------------------------------------------------------------
// Sutton and Barto, example 6.7. An episode begins in A.   right: it ends, and pays 0.
//                                                          left:  pays 0 and leads to B, which has ten actions; each ends the episode and pays -0.1 plus noise of deviation 1.
// Left loses 0.1 and right loses nothing, so the best policy never goes left; with ε = 0.1 a coin decides in one of ten episodes, and left is taken in 5 % of all. That is the floor.
//
// Q-learning        Q(s, a)  moves towards  r + γ·Q(s', a*)      with a* = the best of Q(s', ·): the same entries choose and value.
// double Q-learning Q1(s, a) moves towards  r + γ·Q2(s', a*)     with a* = the best of Q1(s', ·), or, if a coin says so, the same with 1 and 2 exchanged. It plays by the mean of both tables.
//
// Each step teaches one of the two tables only: that keeps their luck apart.
const int a = 0, b = 1, left = 0, episodes = 300, runs = 10_000;
const double epsilon = 0.1, floor = epsilon / 2;
var settings = new TabularSettings { LearningRate = 0.1, Gamma = 1, Epsilon = epsilon };
Console.WriteLine($"\nShare of left in A, {runs:N0} runs; a perfect learner has {floor:0%}:");
Console.WriteLine("  episode                   10      30     100   200-300    of all 300     most that it thought left to be worth");
var q = Play("Q-learning", 10, seed => new QLearning(2, 10, settings with { Seed = seed }));
var twice = Play("double Q-learning", 10, seed => new DoubleQLearning(2, 10, settings with { Seed = seed }));

// What happens in the first episodes: the ten actions of B are tried a few times, one of them has paid well by luck, and max Q(B, ·) takes it for the worth of B. The news reaches A: left is worth something.
// So the agent goes left more often than right, to where it loses. Only as B's actions disappoint, one after the other, does the belief come down.
Claim(q.Share.Max() > 0.6, "Q-learning goes left in most episodes at first, though right is better");
Claim(q.Late > 2 * floor, "after 200 episodes it still does so more than twice as often as it need");
Claim(Enumerable.Range(9, episodes - 9).All(episode => twice.Share[episode] < q.Share[episode]), "from the tenth episode on double Q-learning goes left less often in every single one");
Claim(q.Belief.Max() > 0 && worth < 0, "for a while Q-learning thinks in the mean that left is a gain");
Claim(twice.Belief.Max() < q.Belief.Max() / 2, "double Q-learning does not");

// --- 3. What makes it worse, and what does not help -----------------------------------------------------------------------------------------------
// It is not the word max in the formula alone. SARSA's target is the value of what it does next, and what it does next is what looks best: the same choice by the same estimates.
var sarsa = Play("SARSA", 10, seed => new Sarsa(2, 10, settings with { Seed = seed }));
var averages = Play("Q-learning, α = 1/n", 10, seed => new QLearning(2, 10, settings with { Seed = seed, SampleAverage = true }));
Claim(sarsa.Mean > 2 * twice.Mean, "SARSA is led astray as well");

// Nor is it the step size. A mean of all tries (α = 1/n) has the least noise, but it forgets nothing: Q(A, left) averages over all that B has ever promised, and the first promises were the wildest.
// A fixed α at least forgets.
Claim(averages.Late > 4 * q.Late, "with sample averages, which the theory asks for, three hundred episodes are not nearly enough");

// And the more actions there are to choose from, the larger M(n), the luckier the luckiest. Where there is a single one, nothing is chosen, and nothing is overestimated: there two tables are
// only slower than one, since each learns from half of the steps.

Console.WriteLine("\nB with another number of actions: share of left in all 300 episodes:\n  actions   Q-learning   double Q-learning");
var (ones, twos) = (new Dictionary<int, double>(), new Dictionary<int, double>());
foreach (var n in new[] { 1, 2, 10, 100 })
{
    ones[n] = Run(n, seed => new QLearning(2, Math.Max(2, n), settings with { Seed = seed })).Mean;
    twos[n] = Run(n, seed => new DoubleQLearning(2, Math.Max(2, n), settings with { Seed = seed })).Mean;
    Console.WriteLine($"  {n,7}{ones[n],13:0.0%}{twos[n],20:0.0%}");
}

Claim(ones[1] < twos[1], "with one action in B, Q-learning has no bias, and learns a little faster than double Q-learning");
Claim(ones[1] < ones[2] && ones[2] < ones[10] && ones[10] < ones[100] && ones[100] > 0.8, "with a hundred actions, Q-learning hardly ever goes anywhere but left");
Claim(twos.Values.Max() < 0.15, "double Q-learning hardly minds how many there are");

// --- 4. Pictures ----------------------------------------------------------------------------------------------------------------------------------
var x = Enumerable.Range(1, episodes).Select(episode => (double)episode).ToArray();
var shares = new LineChart { Title = "Going left, where the loss is", XLabel = "episode", YLabel = "share of runs" };
var beliefs = new LineChart { Title = "What left is thought to be worth (it is worth -0.1)", XLabel = "episode", YLabel = "Q(A, left), mean of runs" };
foreach (var (name, outcome) in new[] { ("Q-learning", q), ("double Q-learning", twice), ("SARSA", sarsa) })
{
    shares.Add(new ChartLine(name, x, outcome.Share));
    beliefs.Add(new ChartLine(name, x, outcome.Belief));
}

shares.Add(new ChartLine("the floor, ε/2", [1, episodes], [floor, floor]));
beliefs.Add(new ChartLine("truth", [1, episodes], [worth, worth]));
Console.WriteLine();
Save("14-double-q-left.svg", shares.ToSvg());
Save("14-double-q-belief.svg", beliefs.ToSvg());

Console.WriteLine("\nWho chooses by an estimate needs another one to value the choice: here two tables, in double DQN two networks.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Let the noise have deviation 0.1 instead of 1. Predict from M(10) whether left can still look like a gain.
// - Begin both tables at −1. What happens to the bias, and what else happens?

return 0;

// The mean of the largest of n draws from N(0, 1), summed up in small steps; good to six digits.
static double LargestOf(int n)
{
    const double step = 1e-3, edge = 9;
    var (below, density, sum) = (0.0, 0.0, 0.0);
    for (var place = -edge; place < edge; place += step)
    {
        var next = Math.Exp(-place * place / 2) / Math.Sqrt(2 * Math.PI);
        below += (density + next) / 2 * step; // Φ, summed up on the way
        density = next;
        sum += place * n * density * Math.Pow(below, n - 1) * step;
    }

    return Math.Round(sum, 9) + 0.0; // -0 becomes 0
}

static double Promise(int n, int tries) => worth + (LargestOf(n) / Math.Sqrt(tries));

// Two sets of estimates of the same actions, many times over: what the largest of the first says, and what the second says of the same action.
(int Rounds, double Single, double SingleError, double Double, double DoubleError) Estimate(double[] means, int tries)
{
    const int rounds = 200_000;
    var (single, other) = (new double[rounds], new double[rounds]);
    for (var round = 0; round < rounds; round++)
    {
        var best = double.NegativeInfinity;
        foreach (var mean in means)
        {
            var (first, second) = (mean + (draws.Normal() / Math.Sqrt(tries)), mean + (draws.Normal() / Math.Sqrt(tries)));
            if (first > best)
            {
                (best, single[round], other[round]) = (first, first, second);
            }
        }
    }

    return (rounds, single.Average(), StandardError(single), other.Average(), StandardError(other));
}

static double StandardError(double[] values)
{
    var mean = values.Average();
    return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length / (values.Length - 1));
}

Outcome Play(string name, int actions, Func<ulong, TabularLearner> create)
{
    var outcome = Run(actions, create);
    var share = outcome.Share;
    Console.WriteLine($"  {name,-20}{share[9],8:0.0%}{share[29],8:0.0%}{share[99],8:0.0%}{outcome.Late,10:0.0%}{outcome.Mean,14:0.0%}{outcome.Belief.Max(),15:+0.000;-0.000} in episode {Array.IndexOf(outcome.Belief, outcome.Belief.Max()) + 1}");
    return outcome;
}

// Many learners from nothing. Those with fewer allowed actions in a state than the table has columns are told so by a mask.
static Outcome Run(int actions, Func<ulong, TabularLearner> create)
{
    var columns = Math.Max(2, actions);
    var maskA = Enumerable.Range(0, columns).Select(action => (byte)(action < 2 ? 1 : 0)).ToArray();
    var maskB = Enumerable.Range(0, columns).Select(action => (byte)(action < actions ? 1 : 0)).ToArray();
    var gate = new Lock();
    var (wentLeft, belief) = (new long[episodes], new double[runs][]);
    Parallel.For(0, runs, run =>
    {
        var learner = create((ulong)run + 1);
        var noise = new SplittableRandom((ulong)run + 1_000_001); // not the learner's own seed, or its choices would foretell its luck
        var (went, thought) = (new bool[episodes], new double[episodes]);
        for (var episode = 0; episode < episodes; episode++)
        {
            went[episode] = learner.Begin(a, maskA) == left;
            if (went[episode])
            {
                learner.Step(0, b, terminated: false, truncated: false, maskB);
                learner.Step(worth + noise.Normal(), a, terminated: true, truncated: false, maskA);
            }
            else
            {
                learner.Step(0, a, terminated: true, truncated: false, maskA);
            }

            thought[episode] = learner.Table[a, left];
        }

        belief[run] = thought;
        lock (gate)
        {
            for (var episode = 0; episode < episodes; episode++)
            {
                wentLeft[episode] += went[episode] ? 1 : 0;
            }
        }
    });
    return new Outcome([.. wentLeft.Select(count => (double)count / runs)], [.. Enumerable.Range(0, episodes).Select(episode => belief.Average(one => one[episode]))]);
}

/// <summary>For each episode the share of runs that went left in it, and what left was thought to be worth after it.</summary>
internal sealed record Outcome(double[] Share, double[] Belief)
{
    public double Mean => Share.Average();

    public double Late => Share[200..].Average();
}
