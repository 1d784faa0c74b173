#:project ../src/Bellman.Environments/Bellman.Environments.csproj
#:property PublishAot=false

// Lesson 7: domain randomisation.
//
// An agent that learns in a simulator learns the simulator: its masses, lengths and motors to the last digit, and whatever is wrong with them. Outside, every number is a
// little different, and some things are there that nobody has simulated. What was learned may then be worth little, though nothing looked wrong: this is the reality gap.
//
// Domain randomisation (Tobin et al. 2017, arXiv:1703.06907) closes much of it with almost no work. Draw the numbers anew for each episode, from ranges that are likely to
// hold the real ones. What works on all of these pendulums has a good chance to work on the real one, which then is just one more.
//
// Here two agents learn to swing a pendulum up and to hold it: one on the pendulum of the data sheet (1 kg, 1 m, no friction, a motor that does what it is told), one on
// pendulums that differ. Then both get pendulums that neither has seen, and last a "real" one: of another simulator, MuJoCo, and with a friction that ours does not know.

using System.Diagnostics;
using Bellman;
using Bellman.Environments;
using Bellman.Numerics;

const int Seeds = 3;
ParameterRange[] ranges = [new("mass", 0.6, 1.5), new("length", 0.8, 1.2), new("friction", 0, 0.15), new("motorGain", 0.7, 1.3)];

// --- 1. Two agents ------------------------------------------------------------------------------------------------------------------------------
// The same settings, steps and seeds; only the world differs. One line in `wrap` does it. From the command line:
//   bellman train ppo Pendulum-v1 --env-set parameter.mass=0.6..1.5 --env-set parameter.length=0.8..1.2 ...
var settings = PpoSettings.For("Pendulum-v1") with { Environments = 16, RolloutSteps = 256, BatchSize = 128, LearningRate = 3e-4, Gamma = 0.95 };
var watch = Stopwatch.StartNew();
var policies = Enumerable.Range(0, 2 * Seeds).AsParallel().AsOrdered()
    .Select(i => Train(1 + (i % Seeds), i < Seeds ? null : environment => new DomainRandomization(environment, ranges))).ToArray();
Policy[] fixedWorld = policies[..Seeds], manyWorlds = policies[Seeds..];
Console.WriteLine($"{2 * Seeds} agents trained on 400,000 steps each, in {watch.Elapsed.TotalSeconds:0} s.\n");

Console.WriteLine("Returns, mean of 100 episodes, seeds 1 to 3               one world                  many worlds");
var home = Compare("the pendulum of the data sheet", () => new Pendulum());
Claim(home.One.Min() > -180 && home.Many.Min() > -180, "both have learned to swing the pendulum of the data sheet up: they lose less than 180, where hanging down costs some 1,200");
Claim(Math.Abs(home.Many.Average() - home.One.Average()) < 20, "having seen many worlds costs next to nothing at home");

// --- 2. Pendulums that nobody has seen ------------------------------------------------------------------------------------------------------------
// Each of the hundred episodes has a mass, a length, a friction and a motor of its own, from the ranges, but drawn from other seeds: none was met in training.
var unseen = Compare("a hundred unseen pendulums", () => new DomainRandomization(new Pendulum(), ranges));
Claim(unseen.One.Zip(unseen.Many).All(pair => pair.Second > pair.First + 50), "on unseen pendulums the agent of many worlds is better with every seed");
Claim(unseen.One.Average() < home.One.Average() - 150 && unseen.Many.Average() > home.Many.Average() - 100, "one world costs more than 150 there, many worlds less than 100");

// One number at a time, beyond the ranges too: light and short pendulums are easy for both, and the heavy ones show what goes wrong. The motor cannot lift them in one go, so
// they must be swung to and fro, and the habits of one world do not get them up: they are swung and swung until the time is over.
int[] standing = [.. new[] { fixedWorld, manyWorlds }.Select(policies => policies.Sum(policy => Enumerable.Range(0, 50).Count(start => Stands(policy, With(("mass", 1.5)), start))))];
Console.WriteLine($"\nOf {50 * Seeds} pendulums of 1.5 kg stand at the end: {standing[0]} after one world, {standing[1]} after many.");
Claim(standing[0] < 15 * Seeds && standing[1] > 45 * Seeds, "half as heavy again, and the agent of one world hardly ever gets the pendulum up; the other one nearly always does");
double[] masses = [0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 1.9];
Draw("mass", "mass (kg); one world 1, many worlds 0.6 to 1.5", masses, mass => With(("mass", mass)));
double[] frictions = [0, 0.03, 0.06, 0.09, 0.12, 0.15, 0.18];
Draw("friction", "friction (N·m·s/rad); one world 0, many worlds 0 to 0.15", frictions, friction => With(("friction", friction)));

