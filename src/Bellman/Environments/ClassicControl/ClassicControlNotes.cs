namespace Bellman;

/// <summary>What spaces do not tell of the classic control tasks.</summary>
internal static class ClassicControlNotes
{
    public static EnvironmentNotes CartPole { get; } = new()
    {
        Page = "cartpole",
        Story = "A pole stands on a cart that can only be pushed left or right, always with the same force. The pole falls by itself within a second, so that each push must come in time; a policy that only looks at the angle drifts off the track. It is the task on which most people see an algorithm work for the first time.",
        Observation = [new("place of the cart on its track", "m"), new("velocity of the cart", "m/s"), new("angle of the pole from upright, to the right", "rad"), new("angular velocity of the pole", "rad/s")],
        Action = ["push left with 10 N", "push right with 10 N"],
        Reward = "1 a step, the last one included; under `suttonBartoReward` 0 a step and −1 at the end.",
        Ends = "The pole leans beyond 12° or the cart leaves ±2.4 m. The bounds of the observation are twice as wide.",
        Start = "All four numbers are drawn evenly from [−0.05, 0.05].",
        Options = new Dictionary<string, string> { ["suttonBartoReward"] = "the reward is 0 a step and −1 at the end, as in the book" },
        Parameters = new Dictionary<string, string>
        {
            ["gravity"] = "acceleration of gravity, m/s²",
            ["cartMass"] = "mass of the cart, kg",
            ["poleMass"] = "mass of the pole, kg",
            ["halfLength"] = "half the length of the pole, m",
            ["force"] = "how strong a push is, N",
        },
        Source = "Barto, Sutton and Anderson 1983; Gymnasium's CartPole-v1, equal to it bit for bit.",
    };

    public static EnvironmentNotes MountainCar { get; } = new()
    {
        Page = "mountaincar",
        Story = "A car in a valley is too weak to drive up the hill to the flag. It must first go back and gain speed by swinging. Random actions never reach the flag within the limit, so that the reward says nothing until somebody has explored far enough.",
        Observation = [new("place along the valley"), new("velocity, in places a step")],
        Action = ["drive left", "roll", "drive right"],
        Reward = "−1 a step.",
        Ends = "The car is at 0.5 or beyond, at `goalVelocity` or faster.",
        Start = "At rest, the place drawn evenly from [−0.6, −0.4].",
        Options = Goal,
        Parameters = new Dictionary<string, string> { ["force"] = "what driving adds to the velocity a step", ["gravity"] = "what the steepest slope adds to the velocity a step" },
        Source = "Moore 1990; Gymnasium's MountainCar-v0, equal to it bit for bit.",
    };

    public static EnvironmentNotes MountainCarContinuous { get; } = MountainCar with
    {
        Page = "mountaincarcontinuous",
        Story = "The weak car with a force that can be chosen. Each step costs the square of its force, so that doing nothing is the easiest way not to lose, and a learner that finds that out before it finds the flag stays there.",
        Action = ["force along the valley; beyond its bounds it is clipped but costs as it is"],
        Reward = "100 at the flag, less 0.1 · force² a step.",
        Ends = "The car is at 0.45 or beyond, at `goalVelocity` or faster.",
        Parameters = new Dictionary<string, string> { ["power"] = "what a force of 1 adds to the velocity a step", ["gravity"] = "what the steepest slope adds to the velocity a step" },
        Source = "Moore 1990; Gymnasium's MountainCarContinuous-v0, equal to it bit for bit.",
    };

    public static EnvironmentNotes Pendulum { get; } = new()
    {
        Page = "pendulum",
        Story = "A pendulum hangs anywhere, in any motion, and is to stand upright with as little torque as possible. The motor cannot lift it in one go: it must swing. There is no end but the limit, and a reward at every step, which makes it the usual first task with continuous actions.",
        Observation = ["cosine of the angle from upright", "sine of the angle from upright", new("angular velocity", "rad/s")],
        Action = [new("torque; what lies beyond is clipped", "N·m")],
        Reward = "−(angle² + 0.1 · speed² + 0.001 · torque²) with the angle from upright in [−π, π]: between −16.3 and 0.",
        Ends = "Nothing does.",
        Start = "The angle is drawn evenly from [−π, π], the angular velocity from [−1, 1].",
        Options = new Dictionary<string, string> { ["g"] = "acceleration of gravity, m/s²" },
        Parameters = new Dictionary<string, string>
        {
            ["gravity"] = "acceleration of gravity, m/s²",
            ["mass"] = "mass, kg",
            ["length"] = "length, m",
            ["friction"] = "friction at the axis, N·m·s/rad",
            ["motorGain"] = "torque at the axis by torque asked for",
        },
        Source = "Gymnasium's Pendulum-v1, equal to it bit for bit.",
    };

    public static EnvironmentNotes Acrobot { get; } = new()
    {
        Page = "acrobot",
        Story = "A gymnast of two links hangs from a bar and can only bend at the hip. The tip of the feet is to swing above a line one link over the bar, which takes several swings in time with its own motion.",
        Observation =
        [
            "cosine of the first link's angle, 0 hanging down", "sine of the first link's angle", "cosine of the second link's angle to the first", "sine of the second link's angle to the first",
            new("angular velocity of the first link", "rad/s"), new("angular velocity of the second link", "rad/s"),
        ],
        Action = ["torque −1 N·m at the joint between the links", "no torque", "torque 1 N·m"],
        Reward = "−1 a step, 0 at the end.",
        Ends = "The tip is above the line.",
        Start = "Angles and angular velocities are drawn evenly from [−0.1, 0.1].",
        Parameters = new Dictionary<string, string>
        {
            ["gravity"] = "acceleration of gravity, m/s²",
            ["mass1"] = "mass of the first link, kg",
            ["mass2"] = "mass of the second link, kg",
            ["length1"] = "length of the first link, m",
            ["length2"] = "length of the second link, m",
            ["motorGain"] = "torque at the joint by torque asked for",
        },
        Source = "Sutton 1996, with the dynamics of Sutton and Barto's book; Gymnasium's Acrobot-v1, equal to it bit for bit.",
    };

    private static Dictionary<string, string> Goal => new() { ["goalVelocity"] = "the least velocity at the flag that counts" };
}
