#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 5: environments, spaces and wrappers.
//
// An environment is two methods, Reset and Step, and two spaces that say what may be seen and done. This lesson takes them apart:
//
//   1. spaces           what an observation and an action are made of
//   2. seeds            why a run can be repeated, and by whom
//   3. ends             the two ways in which an episode is over, and what mixing them up costs
//   4. capabilities     what an environment can do besides: tell its model, save its state, change its physics
//   5. vectors          many copies at once
//   6. wrappers         changing a task without touching it, and why their order matters

using System.Diagnostics;
using Bellman;
using Bellman.Numerics;

// --- 1. Spaces ------------------------------------------------------------------------------------------------------------------------------------
// A box holds numbers between bounds, a discrete space one of n choices; tuples and dictionaries hold other spaces. 'bellman describe <id>' says what each number means.
Console.WriteLine("What is seen, and what can be done:");
foreach (var id in new[] { "Pendulum-v1", "FrozenLake-v1", "Blackjack-v1", "BitFlip-v0" })
{
    using var environment = EnvironmentRegistry.Default.Make(id);
    Console.WriteLine($"  {id,-14} {environment.ObservationSpace}  →  {environment.ActionSpace}");
}

// A space can judge and draw values: the reason why a random policy works everywhere.
var torques = new BoxSpace(-2, 2, 1);
var dice = new RandomStream(1);
var row = new Rows(torques.Layout, 1);
var (sum, inside) = (0.0, 0);
for (var i = 0; i < 10_000; i++)
{
    torques.Sample(dice, row.Writer(0));
    sum += row.Floats()[0];
    inside += torques.Contains(row.Reader(0)) ? 1 : 0;
}

// An evenly drawn number in [-2, 2] has the deviation 4/√12 = 1.155, the mean of 10,000 of them 0.0116.
Claim(inside == 10_000 && Math.Abs(sum / 10_000) < 4 * 0.0116, "ten thousand drawn torques lie in the box, and around its middle");
row.Floats()[0] = 2.5f;
Claim(!torques.Contains(row.Reader(0)), "2.5 is not in [-2, 2]");

// --- 2. Seeds -------------------------------------------------------------------------------------------------------------------------------------
// Reset gets a stream of random numbers, and the environment keeps it. The same seed gives the same episode, here and in Gymnasium: these are the numbers that
// gymnasium.make("CartPole-v1").reset(seed=0) prints, to eight places.
using var cart = EnvironmentRegistry.Default.Make("CartPole-v1");
var observation = new float[4];
cart.Reset(new RandomStream(0), new RowWriter(observation));
Console.WriteLine($"\nCartPole reset with seed 0: [{string.Join(", ", observation)}]");
double[] gymnasiums = [0.01369617, -0.02302133, -0.04590265, -0.04834723];
Claim(observation.Zip(gymnasiums).All(pair => Math.Abs(pair.First - pair.Second) <= 0.6e-8), "seed 0 gives Gymnasium's first observation");

// One stream for many episodes: the second one begins elsewhere, or training would see one episode for ever. A new stream of the old seed begins again.
var stream = new RandomStream(0);
float[] first = Start(stream), second = Start(stream), again = Start(new RandomStream(0));
Claim(!first.SequenceEqual(second) && first.SequenceEqual(again), "a stream goes on over episodes, a seed begins anew");

// --- 3. Ends --------------------------------------------------------------------------------------------------------------------------------------
// TERMINATED: the task is over, nothing comes after. TRUNCATED: somebody stopped watching, and the task would have gone on.
Console.WriteLine("\nHow episodes end:");
var falls = Play("CartPole-v1", _ => 1);
var idles = Play("MountainCar-v0", _ => 1);
Console.WriteLine($"  CartPole, always pushed right:  {falls.Steps,3} steps, {(falls.Terminated ? "terminated: the pole fell" : "truncated")}");
Console.WriteLine($"  MountainCar, left to roll:      {idles.Steps,3} steps, {(idles.Terminated ? "terminated" : "truncated: its limit of 200 was up")}");
Claim(falls is { Terminated: true, Steps: < 12 }, "a cart that is always pushed right drops its pole within a dozen steps");
Claim(idles is { Terminated: false, Steps: 200 }, "a car that rolls never arrives, and the limit truncates");