// --- 3. The real one ------------------------------------------------------------------------------------------------------------------------------
if (!MujocoLibrary.IsAvailable)
{
    Console.WriteLine($"\nThe part with the \"real\" pendulum is left out. {MujocoLibrary.Reason}");
    return 0;
}

// First a check of the measuring device: MuJoCo's pendulum of the same numbers must be worth the same. Its integrator is another one, with steps a tenth as long.
Console.WriteLine();
var twin = Compare("MuJoCo, numbers of the data sheet", () => new RealPendulum(mass: 1, length: 1, damping: 0, dryFriction: 0, gear: 1));
Claim(Math.Abs(twin.One.Average() - home.One.Average()) < 15 && Math.Abs(twin.Many.Average() - home.Many.Average()) < 15, "simulators agree where the numbers do");

// Then the one on the bench: heavier than the data sheet says, a motor that gives a little less, oil, and dry friction, which no training world had.
var real = Compare("MuJoCo, the one on the bench", () => new RealPendulum(mass: 1.2, length: 1, damping: 0.06, dryFriction: 0.05, gear: 0.9));
var (gapOne, gapMany) = (home.One.Average() - real.One.Average(), home.Many.Average() - real.Many.Average());
Console.WriteLine($"\nThe reality gap: {gapOne:0} after one world, {gapMany:0} after many.");
Claim(real.One.Zip(real.Many).All(pair => pair.Second > pair.First), "on the real pendulum the agent of many worlds is better with every seed");
Claim(gapMany < 100 && gapOne > 3 * gapMany, "the gap is less than a third of what it was");

// How far may reality be from the data sheet? All of its numbers, step by step from those of the data sheet (0) to those of the bench (1).
double[] ways = [0, 0.25, 0.5, 0.75, 1];
Draw("reality-gap", "in MuJoCo: 0 as the data sheet says, 1 as it stands on the bench", ways,
    way => new RealPendulum(mass: 1 + (0.2 * way), length: 1, damping: 0.06 * way, dryFriction: 0.05 * way, gear: 1 - (0.1 * way)));

// What it does not do: the agent sees neither mass nor motor and does one thing on all of them. Ranges as wide as the sea make it timid at home; ranges that leave reality
// out help by luck only. Where the numbers can be felt from what happens, an agent with a memory can do better still.

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Draw the mass from 0.2 to 5. What does it cost at home, and does it still help on the bench?
// - Randomise one parameter at a time. Which of the four closes most of the gap to the bench, and could you have said so beforehand?

return 0;

Policy Train(int seed, Func<IEnvironment, IEnvironment>? wrap)
{
    var ppo = new Ppo(VectorEnvironment.Make("Pendulum-v1", settings.Environments, seed: 1000 * (ulong)seed, wrap: wrap), settings with { Seed = (ulong)seed });
    ppo.Learn(400_000);
    return ppo.Policy;
}

// Whether the pendulum stands upright, within 18°, when the time is over.
static bool Stands(Policy policy, IEnvironment pendulum, int start)
{
    using var environment = new TimeLimit(pendulum, 200);
    using var session = policy.CreateSession();
    var (observation, action) = (new Rows(environment.ObservationSpace.Layout, 1), new Rows(environment.ActionSpace.Layout, 1));
    environment.Reset(new RandomStream(9000 + (ulong)start), observation.Writer(0));
    do
    {
        session.Act(observation.Floats(), action.Floats(), deterministic: true);
    }
    while (!environment.Step(action.Reader(0), observation.Writer(0)).Truncated);
    return observation.Floats()[0] > 0.95;
}

