namespace Bellman;

/// <summary>What spaces do not tell of the diagnostic tasks.</summary>
internal static class DiagnosticsNotes
{
    public static EnvironmentNotes BitFlip { get; } = new()
    {
        Page = "bitflip",
        Story = "Bits must be made equal to others by flipping one a step. A child could do it, but the reward never changes until they are equal, so that from about forty bits on nothing is learnt without hindsight: pretending afterwards that what was reached had been wanted.",
        Observation = [ValueLabel.All("the bits"), ValueLabel.All("the bits again: what has been achieved"), ValueLabel.All("the bits that are wanted")],
        Action = ["which bit to flip"],
        Reward = "−1 a step until the bits are equal, then 0.",
        Ends = "The bits are equal. After as many steps as there are bits the episode is truncated.",
        Start = "Both rows are drawn evenly, never equal.",
        Options = new Dictionary<string, string> { ["bits"] = "how many bits" },
        Source = "Andrychowicz et al. 2017, Hindsight Experience Replay, arXiv:1707.01495.",
    };

    public static EnvironmentNotes ReacherGoal { get; } = new()
    {
        Page = "reachergoal",
        Story = "An arm of two links in the plane, without gravity, brings its tip to a goal and keeps it there. The reward only says whether the tip is there, which makes it a small stand-in for the robots on which hindsight replay is usually shown.",
        Observation =
        [
            "cosine of the first joint's angle", "sine of the first joint's angle", "cosine of the second joint's angle, to the first link", "sine of the second joint's angle",
            new("angular velocity of the first joint", "rad/s"), new("angular velocity of the second joint", "rad/s"),
            new("the tip, across", "m"), new("the tip, upwards", "m"), new("the goal, across", "m"), new("the goal, upwards", "m"),
        ],
        Action = [new("torque at the first joint", "4 N·m"), new("torque at the second joint", "2 N·m")],
        Reward = "0 while the tip is within 5 cm of the goal, −1 otherwise; under `dense` minus the distance in metres.",
        Ends = "Nothing does.",
        Start = "The arm is at rest in any position, the goal anywhere between 0.2 m and 0.9 m from the axis.",
        Options = new Dictionary<string, string> { ["dense"] = "the reward is minus the distance" },
        Source = "In the spirit of Plappert et al. 2018, Multi-Goal Reinforcement Learning, arXiv:1802.09464.",
    };

    public static EnvironmentNotes TMaze { get; } = new()
    {
        Page = "tmaze",
        Story = "A cue at the start of a corridor says which way to turn at its end. In between nothing tells it any more, so that a policy without memory is right half the time. The longer the corridor, the longer the memory.",
        Observation = ["0 at the start if the goal is up, and at the junction; 1 otherwise", "1 at the start and at the junction", "0 at the start if the goal is down, and at the junction; 1 otherwise"],
        Action = ["up", "right", "down", "left"],
        Reward = "1 for the right turn, −1 for the wrong one, 0 elsewhere.",
        Ends = "A turn at the junction. After 4 · (length + 1) steps the episode is truncated.",
        Start = "At the start of the corridor; the cue is drawn evenly.",
        Options = new Dictionary<string, string> { ["length"] = "how many steps the junction is away" },
        Source = "Bakker 2001, Reinforcement Learning with Long Short-Term Memory.",
    };

    public static EnvironmentNotes MemoryLength { get; } = new()
    {
        Page = "memorylength",
        Story = "Bits are shown at first, then nothing for a while; at the end one of them is asked for. Chance is right half the time, so that anything above it is memory.",
        Observation = ["share of time that is left", "which bit is asked for, shown in the last observation but one", ValueLabel.All("the bits as −1 or 1, shown after the reset and the first step, as in bsuite; 0 otherwise")],
        Action = ["the bit was 0; only the last action counts", "the bit was 1"],
        Reward = "1 for the right answer, −1 for the wrong one, at the end.",
        Ends = "After length + 1 steps.",
        Start = "The bits, and which of them will be asked for, are drawn evenly.",
        Options = new Dictionary<string, string> { ["length"] = "how long to remember", ["bits"] = "how many bits to remember" },
        Source = "bsuite's memory_len and memory_size: Osband et al. 2019, arXiv:1908.03568.",
    };

    public static EnvironmentNotes DeepSea { get; } = new()
    {
        Page = "deepsea",
        Story = "A diver sinks a row a step and drifts left or right. A treasure lies in the last corner, but every step towards it costs a little: who does not explore on purpose learns to stay left, and chance finds the treasure once in 2^size episodes. Which action leads right differs from cell to cell.",
        Observation = [ValueLabel.All("1 where the diver is; all zeros at the end")],
        Action = ["left or right, as the cell has it", "the other"],
        Reward = "1 for the treasure; −0.01 / size for each step to the right. The best return is 0.99.",
        Ends = "After as many steps as there are rows.",
        Start = "In the upper left corner.",
        Options = new Dictionary<string, string> { ["size"] = "how many rows and columns", ["mappingSeed"] = "which action is right in which cell; −1 for action 1 everywhere" },
        Source = "bsuite's deep_sea: Osband et al. 2019, arXiv:1908.03568.",
    };

    public static EnvironmentNotes DiscountingChain { get; } = new()
    {
        Page = "discountingchain",
        Story = "The first action chooses when the one reward comes: after 1, 3, 10, 30 or 100 steps. One of the five pays 1.1 instead of 1. Who discounts too much prefers the early ones all the same.",
        Observation = ["the chosen chain; −1 before the choice", "share of the episode that is over"],
        Action = ["the reward after 1 step; only the first action counts", "after 3 steps", "after 10 steps", "after 30 steps", "after 100 steps"],
        Reward = "1, in one chain 1.1, when it is due.",
        Ends = "After 100 steps.",
        Start = "Before the choice; nothing is drawn.",
        Options = new Dictionary<string, string> { ["bonus"] = "which chain pays more, 0 to 4" },
        Source = "bsuite's discounting_chain: Osband et al. 2019, arXiv:1908.03568.",
    };

    public static EnvironmentNotes Catch { get; } = new()
    {
        Page = "catch",
        Story = "A ball falls a row a step, and a paddle in the last row must be under it when it arrives. Nothing about it is hard, which is what it is for: whatever does not learn this does not learn.",
        Observation = [ValueLabel.All("1 for the ball and for the paddle, 0 elsewhere")],
        Action = ["left", "stay", "right"],
        Reward = "1 for catching, −1 for missing, at the end.",
        Ends = "The ball has arrived: after rows − 1 steps.",
        Start = "The ball is in the first row, in a column that is drawn evenly; the paddle is in the middle.",
        Options = new Dictionary<string, string> { ["rows"] = "how many rows", ["columns"] = "how many columns" },
        Source = "bsuite's catch: Osband et al. 2019, arXiv:1908.03568; after Mnih et al. 2014.",
    };
}
