#:project ../src/Bellman/Bellman.csproj
#:property PublishAot=false

// Lesson 6: your own environment.
//
// A robot in a warehouse: take the parcel that is asked for from its bay, bring it to the dock, and do not run out of battery on the way. The class at the end of this
// file is all of it. What stands here first is what one does with it: check it, see what chance earns, train, look.
//
// The command understands this very file too:
//
//   bellman check examples/06-your-own-environment.cs
//   bellman describe examples/06-your-own-environment.cs
//   bellman train ppo examples/06-your-own-environment.cs --steps 300000 --envs 16 --set rolloutSteps=128 --env-set battery=60

using Bellman;
using Bellman.Numerics;

// --- 1. Check before you train --------------------------------------------------------------------------------------------------------------------
// The checker plays at random and compares: does the same seed give the same episode, does a saved state go on, is every number of the observation written, is
// memory allocated? Faults of this kind do not crash a training. They make it worse, and nobody knows why.
var report = EnvironmentChecker.Check(WarehouseRobot.Spec);
Console.WriteLine(report);
Claim(report.Findings.Count == 0, "the checker finds nothing, not even something to note");
var random = report.RandomPlay!.MeanReturn;

// --- 2. Train -------------------------------------------------------------------------------------------------------------------------------------
// Registered, it is an environment like any other: it has an id, a time limit, vector forms.
EnvironmentRegistry.Default.Register(WarehouseRobot.Spec);
var environments = VectorEnvironment.Make("WarehouseRobot-v0", count: 16, seed: 1);
using var ppo = new Ppo(environments, new PpoSettings
{
    Seed = 1,
    RolloutSteps = 128,
    BatchSize = 256,
    Epochs = 4,
    Gamma = 0.97,                              // a parcel is some fifteen steps away: 0.97 sees that far, and little further
    EntropyCoefficient = 0.02,                 // a little extra for not being sure yet, so that it goes on trying
    LearningRate = Schedule.Linear(2e-3),
});
ppo.Learn(steps: 1_500_000);
var trained = Evaluation.Run(ppo.Policy, "WarehouseRobot-v0");
Console.WriteLine($"At random {random:0.00}, after {ppo.Progress.Steps:N0} steps ({ppo.Progress.Elapsed.TotalSeconds:0.0} s) {trained}.");

// How good is that? A parcel takes six steps each way in the mean and two to handle it: 200 steps are 14 parcels, less what charging costs.
Claim(random < 0, "chance runs out of battery before it delivers anything");
Claim(trained.Mean > 10.5, "the trained robot delivers more than ten parcels in the mean");
Claim(trained.Minimum >= 8, "and eight in its worst episode, so that it never runs dry");

// --- 3. Look --------------------------------------------------------------------------------------------------------------------------------------
// A return says how much, a replay says how. This is where one sees that a robot charges too often, or waits in a corner for a reward that was meant otherwise.
var page = Path.Combine("runs", "lessons", "06-warehouse.html");
var replay = Replay.Record(ppo.Policy, "WarehouseRobot-v0", episodes: 2);
replay.SaveHtml(page);
Console.WriteLine($"  → {page}");
Claim(replay.Episodes.All(episode => episode is { Terminated: false, Steps: 200 }), "in both episodes of the replay it works until the time is up");

// --- Try it ----------------------------------------------------------------------------------------------------------------------------------------
// - Move the charger beside the dock (the C in Map). How many parcels more, and does the replay look different?
// - Pay 0 for taking a parcel and 1 for setting it down. The task is the same; is learning? Then pay 0.5 for each step with a parcel, and look at the replay: why does it deliver nothing?

// This file stands alone, so that the command can build it: it does not use what the other lessons share.
static void Claim(bool holds, string claim)
{
    if (!holds)
    {
        Console.Error.WriteLine($"This does not hold: {claim}.");
        Environment.Exit(1);
    }
}

/// <summary>A robot brings parcels from four bays to a dock, as many as it can before its time is up, and charges in between.</summary>
/// <param name="battery">How many steps a full battery lasts.</param>
public sealed class WarehouseRobot(int battery = 40) : IEnvironment, IStateful, IActionMask, ISignals, IDrawable
{
    private const int Rows = 5, Columns = 7, Handle = 4;

    // D dock, C charger, P bays, # shelves.
    private const string Map = "D.....C" + ".##.##." + ".P...P." + ".##.##." + ".P...P.";

    private static readonly int[] Bays = [.. Enumerable.Range(0, Map.Length).Where(cell => Map[cell] == 'P')];
    private static readonly (int Down, int Right)[] Ways = [(-1, 0), (0, 1), (1, 0), (0, -1)];

    private RandomStream stream = new(0);
    private int place, bay, charge, delivered;
    private bool carries;