// Returns of all seeds of both kinds.
(double[] One, double[] Many) Measure(Func<IEnvironment> make, int episodes = 100)
{
    return (Of(fixedWorld), Of(manyWorlds));

    double[] Of(Policy[] policies) => [.. policies.AsParallel().AsOrdered().Select(policy => Evaluation.Run(policy, () => new TimeLimit(make(), 200), episodes).Mean)];
}

(double[] One, double[] Many) Compare(string name, Func<IEnvironment> make)
{
    var measured = Measure(make);
    Console.WriteLine($"{name,-52} {Row(measured.One),-26} {Row(measured.Many)}");
    return measured;

    static string Row(double[] values) => string.Join("  ", values.Select(value => $"{value,6:0}"));
}

// Draws both kinds over one parameter, with the best and the worst seed as a band. For a picture a quarter of the episodes will do.
void Draw(string name, string label, double[] values, Func<double, IEnvironment> make)
{
    var returns = values.Select(value => Measure(() => make(value), episodes: 25)).ToArray();
    Save($"07-{name}.svg", new LineChart { Title = $"Return, mean of {Seeds} agents, worst to best", XLabel = label, YLabel = "return" }
        .Add(Line("one world", values, [.. returns.Select(pair => pair.One)]))
        .Add(Line("many worlds", values, [.. returns.Select(pair => pair.Many)])).ToSvg());
}

static ChartLine Line(string name, double[] x, double[][] returns) =>
    new(name, x, [.. returns.Select(all => all.Average())]) { Low = [.. returns.Select(all => all.Min())], High = [.. returns.Select(all => all.Max())] };

static Pendulum With(params ReadOnlySpan<(string Name, double Value)> parameters)
{
    var pendulum = new Pendulum();
    foreach (var (name, value) in parameters)
    {
        pendulum.SetParameter(name, value);
    }

    return pendulum;
}

/// <summary>The pendulum "in reality": a rod on an axis with a motor, in MuJoCo, with the task's observation, action and reward.</summary>
sealed class RealPendulum : IEnvironment
{
    private readonly MujocoModel model;
    private readonly MujocoData data;

    public RealPendulum(double mass, double length, double damping, double dryFriction, double gear)
    {
        model = MujocoModel.FromXml(FormattableString.Invariant($"""
            <mujoco>
              <option gravity="0 0 -10" timestep="0.005" integrator="RK4"/>
              <worldbody>
                <body>
                  <joint name="axis" type="hinge" axis="0 1 0" damping="{damping}" frictionloss="{dryFriction}"/>
                  <geom type="capsule" fromto="0 0 0 0 0 {length}" size="0.02" mass="{mass}" contype="0" conaffinity="0"/>
                </body>
              </worldbody>
              <actuator>
                <motor joint="axis" gear="{gear}" ctrllimited="true" ctrlrange="-2 2"/>
              </actuator>
            </mujoco>
            """));
        data = new MujocoData(model);
    }

    public Space ObservationSpace { get; } = new BoxSpace([-1, -1, -8], [1, 1, 8]);

    public Space ActionSpace { get; } = new BoxSpace(-2, 2, 1);

    public void Reset(RandomStream random, RowWriter observation)
    {
        data.Reset();
        data.Positions[0] = random.Uniform(-Math.PI, Math.PI);
        data.Velocities[0] = random.Uniform(-1, 1);
        data.Forward();
        Observe(observation.Floats);
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        var (angle, speed, torque) = (Math.IEEERemainder(data.Positions[0], 2 * Math.PI), data.Velocities[0], Math.Clamp(action.Floats[0], -2, 2));
        data.Controls[0] = torque;
        for (var i = 0; i < 10; i++)
        {
            data.Step();
        }

        Observe(observation.Floats);
        return new StepResult(-((angle * angle) + (0.1 * speed * speed) + (0.001 * torque * torque)), Terminated: false, Truncated: false);
    }

    public void Dispose()
    {
        data.Dispose();
        model.Dispose();
    }

    private void Observe(Span<float> seen)
    {
        var (angle, speed) = (data.Positions[0], data.Velocities[0]);
        (seen[0], seen[1], seen[2]) = ((float)Math.Cos(angle), (float)Math.Sin(angle), (float)Math.Clamp(speed, -8, 8));
    }
}
