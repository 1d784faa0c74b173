#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 13: SARSA and Q-learning on the cliff.
//
// A walker is to go from the left lower corner of a grid to the right lower one. The straight way runs along a cliff. Each step costs 1; a step over the cliff costs 100 and
// leads back to the start. Nobody tells the walker any of this: it has to try, and so one step in ten (ε = 0.1) goes anywhere.
//
// Two methods keep a table Q(s, a), what it is worth to take action a in state s, and move one entry towards a target after each step. They differ in one word:
//
//   SARSA       target = r + γ·Q(s', a')        a' is what the walker really does next, its stumbling included: ON-POLICY
//   Q-learning  target = r + γ·max Q(s', ·)     the best that it could do next, whatever it does:               OFF-POLICY
//
// Sutton and Barto, example 6.6. One learns the shortest way and falls off it all the time. The other learns to keep away. Which of them is right?

using Bellman;
using Bellman.Numerics;

const int start = 36, runs = 100, episodes = 500;

// --- What they earn while they learn --------------------------------------------------------------------------------------------------------------
// A single run is luck, so each method learns a hundred times from nothing. The figures that these means are held to are those of 500 runs.
Console.WriteLine($"Return an episode while learning, episodes 401-500, mean of {runs} runs:");
var chart = new LineChart { Title = "Walking along the cliff: return while learning", XLabel = "episode", YLabel = "return, mean of runs" };
var sarsa = Online("SARSA", settings => new Sarsa(48, 4, settings), published: -26.7);
var q = Online("Q-learning", settings => new QLearning(48, 4, settings), published: -50.7);
var expected = Online("Expected SARSA", settings => new ExpectedSarsa(48, 4, settings), published: -20.9);
Save("13-cliff-returns.svg", chart.ToSvg());
Claim(q < sarsa - 15 && sarsa < expected, "while exploring, Q-learning earns least by far, and expected SARSA most");

// Expected SARSA is SARSA without the luck of which a' was drawn: it takes the mean over all of them. The same policy is learned about, with less noise, so the same large step size (α = 0.5) serves it better.

// --- What they have learned -----------------------------------------------------------------------------------------------------------------------
// Stop exploring: from each state the best action only. The commonest way of thirty learners; a single one may still be in the middle of changing its mind.
Console.WriteLine("\nThe way that each would go without exploring:");
var short13 = Way("Q-learning", settings => new QLearning(48, 4, settings));
var far17 = Way("SARSA", settings => new Sarsa(48, 4, settings));
var safe15 = Way("Expected SARSA", settings => new ExpectedSarsa(48, 4, settings));
Draw("13-cliff-q-learning.svg", short13.Cells);
Draw("13-cliff-sarsa.svg", far17.Cells);
Draw("13-cliff-expected-sarsa.svg", safe15.Cells);
Claim(short13.Return == -13, "Q-learning has found the shortest way: 13 steps along the edge");
Claim(safe15.Return == -15, "expected SARSA goes one row further up, or two steps longer");
Claim(far17.Return == -17, "most of SARSA's learners go two rows further up, along the upper edge");
Claim(short13.Cells.Count(cell => cell / 12 == 2) == 12 && far17.Cells.Any(cell => cell / 12 == 0) && safe15.Cells.Count(cell => cell / 12 == 2) <= 4, "one walks in the row above the cliff, the others do not");

// --- Both are right -------------------------------------------------------------------------------------------------------------------------------
// They answer different questions. The cliff is known to us, if not to them, so both ways can be priced exactly, for a walker that never stumbles and for one that does.
Console.WriteLine("\nWhat each way is worth, exactly:          without stumbling     with ε = 0.1");
var (shortSure, shortStumbling) = (Worth(short13.Learner, 0), Worth(short13.Learner, 0.1));
var (safeSure, safeStumbling) = (Worth(safe15.Learner, 0), Worth(safe15.Learner, 0.1));
var (farSure, farStumbling) = (Worth(far17.Learner, 0), Worth(far17.Learner, 0.1));
Console.WriteLine($"  along the edge (Q-learning)             {shortSure,17:0.0}{shortStumbling,17:0.0}");
Console.WriteLine($"  one row up (expected SARSA)             {safeSure,17:0.0}{safeStumbling,17:0.0}");
Console.WriteLine($"  two rows up (SARSA)                     {farSure,17:0.0}{farStumbling,17:0.0}");
Claim(shortSure > safeSure && safeSure > farSure && shortStumbling < 2 * safeStumbling, "the edge is the better way for the sure-footed, and more than twice as dear for those who stumble");