// Why it matters: learning says that a moment is worth its reward and γ times what comes after. After a termination comes nothing. After a truncation comes what would have
// come, and a learner that takes it for nothing believes that the tenth moment before the limit is nearly over, though nothing about the pole tells it apart from the first.
const double gamma = 0.99;
var forEver = 1 / (1 - gamma);
var mixedUp = (1 - Math.Pow(gamma, 10)) / (1 - gamma);
Console.WriteLine($"  A pole that stands is worth 1 + γ + γ² + ... = {forEver:0}. Ten steps before the limit, taken for the end, it would be worth {mixedUp:0.0}.");
Claim(Math.Abs(forEver - 100) < 1e-9 && mixedUp < 10, "taking a truncation for a termination makes a tenth of 100");

// --- 4. Capabilities ------------------------------------------------------------------------------------------------------------------------------
// What an environment can do besides is found with As<...>(), behind any number of wrappers (Make has put a time limit around each).
using var lake = EnvironmentRegistry.Default.Make("FrozenLake-v1");
var model = lake.As<IFiniteMdp>()!;
var slips = model.Transitions(state: 0, action: 2).ToArray();
Console.WriteLine($"\nFrozenLake knows its model. Going right from the start: {string.Join(", ", slips.Select(slip => $"{slip.Probability:0.00} to cell {slip.NextState}"))}.");
Claim(slips.Length == 3 && Math.Abs(slips.Sum(slip => slip.Probability) - 1) < 1e-12, "three things may happen on ice, and one of them does");
Claim(cart.As<IFiniteMdp>() is null, "CartPole has infinitely many states, and no table of them");

// The whole state, in the middle of an episode: what resuming, searching ahead and undoing are made of.
var pushes = Enumerable.Range(0, 8).Select(i => i % 2).ToArray();
Start(new RandomStream(5));
var memory = new MemoryStream();
cart.As<IStateful>()!.SaveState(new BinaryWriter(memory));
var once = Push(pushes);
memory.Position = 0;
cart.As<IStateful>()!.LoadState(new BinaryReader(memory));
Claim(Push(pushes).SequenceEqual(once), "from a saved state the same pushes lead to the same bits");

// Physics can be changed by name. A heavier pendulum with the same motor is another task.
using var pendulum = EnvironmentRegistry.Default.Make("Pendulum-v1");
var physics = pendulum.As<IParameters>()!;
Console.WriteLine($"Pendulum's physics: {string.Join(", ", physics.ParameterNames.Select(name => $"{name} {physics.GetParameter(name)}"))}");
var light = Play("Pendulum-v1", _ => 1).Return;
var heavy = Play("Pendulum-v1", _ => 1, new() { ["parameter.mass"] = "2" }).Return;
Claim(light != heavy, "twice the mass gives another return");

// --- 5. Vectors -----------------------------------------------------------------------------------------------------------------------------------
// Learning needs many episodes, and a processor likes doing the same thing many times. Copy i draws from seed + i and knows nothing of the others.
using var carts = VectorEnvironment.Make("CartPole-v1", count: 8, seed: 100);
var step = new VectorStep(carts);
carts.Reset(step);
var third = step.Observations.Floats().Slice(3 * 4, 4).ToArray();
Claim(third.SequenceEqual(Start(new RandomStream(103))), "copy 3 of seed 100 is a single environment of seed 103");

// Whoever ends begins again within the same step: Observations has the new start, FinalObservations the last look at the old episode - the one to bootstrap from.
var actions = new Rows(carts.ActionSpace.Layout, 8);
actions.Integers().Fill(1);
var steps = 0;
do
{
    carts.Step(actions, step);
    steps++;
}
while (!step.Ended(3));

float lean = step.FinalObservations.Floats()[(3 * 4) + 2], fresh = step.Observations.Floats()[(3 * 4) + 2];
Console.WriteLine($"\nCopy 3 ended after {steps} steps, its pole at {lean:0.000} rad; in the same step it stands again at {fresh:0.000}.");
Claim(Math.Abs(lean) > 0.209 && Math.Abs(fresh) < 0.05, "the final observation is a fallen pole, the next one a standing one");

var clock = Stopwatch.StartNew();
for (var i = 0; i < 50_000; i++)
{
    carts.Step(actions, step);
}

