#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 12: Monte Carlo and temporal differences.
//
// How much is a state worth under a policy that just plays? There are two ways to find out, and they differ in what they wait for.
//
//   Monte Carlo (MC)          wait for the end of the episode and see what came: V(s) ← V(s) + α·(return − V(s))
//   temporal difference (TD)  wait one step and see what you think THEN:         V(s) ← V(s) + α·(reward + γ·V(s') − V(s))
//
// TD learns a guess from a guess. That sounds like a way to fool oneself; this lesson shows why it is the better one.

using Bellman;
using Bellman.Numerics;

// --- The drive: 1000 minutes, then 900 ------------------------------------------------------------------------------------------------------------
// A drive of several legs. Before each leg the driver has an idea of how long the rest will take, V; he sets out believing in 1000 minutes.
// The motorway is empty: the first leg takes 100 minutes instead of 200, and he still has 800 before him. What he thinks of the whole journey falls from 1000 to 900.
string[] places = ["home", "motorway", "mountains", "ferry", "coast"];
double[] minutes = [100, 250, 230, 220, 130];   // what each leg really takes
double[] remaining = [1000, 800, 520, 360, 110]; // what the driver believed at each place, of the rest of the way
Console.WriteLine("The drive:      believed rest   driven so far   believed total   TD error of the leg");
var (monteCarlo, temporal) = (new MonteCarloPrediction(5, learningRate: 1), new NStepPrediction(5, learningRate: 1));
remaining.CopyTo(monteCarlo.Values, 0);
remaining.CopyTo(temporal.Values, 0);
var driven = 0.0;
for (var leg = 0; leg < places.Length; leg++)
{
    var (here, next, last) = (leg, Math.Min(leg + 1, places.Length - 1), leg == places.Length - 1);
    var error = minutes[leg] + (last ? 0 : remaining[next]) - remaining[here];
    Console.WriteLine($"  {places[leg],-12} {remaining[leg],14:0} {driven,15:0} {driven + remaining[leg],16:0} {error,+18:+0;-0}");
    driven += minutes[leg];

    // The cost is time, so "reward" is minutes, and less is better. Nothing is discounted.
    monteCarlo.Learn(here, minutes[leg], next, last);
    temporal.Learn(here, minutes[leg], next, last);
    if (leg == 0)
    {
        // One leg is driven. What has each method learned about HOME?
        Console.WriteLine($"      after one leg: MC still says {monteCarlo.Values[0]:0} minutes from home; TD says {temporal.Values[0]:0}.");
        Claim(monteCarlo.Values[0] == 1000, "Monte Carlo has learned nothing before the end");
        Claim(temporal.Values[0] == 900, "TD has moved its estimate from 1000 to 900 after the first leg");
    }
}

Console.WriteLine($"  {"arrived",-12} {0,14} {driven,15:0} {driven,16:0}");
Console.WriteLine($"      at the end:    MC says {string.Join(' ', monteCarlo.Values)}; TD says {string.Join(' ', temporal.Values)}.");
Claim(monteCarlo.Values[0] == driven, "at the end, Monte Carlo takes what really came: 930");
Claim(temporal.Values.SequenceEqual([900, 770, 590, 330, 130]), "TD has corrected each place by the leg that left it, and by nothing else");

// The errors of the legs add up to the error of the whole: both methods share out the same surprise, 1000 − 930. MC blames home for all that happened later. TD blames each place for its own.
Claim(Enumerable.Range(0, 5).Sum(leg => minutes[leg] + (leg < 4 ? remaining[leg + 1] : 0) - remaining[leg]) == driven - 1000, "the TD errors add up to the Monte Carlo error");

// Somebody who never arrives teaches Monte Carlo nothing at all: a driver who is still on his way, an environment that goes on for ever. TD has learned from each mile.

// --- The random walk ------------------------------------------------------------------------------------------------------------------------------
// Five places in a row, A to E. From the middle, left or right by chance. Falling off the right end pays 1, off the left end 0. So V(A..E) = 1/6, 2/6, ... 5/6: the chance to end right.
// Sutton and Barto, example 6.2. First, what TD believes after 0, 1, 10 and 100 episodes of a single run.
const int runs = 400, episodes = 100;
var walker = new RandomStream(1);
var learning = Create("TD", 0.1);
var beliefs = new LineChart { Title = "Random walk: what TD believes after some episodes", XLabel = "place (1 is A, 5 is E)", YLabel = "value" };
var told = new Dictionary<int, double[]>();
for (var episode = 0; episode <= episodes; episode++)
{
    if (episode is 0 or 1 or 10 or 100)
    {
        told[episode] = [.. learning.Values];
        beliefs.Add(new ChartLine($"after {episode}", [1, 2, 3, 4, 5], told[episode]));
    }

    Learn(learning, Episode(walker));
}