    /// <summary>What the command and the registry should know: a limit of time, and what the numbers mean.</summary>
    public static EnvironmentSpec Spec { get; } = new()
    {
        Id = "WarehouseRobot-v0",
        Description = "Bring parcels from their bays to the dock before the battery is empty.",
        Factory = options => new WarehouseRobot(options.Integer("battery", 40)),
        MaxEpisodeSteps = 200,
        FramesPerSecond = 8,
        Notes = new EnvironmentNotes
        {
            Page = "warehouserobot",
            Story = "A parcel waits in one of four bays; when it is at the dock, the next one waits somewhere else. Every step costs charge, and the charger is in the far corner.",
            Observation = [new("1 for the cell where the robot is", "", Map.Length), new("1 for the bay where the parcel waits", "", Bays.Length), "1 while it carries the parcel", "charge that is left, of 1"],
            Action = ["up", "right", "down", "left", "take the parcel, or set it down"],
            Reward = "0.5 for taking a parcel, 0.5 for setting it down at the dock, −1 for an empty battery.",
            Ends = "The battery is empty.",
            Options = new Dictionary<string, string> { ["battery"] = "how many steps a full battery lasts" },
            Source = "Lesson 6 of Bellman's course.",
        },
    };

    // A cell is no number: 12 is not between 11 and 13 in any way that helps. So each cell and each bay has an element of its own, one of which is 1.
    public Space ObservationSpace { get; } = new BoxSpace(0, 1, Map.Length + Bays.Length + 2);

    public Space ActionSpace { get; } = new DiscreteSpace(5);

    public int MaskLength => 5;

    public IReadOnlyList<string> SignalNames { get; } = ["delivered"];

    public void Reset(RandomStream random, RowWriter observation)
    {
        // All chance comes from this stream, now and in Step: that is what makes an episode repeat.
        stream = random;
        (place, charge, delivered, carries) = (Map.IndexOf('D'), battery, 0, false);
        bay = random.Choice(Bays.Length);
        Observe(observation);
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        var choice = action.Integers[0];
        var reward = 0.0;
        if (choice < Handle && Neighbour(place, choice) is >= 0 and var next)
        {
            place = next;
        }
        else if (choice == Handle && CanHandle)
        {
            reward = 0.5;
            if (carries)
            {
                delivered++;
                bay = stream.Choice(Bays.Length);
            }

            carries = !carries;
        }

        charge = Map[place] == 'C' ? battery : charge - 1;
        Observe(observation);

        // An empty battery is an end of the task: terminated. The limit of 200 steps is not its business, the registration adds it.
        return charge > 0 ? new StepResult(reward, false, false) : new StepResult(reward - 1, true, false);
    }

    // What would change nothing need not be tried. A mask saves the learner from finding that out.
    public void WriteMask(Span<byte> mask)
    {
        for (var way = 0; way < Handle; way++)
        {
            mask[way] = Neighbour(place, way) >= 0 ? (byte)1 : (byte)0;
        }

        mask[Handle] = CanHandle ? (byte)1 : (byte)0;
    }

    public void ReadSignals(Span<double> values) => values[0] = delivered;

    public void SaveState(BinaryWriter writer)
    {
        foreach (var value in (ReadOnlySpan<int>)[place, bay, charge, delivered, carries ? 1 : 0])
        {
            writer.Write(value);
        }
    }

    public void LoadState(BinaryReader reader) =>
        (place, bay, charge, delivered, carries) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32() == 1);

    public void Draw(Scene scene)
    {
        scene.SetWindow(-0.2, -0.9, Columns + 0.2, Rows + 0.2);
        for (var cell = 0; cell < Map.Length; cell++)
        {
            var (x, y) = (cell % Columns, Rows - 1 - (cell / Columns));
            var color = Map[cell] switch { '#' => SceneColors.Brown, 'D' => SceneColors.Green, 'C' => SceneColors.Yellow, 'P' => SceneColors.Gray, _ => SceneColors.LightGray };
            scene.Rectangle(color, x + 0.03, y + 0.03, x + 0.97, y + 0.97);
            if (Map[cell] is 'D' or 'C')
            {
                scene.Text(SceneColors.Black, x + 0.5, y + 0.85, 0.13, Map[cell] == 'D' ? "dock" : "charger");
            }
        }

        var (robotX, robotY) = (place % Columns, Rows - 1 - (place / Columns));
        var (parcelX, parcelY) = carries ? (robotX, robotY) : (Bays[bay] % Columns, Rows - 1 - (Bays[bay] / Columns));
        scene.Circle(SceneColors.Blue, robotX + 0.5, robotY + 0.45, 0.32);
        scene.Rectangle(SceneColors.Red, parcelX + 0.34, parcelY + 0.3, parcelX + 0.66, parcelY + 0.6);
        scene.Rectangle(SceneColors.LightGray, 0, -0.7, Columns, -0.4);
        scene.Rectangle(charge > battery / 4 ? SceneColors.Green : SceneColors.Red, 0, -0.7, Columns * (double)charge / battery, -0.4);
        scene.Text(SceneColors.Black, Columns / 2.0, -0.55, 0.18, $"charge {charge}   delivered {delivered}");
    }

    public void Dispose()
    {
    }

    private bool CanHandle => carries ? Map[place] == 'D' : place == Bays[bay];

    private static int Neighbour(int cell, int way)
    {
        var (row, column) = ((cell / Columns) + Ways[way].Down, (cell % Columns) + Ways[way].Right);
        return row is >= 0 and < Rows && column is >= 0 and < Columns && Map[(row * Columns) + column] != '#' ? (row * Columns) + column : -1;
    }

    private void Observe(RowWriter observation)
    {
        var seen = observation.Floats;
        seen.Clear();
        seen[place] = 1;
        seen[Map.Length + bay] = 1;
        seen[^2] = carries ? 1 : 0;
        seen[^1] = (float)charge / battery;
    }
}
