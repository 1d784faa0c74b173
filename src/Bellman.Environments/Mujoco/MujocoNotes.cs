namespace Bellman.Environments;

/// <summary>What spaces do not tell of MuJoCo's robots.</summary>
internal static class MujocoNotes
{
    private const string Gymnasium = "in the real MuJoCo 2.2.2, equal to Gymnasium's bit for bit.";
    private const string LastStepPays = "Version 4 gives the reward for standing in the last step too";
    private const string SurvivalDiffers = $"{LastStepPays}, and takes neither `frameSkip` nor `xmlFile`.";
    private const string Cut = ", cut to [−10, 10]";

    private static readonly Dictionary<string, string> Options = new()
    {
        ["forwardRewardWeight"] = "what a metre a second forwards is worth",
        ["ctrlCostWeight"] = "what the sum of the squared actions costs",
        ["contactCostWeight"] = "what the sum of the squared contact forces costs",
        ["healthyReward"] = "reward of a step after which the robot stands",
        ["terminateWhenUnhealthy"] = "whether a fall ends the episode",
        ["healthyStateRange"] = "between which bounds all other numbers of the state must lie",
        ["healthyZRange"] = "between which heights the torso must be, m",
        ["healthyAngleRange"] = "between which angles the torso must lean, rad",
        ["contactForceRange"] = "to which bounds contact forces are cut",
        ["resetNoiseScale"] = "how far initial coordinates lie from rest",
        ["excludeCurrentPositionsFromObservation"] = "whether the observation leaves the place out",
        ["includeCfrcExtInObservation"] = "whether the observation has the contact forces",
        ["useContactForces"] = "whether contact forces are seen and cost",
        ["mainBody"] = "the body whose speed is rewarded, by number or name",
        ["rewardDistWeight"] = "what a metre between fingertip and target costs",
        ["rewardControlWeight"] = "what the sum of the squared actions costs",
        ["xmlFile"] = "an MJCF file to use instead of the robot's own model, with the same joints",
        ["frameSkip"] = "how many steps of the integrator an action lasts",
    };

    private static readonly Dictionary<string, string> Parameters = new()
    {
        ["gravity"] = "acceleration of gravity, m/s²",
        ["mass"] = "mass of all bodies together, kg",
        ["frictionScale"] = "friction by the robot's own",
        ["dampingScale"] = "damping of the joints by the robot's own",
        ["motorGain"] = "torques by the robot's own",
    };

    /// <summary>The notes on a robot.</summary>
    /// <param name="robot">As in its ids.</param>
    /// <param name="version">Whose observation they describe.</param>
    public static EnvironmentNotes Of(string robot, MujocoVersion version) => robot switch
    {
        "Hopper" => Hopper,
        "Walker2d" => Walker2d,
        "HalfCheetah" => HalfCheetah,
        "Ant" => Ant(version),
        "Swimmer" => Swimmer,
        "Reacher" => Reacher(version),
        "InvertedPendulum" => InvertedPendulum,
        "InvertedDoublePendulum" => InvertedDoublePendulum(version),
        _ => throw new ArgumentException($"There is no robot '{robot}'.", nameof(robot)),
    };

    private static EnvironmentNotes Hopper => Robot("hopper",
        "A leg of three links below a torso hops forwards in a plane. It has one foot to stand on and no arms, and falls as soon as it leans: the easiest of the robots that can fall.",
        [.. Coordinates("hip", "knee", "ankle"), .. Velocities(Cut, "hip", "knee", "ankle")],
        Torques(200, "hip", "knee", "ankle"),
        "Speed forwards (m/s), 1 for standing, less 0.001 · the sum of the squared actions.",
        "The torso is at 0.7 m or lower, leans beyond 0.2 rad, or another number of the state is beyond 100.",
        SurvivalDiffers,
        "Erez, Tassa and Todorov 2011; " + Gymnasium);

    private static EnvironmentNotes Walker2d => Robot("walker2d",
        "Two legs of three links below a torso walk forwards in a plane. What it learns first is usually to fall forwards slowly.",
        [.. Coordinates("right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle"), .. Velocities(Cut, "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle")],
        Torques(100, "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle"),
        "Speed forwards (m/s), 1 for standing, less 0.001 · the sum of the squared actions.",
        "The torso is outside 0.8 m to 2 m, or leans beyond 1 rad.",
        SurvivalDiffers + " Its right foot has less grip than its left one.",
        "Levine and Koltun 2013; " + Gymnasium);