Console.WriteLine($"Eight carts at once: {8 * 50_000 / clock.Elapsed.TotalSeconds / 1e6:0.0} million steps a second.");

// --- 6. Wrappers ----------------------------------------------------------------------------------------------------------------------------------
// A wrapper is an environment around another. Each does one thing; stacked, they make a task that a learner likes better - or a harder one.
Console.WriteLine("\nPendulum, one wrapper after the other:");
IEnvironment task = new TimeLimit(new Pendulum(), 200);
Show("as it is");
task = new ActionRepeat(task, 4);
Show("ActionRepeat 4");
task = new RescaleAction(task);
Show("RescaleAction");
task = new FrameStack(task, 3);
Show("FrameStack 3");
Claim(task.ObservationSpace is BoxSpace { Length: 9 } && task.ActionSpace is BoxSpace { High: [1] }, "three looks of three numbers are nine, and actions go from -1 to 1");
Claim(task.As<IDrawable>() is not null && task.As<IParameters>() is not null, "what still holds shows through: it can be drawn, its physics can be changed");

// The limit lies inside the repetition, as in Gymnasium: 200 steps of the task are 50 decisions, and they earn the same.
var plain = Play("Pendulum-v1", _ => 1);
var repeated = Play("Pendulum-v1", _ => 1, new() { ["wrap"] = "actionRepeat:4" });
Console.WriteLine($"A constant torque: {plain.Steps} steps earn {plain.Return:0.00}, {repeated.Steps} repeated ones {repeated.Return:0.00}.");
Claim(plain.Steps == 200 && repeated.Steps == 50 && Math.Abs(plain.Return - repeated.Return) < 1e-9, "a repeated action earns what its steps earn");

// Order matters. To clip what four steps earn together is not to clip each of them.
var clippedLast = Play("Pendulum-v1", _ => 1, new() { ["wrap"] = "actionRepeat:4,clipReward" });
var clippedFirst = Play("Pendulum-v1", _ => 1, new() { ["wrap"] = "clipReward,actionRepeat:4" });
Console.WriteLine($"Clipped to [-1, 1] after the repetition it earns {clippedLast.Return:0.0}, clipped before it {clippedFirst.Return:0.0}.");
Claim(clippedLast.Return >= -50 && clippedFirst.Return < clippedLast.Return, "fifty clipped sums are at least -50, two hundred clipped rewards are less");

// A wrapper hides what it makes untrue. On sticky ice the table of the lake is a lie, so nobody gets to see it.
Claim(new StickyActions(new FrozenLake()).As<IFiniteMdp>() is null && new OneHotObservation(new FrozenLake()).As<IFiniteMdp>() is not null, "sticky actions withdraw the model, another way of writing the state does not");
Console.WriteLine("\nTwo spaces, two methods, two ends, and everything else around them. Lesson 6 writes one.");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Put FrameStack before ActionRepeat. The spaces are the same: what does the agent see that it did not see before?
// - Which of Pendulum's capabilities does ObservationDelay leave, and which does it withdraw? Say it first, then ask with As<...>().

void Show(string name) => Console.WriteLine($"  {name,-15} {task.ObservationSpace}  →  {task.ActionSpace}");

float[] Start(RandomStream random)
{
    var seen = new float[4];
    cart.Reset(random, new RowWriter(seen));
    return seen;
}

float[] Push(int[] actions)
{
    var seen = new float[4];
    foreach (var action in actions)
    {
        cart.Step(new RowReader([action]), new RowWriter(seen));
    }

    return seen;
}

// One episode of seed 0 with a constant kind of action: its steps, its return, and whether the task itself ended.
static (int Steps, double Return, bool Terminated) Play(string id, Func<int, int> policy, Dictionary<string, string>? options = null)
{
    using var environment = EnvironmentRegistry.Default.Make(id, options);
    Rows seen = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
    environment.Reset(new RandomStream(0), seen.Writer(0));
    var (steps, total) = (0, 0.0);
    while (true)
    {
        if (environment.ActionSpace is DiscreteSpace)
        {
            action.Integers()[0] = policy(steps);
        }
        else
        {
            action.Floats().Fill(policy(steps));
        }

        var result = environment.Step(action.Reader(0), seen.Writer(0));
        total += result.Reward;
        steps++;
        if (result.Terminated || result.Truncated)
        {
            return (steps, total, result.Terminated);
        }
    }
}