// SARSA keeps further away than is good even for those who stumble. What it holds of an entry is half what happened last (α = 0.5), a single fall looks like a habit, and the row that has seen fewest falls wins.
// That is noise, not caution: with steps a tenth as long it finds expected SARSA's way.
Console.WriteLine();
var patient = Way("SARSA, α = 0.05", settings => new Sarsa(48, 4, settings with { LearningRate = 0.05 }));
Claim(farStumbling < safeStumbling && patient.Return == -15, "the second row more pays for nobody, and SARSA with a small step size does without it");

// And each table says the price of its own question: the best policy's, or that of the one that plays, whose value is a mean over what it does: the best action, or with
// probability ε any.
var row = safe15.Learner.Table.Row(start).ToArray();
var (believesQ, believesSarsa) = (short13.Learner.Table.Max(start), (0.9 * row.Max()) + (0.1 * row.Average()));
Console.WriteLine($"\nQ-learning believes that the start is worth {believesQ:0.0}, expected SARSA {believesSarsa:0.0}.");
Claim(Math.Abs(believesQ - shortSure) < 0.1, "Q-learning knows what its way is worth to somebody who never stumbles");
Claim(Math.Abs(believesSarsa - safeStumbling) < 1, "expected SARSA knows what its way is worth to somebody who does");

// --- When exploring ends, they agree --------------------------------------------------------------------------------------------------------------
// The less it stumbles, the closer to the edge it pays to walk. Halve the interval in which the two ways change places until the place is known.
var (low, high) = (0.0, 0.1);
while (high - low > 1e-6)
{
    var middle = (low + high) / 2;
    (low, high) = Worth(short13.Learner, middle) > Worth(safe15.Learner, middle) ? (middle, high) : (low, middle);
}

Console.WriteLine($"\nBelow ε = {low:0.0000} the edge is the better way for those who stumble, too.");
Claim(low is > 0.005 and < 0.01, "the ways change places where less than one step in a hundred is random");