    private static EnvironmentNotes HalfCheetah => Robot("halfcheetah",
        "A trunk on a hind and a fore leg with springs in their joints runs forwards in a plane. It cannot end an episode by falling, which makes it the robot on which most algorithms look good; some learn to run on their back.",
        [.. Coordinates("hind thigh", "hind shin", "hind foot", "fore thigh", "fore shin", "fore foot"), .. Velocities("", "hind thigh", "hind shin", "hind foot", "fore thigh", "fore shin", "fore foot")],
        [new("torque at the hind thigh", "120 N·m"), new("torque at the hind shin", "90 N·m"), new("torque at the hind foot", "60 N·m"), new("torque at the fore thigh", "120 N·m"), new("torque at the fore shin", "60 N·m"), new("torque at the fore foot", "30 N·m")],
        "Speed forwards (m/s), less 0.1 · the sum of the squared actions.",
        "Nothing does.",
        "Version 4 takes neither `frameSkip` nor `xmlFile`.",
        "Wawrzyński 2009; " + Gymnasium);

    private static EnvironmentNotes Swimmer => Robot("swimmer",
        "Three links in a viscous fluid wriggle along x. There is no ground to push off, so that only a wave along the body moves it; with the usual discount factor of 0.99 most algorithms never find it.",
        [
            new("angle of the first link", "rad"), new("angle of the first joint", "rad"), new("angle of the second joint", "rad"), new("velocity along x", "m/s"), new("velocity along y", "m/s"),
            new("angular velocity of the first link", "rad/s"), new("angular velocity of the first joint", "rad/s"), new("angular velocity of the second joint", "rad/s"),
        ],
        Torques(150, "first joint", "second joint"),
        "Speed along x (m/s), less 0.0001 · the sum of the squared actions.",
        "Nothing does.",
        "Version 4 takes neither `frameSkip` nor `xmlFile`.",
        "Coulom 2002; " + Gymnasium);

    private static EnvironmentNotes InvertedPendulum => Robot("invertedpendulum",
        "A pole stands on a cart that is pushed along a rail: the cart-pole task with a force that can be chosen.",
        [new("place of the cart", "m"), new("angle of the pole", "rad"), new("velocity of the cart", "m/s"), new("angular velocity of the pole", "rad/s")],
        [new("force on the cart", "100 N")],
        "1 for each step after which the pole stands.",
        "The pole leans beyond 0.2 rad.",
        "Version 4 gives 1 for the last step too, and has no options.",
        "Barto, Sutton and Anderson 1983; " + Gymnasium);

    private static EnvironmentNotes Ant(MujocoVersion version) => Robot("ant",
        "A ball on four legs of two links walks along x, free in space. It may jump and roll; standing still pays as well as walking at a metre a second, and many learners stop there.",
        [
            new("height of the torso", "m"), new("orientation of the torso, a quaternion, w first", Count: 4), .. AntJoints("angle", "rad"), new("velocity of the torso along x, y, z", "m/s", 3), new("angular velocity of the torso around x, y, z", "rad/s", 3),
            .. AntJoints("angular velocity", "rad/s"), .. version == MujocoVersion.V5 ? (IEnumerable<ValueLabel>)[new("torque around, then force along x, y, z of contacts on each of 13 bodies, cut to [−1, 1]", "", 78)] : [],
        ],
        Torques(150, "right back hip", "right back ankle", "front left hip", "front left ankle", "front right hip", "front right ankle", "back left hip", "back left ankle"),
        version == MujocoVersion.V5
            ? "Speed along x (m/s), 1 for standing, less 0.5 · the sum of the squared actions, less 0.0005 · the sum of the squared contact forces."
            : "Speed along x (m/s), 1 for standing, less 0.5 · the sum of the squared actions.",
        "The torso is outside 0.2 m to 1 m, or a number is not finite.",
        LastStepPays + ", and takes no `frameSkip`. It neither shows contact forces nor counts them, unless `useContactForces`.",
        "Schulman et al. 2015, arXiv:1506.02438; " + Gymnasium);

