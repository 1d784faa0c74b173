namespace Bellman.Environments;

/// <summary>What spaces do not tell of the Box2D family.</summary>
internal static class Box2DNotes
{
    public static EnvironmentNotes LunarLander { get; } = new()
    {
        Page = "lunarlander",
        Story = "A lander falls towards hilly ground and shall come to rest between two flags. A main engine lifts it, two side engines turn and shift it, and none of them pushes quite as much as it was asked to. Crashing is easy, hovering for ever is safe, and landing needs both at the right moment.",
        Observation =
        [
            new("place across, 0 over the pad", "10 m"), new("height over the pad", "6.67 m"), new("velocity across", "5 m/s"), new("velocity upwards", "7.5 m/s"), new("angle, to the left", "rad"),
            new("angular velocity", "2.5 rad/s"), "1 while the first leg touches the ground", "1 while the second leg touches the ground",
        ],
        Action = ["nothing", "left engine", "main engine", "right engine"],
        Reward = "What is gained in nearness, slowness and uprightness; 10 for each leg that comes to stand, −10 for each that leaves; −0.3 a step for the main engine, −0.03 for a side engine; 100 for coming to rest, −100 for a crash or for leaving the screen.",
        Ends = "The lander rests, crashes, or leaves the screen at a side.",
        Start = "At the top in the middle, with a push that is drawn; so are the hills.",
        Options = new Dictionary<string, string>
        {
            ["continuous"] = "whether the engines' thrust is chosen freely",
            ["gravity"] = "m/s², between −12 and 0",
            ["enableWind"] = "whether wind pushes and turns the lander while it flies",
            ["windPower"] = "the strongest push, N; up to 20 makes sense",
            ["turbulencePower"] = "the strongest turn, N·m; up to 2 makes sense",
        },
        Parameters = new Dictionary<string, string>
        {
            ["gravity"] = "acceleration of gravity, m/s²; negative",
            ["mainEnginePower"] = "thrust of the main engine",
            ["sideEnginePower"] = "thrust of the side engines",
            ["dispersion"] = "how far thrust strays, 1 as in Gymnasium",
            ["windPower"] = "the strongest push, N",
            ["turbulencePower"] = "the strongest turn, N·m",
        },
        Versions = "LunarLanderContinuous-v3 has engines whose thrust is chosen freely.",
        Source = "Gymnasium's LunarLander-v3, on a physics engine of its own: terrain, pushes and flights of a seed are equal bit for bit.",
    };

    public static EnvironmentNotes LunarLanderContinuous { get; } = LunarLander with
    {
        Action = ["main engine: off below 0, from there on 50 to 100 % thrust", "side engines: left below −0.5, right above 0.5, 50 to 100 % thrust"],
        Reward = LunarLander.Reward.Replace("−0.3 a step for the main engine, −0.03 for a side engine", "−0.3 a step for the main engine, −0.03 for a side engine, times their thrust", StringComparison.Ordinal),
    };

    public static EnvironmentNotes BipedalWalker { get; } = new()
    {
        Page = "bipedalwalker",
        Story = "A hull on two legs walks to the end of its ground by the torques of its hips and knees. It feels its joints and which foot is on the ground, and sees what lies ahead by ten rays. The stumps, stairs and pits of the hard one ask for a gait that changes.",
        Observation =
        [
            new("angle of the hull", "rad"), new("its angular velocity", "25 rad/s"), new("its velocity forwards", "8.33 m/s"), new("its velocity upwards", "12.5 m/s"),
            .. Leg("first"), .. Leg("second"), new("share of each of ten rays that is free, from straight down to 77° forwards", "5.33 m", 10),
        ],
        Action = [new("torque at the first hip", "80 N·m"), new("torque at the first knee", "80 N·m"), new("torque at the second hip", "80 N·m"), new("torque at the second knee", "80 N·m")],
        Reward = "130/30 for each metre forwards, some 300 in all; less 5 for each radian that the hull is turned more, less 0.028 a step for each motor at full torque; −100 for a fall.",
        Ends = "The hull touches the ground, goes back over the start, or arrives at the end.",
        Start = "Standing at the start, with a push that is drawn; so is the ground.",
        Options = new Dictionary<string, string> { ["hardcore"] = "whether stumps, stairs and pits lie on the way" },
        Parameters = new Dictionary<string, string>
        {
            ["gravity"] = "acceleration of gravity, m/s²; negative",
            ["motorTorque"] = "the largest torque, N·m",
            ["hullDensity"] = "mass of the hull by area, kg/m²; from the next reset",
            ["legDensity"] = "mass of the legs by area, kg/m²; from the next reset",
            ["friction"] = "of the ground; from the next reset",
        },
        Versions = "BipedalWalkerHardcore-v3 has stumps, stairs and pits, and more time.",
        Source = "Gymnasium's BipedalWalker-v3, on a physics engine of its own: terrain, pushes and walks of a seed are equal bit for bit.",
    };

    private static IEnumerable<ValueLabel> Leg(string which) =>
    [
        new($"angle of the {which} hip", "rad"), new($"speed of the {which} hip", "4 rad/s"), new($"angle of the {which} knee, plus 1", "rad"), new($"speed of the {which} knee", "6 rad/s"),
        $"1 while the {which} foot is on the ground",
    ];
}