// Whoever learns with so little chance learns the edge also on-policy: the two questions have nearly become one. But whoever has learned to keep away and is calm only afterwards, stays away:
// what is hardly ever tried again is hardly ever learned again. Theory's promise, that SARSA finds the best way if ε fades to 0, asks for all actions to be tried without end.
var calm = Way("ε = 0.002 from the start", settings => new ExpectedSarsa(48, 4, settings with { Epsilon = 0.002 }));
var calmed = Way("ε from 0.1 to 0", settings => new ExpectedSarsa(48, 4, settings with { Epsilon = Schedule.Linear(0.1) }));
Claim(calm.Return == -13, "with very little exploring, expected SARSA walks along the edge as well");
Claim(calmed.Return == -15, "and if ε fades within 2,000 episodes it keeps to the safe way that it has learned");
Console.WriteLine("\nSo: where exploring is a part of the job for ever, or falls hurt while learning, learn on-policy. Where only what comes out in the end counts, learn off-policy.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - With ε = 0.3, which way does expected SARSA go? Ask Worth first which one it should.
// - Begin the tables at −200 instead of 0 (InitialValue). What happens in the first episodes, and what had the 0 been doing all the time?

return 0;

// The mean return over the last hundred episodes, held to the published figure: both are means of samples, so they may lie three standard errors of their difference apart.
double Online(string name, Func<TabularSettings, TabularLearner> create, double published)
{
    var returns = new double[runs][];
    Parallel.For(0, runs, run => returns[run] = Learn(create, (ulong)run + 1, episodes).Returns);
    var late = returns.Select(run => run[400..].Average()).ToArray();
    var mean = late.Average();
    var deviation = Math.Sqrt(late.Sum(value => (value - mean) * (value - mean)) / (runs - 1));
    var error = deviation * Math.Sqrt((1.0 / runs) + (1.0 / 500));
    Console.WriteLine($"  {name,-15} {mean,6:0.0} ± {deviation / Math.Sqrt(runs):0.0}   (500 runs: {published:0.0})");
    Claim(Math.Abs(mean - published) < (3 * error) + 0.05, $"{name} earns {published} an episode, within three standard errors");

    // Smoothed over ten episodes, or the falls hide everything.
    var smooth = Enumerable.Range(0, episodes / 10).Select(ten => returns.Average(run => run.Skip(10 * ten).Take(10).Average())).ToArray();
    chart.Add(new ChartLine(name, [.. smooth.Select((_, ten) => (10.0 * ten) + 5)], [.. smooth.Select(value => Math.Max(value, -100))]));
    return mean;
}

(TabularLearner Learner, double[] Returns) Learn(Func<TabularSettings, TabularLearner> create, ulong seed, int count)
{
    using var cliff = new CliffWalking();
    var learner = create(new TabularSettings { LearningRate = 0.5, Gamma = 1, Epsilon = 0.1, Seed = seed });
    var play = new TabularPlay(cliff, learner, seed);
    var returns = new double[count];
    for (var episode = 0; episode < count; episode++)
    {
        learner.SetRemaining(1 - ((double)episode / count));
        returns[episode] = play.Episode().Return;
    }

    return (learner, returns);
}

// Thirty learners, and one of those that go the commonest way.
(TabularLearner Learner, double Return, List<int> Cells) Way(string name, Func<TabularSettings, TabularLearner> create)
{
    var ways = Enumerable.Range(1, 30).AsParallel().AsOrdered().Select(seed =>
    {
        var learner = Learn(create, (ulong)seed, 2000).Learner;
        var (total, cells) = Greedy(learner);
        return (Learner: learner, Return: total, Cells: cells);
    }).ToList();
    var commonest = ways.GroupBy(way => way.Return).MaxBy(group => group.Count())!;
    Console.WriteLine($"  {name,-24} return {commonest.Key:0}, {commonest.Count()} of {ways.Count} learners");
    return commonest.First();
}

(double Return, List<int> Cells) Greedy(TabularLearner learner)
{
    using var cliff = new CliffWalking();
    var (state, total, ended, cells) = (start, 0.0, false, new List<int> { start });
    while (!ended && cells.Count <= 100)
    {
        var step = cliff.Transitions(state, learner.Table.Greedy(state))[0];
        (state, total, ended) = (step.NextState, total + step.Reward, step.Terminated);
        cells.Add(state);
    }

    return (total, cells);
}

// V(start) of the policy that takes the table's best action, or with probability ε any: the equation V(s) = Σ π(a|s)·(r + V(s')) swept over until nothing moves.
double Worth(TabularLearner learner, double epsilon)
{
    using var cliff = new CliffWalking();
    var values = new double[48];
    for (var change = 1.0; change > 1e-9;)
    {
        change = 0;
        for (var state = 0; state <= start; state++)
        {
            var greedy = learner.Table.Greedy(state);

            // A state from which the way leads nowhere would be worth minus infinity; far below anything else will do.
            var value = Math.Max(-10_000, Enumerable.Range(0, 4).Sum(action =>
            {
                var probability = (epsilon / 4) + (action == greedy ? 1 - epsilon : 0);
                var step = cliff.Transitions(state, action)[0];
                return probability == 0 ? 0 : probability * (step.Reward + (step.Terminated ? 0 : values[step.NextState]));
            }));
            change = Math.Max(change, Math.Abs(value - values[state]));
            values[state] = value;
        }
    }

    return values[start];
}

// The environment draws itself; the way goes on top.
void Draw(string name, List<int> cells)
{
    using var cliff = new CliffWalking();
    var scene = new Scene();
    cliff.Reset(new RandomStream(0), new RowWriter(new int[1]));
    cliff.Draw(scene);
    scene.Line(SceneColors.Blue, 0.12, [.. cells.Select(cell => new ScenePoint((cell % 12) + 0.5, 3.5 - (cell / 12)))]);
    Save(name, SvgDrawing.Write(scene));
}