    private static EnvironmentNotes Reacher(MujocoVersion version) => Robot("reacher",
        "An arm of two links moves its fingertip to a target on a table. Episodes are short and every place of the target is another task.",
        [
            "cosine of the first joint's angle", "cosine of the second joint's angle", "sine of the first joint's angle", "sine of the second joint's angle", new("the target along x", "m"), new("the target along y", "m"),
            new("angular velocity of the first joint", "rad/s"), new("angular velocity of the second joint", "rad/s"), new("from the target to the fingertip along x", "m"), new("from the target to the fingertip along y", "m"),
            .. version == MujocoVersion.V4 ? (IEnumerable<ValueLabel>)[new("from the target to the fingertip along z: always 0", "m")] : [],
        ],
        Torques(200, "first joint", "second joint"),
        $"Minus the distance{(version == MujocoVersion.V4 ? " before the step" : "")} (m), less the sum of the squared actions.",
        "Nothing does.",
        "Version 4 has an eleventh number, counts the distance before the step, and has no options.",
        "OpenAI Gym 2016; " + Gymnasium);

    private static EnvironmentNotes InvertedDoublePendulum(MujocoVersion version) => Robot("inverteddoublependulum",
        "Two poles, one upon the other, stand on a cart that is pushed along a rail.",
        [
            new("place of the cart", "m"), "sine of the first pole's angle", "sine of the second pole's angle", "cosine of the first pole's angle", "cosine of the second pole's angle",
            new("velocity of the cart, cut to [−10, 10]", "m/s"), new("angular velocity of the first pole, cut likewise", "rad/s"), new("angular velocity of the second pole, cut likewise", "rad/s"), new("force of the rail's ends on the cart, cut likewise", "N"),
            .. version == MujocoVersion.V4 ? (IEnumerable<ValueLabel>)[new("forces on the two hinges: always 0", "N", 2)] : [],
        ],
        [new("force on the cart", "500 N")],
        "10 for standing, less 0.01 · x² + (y − 2)² of the tip, less 0.001 · ω₁² + 0.005 · ω₂² of the angular velocities.",
        "The tip is at 1 m or lower.",
        "Version 4 has eleven numbers, gives the 10 in the last step too, and has no options.",
        "OpenAI Gym 2016; " + Gymnasium);

    private static EnvironmentNotes Robot(
        string page, string story, IReadOnlyList<ValueLabel> observation, IReadOnlyList<ValueLabel> action, string reward, string ends, string versions, string source) => new()
        {
            Page = page,
            Story = story,
            Observation = observation,
            Action = action,
            Reward = reward,
            Ends = ends,
            Start = Start(page),
            Options = Options,
            Parameters = Parameters,
            Versions = versions,
            Source = source,
        };

    private static string Start(string page) => page switch
    {
        "hopper" or "walker2d" => "Near its resting position: to every coordinate and velocity something is added that is drawn evenly from [−0.005, 0.005].",
        "swimmer" => "Near its resting position: to every coordinate and velocity something is added that is drawn evenly from [−0.1, 0.1].",
        "invertedpendulum" => "Near upright, in the middle: to every coordinate and velocity something is added that is drawn evenly from [−0.01, 0.01].",
        "reacher" => "The joints' angles are drawn evenly from [−0.1, 0.1] rad, their velocities from [−0.005, 0.005] rad/s, the target evenly from a disc of 0.2 m around the middle.",
        _ => "Near its resting position: to every coordinate something is added that is drawn evenly from [−0.1, 0.1], to every velocity 0.1 times a normal number.",
    };

    private static IEnumerable<ValueLabel> Coordinates(params IEnumerable<string> joints) =>
        [new("height of the torso", "m"), new("lean of the torso", "rad"), .. joints.Select(joint => new ValueLabel($"angle of the {joint}", "rad"))];

    private static IEnumerable<ValueLabel> Velocities(string cut, params IEnumerable<string> joints) =>
    [
        new($"velocity along x{cut}", "m/s"), new($"velocity upwards{cut}", "m/s"), new($"angular velocity of the torso{cut}", "rad/s"),
        .. joints.Select(joint => new ValueLabel($"angular velocity of the {joint}{cut}", "rad/s")),
    ];

    private static IEnumerable<ValueLabel> AntJoints(string what, string unit)
    {
        string[] legs = ["front left", "front right", "back left", "right back"];
        return legs.SelectMany(leg => new[] { new ValueLabel($"{what} of the {leg} hip", unit), new ValueLabel($"{what} of the {leg} ankle", unit) });
    }

    private static IReadOnlyList<ValueLabel> Torques(int newtonMetres, params IEnumerable<string> joints) => [.. joints.Select(joint => new ValueLabel($"torque at the {joint}", $"{newtonMetres} N·m"))];
}