Console.WriteLine($"\nThe random walk: after one episode TD believes {string.Join(' ', told[1].Select(value => $"{value:0.00}"))}, after 100 {string.Join(' ', told[100].Select(value => $"{value:0.00}"))}.");
Save("12-random-walk-values.svg", beliefs.Add(new ChartLine("truth", [1, 2, 3, 4, 5], [.. Enumerable.Range(1, 5).Select(place => place / 6.0)])).ToSvg());
Claim(told[1].Count(value => value != 0.5) == 1 && (told[1][0] < 0.5 || told[1][4] > 0.5), "the first walk teaches one place only, the last before the end: everywhere else the next place was believed to be worth the same");
Claim(Error(told[100]) < Error(told[10]) && Error(told[10]) < Error(told[0]), "and from there it spreads");

// Both methods begin with 0.5 everywhere. How far off are they, as a root mean square over the five, after 100 episodes, and on the way there?
Console.WriteLine($"\nRMS error after {episodes} episodes, mean of {runs} runs");
var chart = new LineChart { Title = "Random walk of five states: error of TD(0) and Monte Carlo", XLabel = "episode", YLabel = "RMS error, mean of 400 runs" };
(string Method, double Alpha, double Published)[] table = [("TD", 0.05, 0.035), ("TD", 0.10, 0.056), ("TD", 0.15, 0.071), ("MC", 0.01, 0.096), ("MC", 0.02, 0.082), ("MC", 0.04, 0.103)];
var finals = new Dictionary<string, double>();
var areas = new Dictionary<string, double>();
foreach (var (method, alpha, published) in table)
{
    var errors = new double[runs][];
    Parallel.For(0, runs, run => errors[run] = Walk(Create(method, alpha), (ulong)run));
    double[] curve = [.. Enumerable.Range(0, episodes + 1).Select(episode => errors.Average(run => run[episode]))];
    var (mean, deviation) = (curve[^1], Math.Sqrt(errors.Average(run => Math.Pow(run[^1] - curve[^1], 2))));
    var name = $"{method} α = {alpha:0.00}";
    (finals[name], areas[name]) = (mean, curve.Average());
    chart.Add(new ChartLine(name, [.. Enumerable.Range(0, episodes + 1).Select(episode => (double)episode)], curve));
    Console.WriteLine($"  {name}   {mean:0.000} ± {deviation / Math.Sqrt(runs):0.000}   (known: {published:0.000})   over all episodes {curve.Average():0.000}");

    // The known figure is a mean of as many runs, printed with three digits.
    Claim(Math.Abs(mean - published) <= (3 * deviation * Math.Sqrt(2.0 / runs)) + 0.0005, $"{name} ends at {published}, within three standard errors");
}

Save("12-random-walk.svg", chart.ToSvg());
Claim(areas.Where(pair => pair.Key[0] == 'T').Max(pair => pair.Value) < areas.Where(pair => pair.Key[0] == 'M').Min(pair => pair.Value), "the worst of the three TD lines is better, over all episodes, than the best of the three of Monte Carlo");
Claim(finals["TD α = 0.05"] < finals["TD α = 0.10"] && finals["TD α = 0.10"] < finals["TD α = 0.15"], "in the end the smallest step is the best: a large one keeps jumping after the last few walks");

// --- The same data, again and again ---------------------------------------------------------------------------------------------------------------
// Is TD only faster? Let both read the same few episodes until nothing moves: BATCH learning. Monte Carlo must then end at the mean of the returns that were seen,
// the least square error on the data. That nobody can beat - on the data. TD ends at something else, and it is closer to the truth.
Console.WriteLine("\nBatch learning: the same walks read over and over, RMS error, mean of 100 runs");
var batch = new LineChart { Title = "Batch learning on the random walk", XLabel = "walks seen so far", YLabel = "RMS error, mean of 100 runs" };
int[] seen = [1, 5, 10, 25, 50, 75, 100];
var (batchTemporal, batchMonteCarlo) = (Batch("TD"), Batch("MC"));
Console.WriteLine($"  walks         {string.Join(' ', seen.Select(count => $"{count,6}"))}");
Console.WriteLine($"  batch TD      {string.Join(' ', batchTemporal.Select(error => $"{error,6:0.000}"))}");
Console.WriteLine($"  batch MC      {string.Join(' ', batchMonteCarlo.Select(error => $"{error,6:0.000}"))}");
batch.Add(new ChartLine("batch TD", [.. seen.Select(count => (double)count)], batchTemporal)).Add(new ChartLine("batch Monte Carlo", [.. seen.Select(count => (double)count)], batchMonteCarlo));
Save("12-batch.svg", batch.ToSvg());
Claim(Enumerable.Range(1, 6).All(i => batchTemporal[i] < 0.8 * batchMonteCarlo[i]), "from five walks on, batch TD is nearer to the truth than batch Monte Carlo, by a fifth at least");

// --- Why: you are the predictor -------------------------------------------------------------------------------------------------------------------
// Eight episodes (Sutton and Barto, example 6.4). Once A, then B, and nothing was paid. Six times B, paid 1. Once B, paid nothing. What is A worth?
List<(int State, double Reward, int Next, bool Ended)> eight = [(0, 0, 1, false), (1, 0, 1, true)];
eight.AddRange(Enumerable.Repeat((1, 1.0, 1, true), 6));
eight.Add((1, 0, 1, true));
var (mc, td) = (Reread(new MonteCarloPrediction(2, 0.001), eight, 20_000), Reread(new NStepPrediction(2, 0.001), eight, 20_000));
Console.WriteLine($"\nA led to B, and B pays 1 six times in eight. V(B): MC {mc[1]:0.00}, TD {td[1]:0.00}. V(A): MC {mc[0]:0.00}, TD {td[0]:0.00}.");
Claim(Math.Abs(mc[1] - 0.75) < 0.001 && Math.Abs(td[1] - 0.75) < 0.001, "both say that B is worth 3/4");
Claim(Math.Abs(mc[0]) < 0.001, "Monte Carlo says that A is worth 0: that is what followed the only time");
Claim(Math.Abs(td[0] - 0.75) < 0.002, "TD says 3/4: A always led to B, and what B is worth it knows from eight visits");
Console.WriteLine("MC explains what it saw; TD explains what makes it so, as far as states say all that matters. Where they do not, MC is the safer of the two.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Let falling off the left end pay −1 instead of 0. What are the true values now, and what happens to the picture?
// - Let the driver set out believing in 2000 minutes at each place. After how many drives with α = 0.5 does each method know the way, and which first?

return 0;

ValuePrediction Create(string method, double alpha) => method == "TD" ? new NStepPrediction(5, alpha, initialValue: 0.5) : new MonteCarloPrediction(5, alpha, initialValue: 0.5);

void Learn(ValuePrediction learner, List<(int State, double Reward, int Next, bool Ended)> steps)
{
    foreach (var (state, reward, next, ended) in steps)
    {
        learner.Learn(state, reward, next, ended);
    }
}

double Error(double[] values) => Math.Sqrt(Enumerable.Range(0, 5).Average(state => Math.Pow(values[state] - ((state + 1) / 6.0), 2)));

// A run: the error before the first episode and after each.
double[] Walk(ValuePrediction learner, ulong seed)
{
    var random = new RandomStream(seed);
    var errors = new double[episodes + 1];
    errors[0] = Error(learner.Values);
    for (var episode = 1; episode <= episodes; episode++)
    {
        Learn(learner, Episode(random));
        errors[episode] = Error(learner.Values);
    }

    return errors;
}

List<(int State, double Reward, int Next, bool Ended)> Episode(RandomStream random)
{
    var steps = new List<(int, double, int, bool)>();
    for (var state = 2; state is >= 0 and < 5;)
    {
        var next = state + (random.NextDouble() < 0.5 ? -1 : 1);
        steps.Add((state, next == 5 ? 1 : 0, Math.Clamp(next, 0, 4), next is < 0 or 5));
        state = next;
    }

    return steps;
}

// Reads the same steps again and again with a small step size.
double[] Reread(ValuePrediction learner, List<(int State, double Reward, int Next, bool Ended)> steps, int times)
{
    for (var time = 0; time < times; time++)
    {
        Learn(learner, steps);
    }

    return learner.Values;
}

double[] Batch(string method)
{
    var errors = new double[100][];
    Parallel.For(0, errors.Length, run =>
    {
        var random = new RandomStream(1000 + (ulong)run);
        var steps = new List<(int, double, int, bool)>();
        var count = 0;
        errors[run] = [.. seen.Select(walks =>
        {
            while (count < walks)
            {
                steps.AddRange(Episode(random));
                count++;
            }

            // Where it ends does not depend on where it begins, except for places that were never visited, and hardly on the step size if that is small. It takes TD many readings to get there,
            // since news travels from place to place; stopped early it would look better than it is, because 0.5, where it began, is near the truth.
            return Error(Reread(Create(method, 0.2 / steps.Count), steps, 2000));
        })];
    });
    return [.. Enumerable.Range(0, seen.Length).Select(i => errors.Average(run => run[i]))];
}
