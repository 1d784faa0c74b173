namespace Bellman.Environments;

/// <summary>What spaces do not tell of the games.</summary>
internal static class PixelNotes
{
    private const string SpiritOf = "Rules of its own, in the spirit of MinAtar: Young and Tian 2019, arXiv:1903.03176.";

    private static readonly IReadOnlyList<ValueLabel> PongAction = ["stay", "up", "down"];

    public static EnvironmentNotes Pong { get; } = new()
    {
        Page = "pong",
        Story = "Two paddles and a ball; the agent's is on the right. Where the ball meets a paddle decides its angle. The opponent keeps level with the ball while it goes away and follows it at one pixel a frame when it comes: it returns every flat ball, and only one that moves down the court faster than its paddle gets past it. So points are won from the edge of the paddle alone. Random play loses 21 to 1.8.",
        Observation = [ValueLabel.All("grey pixels of the last frames, the newest last")],
        Action = PongAction,
        Reward = "1 for a point won, −1 for a point lost.",
        Ends = "One side has 21 points.",
        Start = "Both paddles in the middle; the ball is served from the middle of the court towards the agent, its height and its slope drawn, later to whoever lost the last point.",
        Options = new Dictionary<string, string> { ["frameSkip"] = "how many frames of 1/60 s an action lasts", ["stack"] = "how many frames are seen together" },
        Versions = "Pong-v0 shows pixels, PongState-v0 six numbers; the game is the same.",
        Source = "A game of its own, after Atari's of 1972.",
    };

    public static EnvironmentNotes PongState { get; } = Pong with
    {
        Observation = ["the agent's paddle, from the upper to the lower end", "the opponent's paddle", "the ball across the court", "the ball down the court", "its speed across", "its speed down"],
        Options = new Dictionary<string, string> { ["frameSkip"] = Pong.Options["frameSkip"] },
    };

    public static EnvironmentNotes Breakout { get; } = new()
    {
        Page = "breakout",
        Story = "A ball knocks bricks out of a wall and must be kept in play with a paddle. The upper rows pay more, and the best way to them is a tunnel at the side: behind the wall the ball works by itself. Balls serve themselves.",
        Observation = [ValueLabel.All("grey pixels of the last frames, the newest last")],
        Action = ["stay", "left", "right"],
        Reward = "1 for a brick of the two lower rows, 4 for one of the middle rows, 7 for one of the upper rows.",
        Ends = "Five balls are lost, or two walls are gone.",
        Start = "A whole wall, the paddle in the middle; a ball comes from below the wall, its place and its slope drawn.",
        Options = Pong.Options,
        Source = "A game of its own, after Atari's of 1976.",
    };

    public static EnvironmentNotes MiniBreakout { get; } = new()
    {
        Page = "minibreakout",
        Story = "A ball that goes diagonally knocks bricks out of a wall of three rows on a small board. A new wall comes when the last brick is gone.",
        Observation = ["paddle", "ball", "where the ball was a step ago", "bricks"],
        Action = ["stay", "left", "right"],
        Reward = "1 a brick.",
        Ends = "The ball is missed.",
        Start = "A whole wall, the paddle in the middle; the ball comes from the left or the right below the wall, as is drawn.",
        Source = SpiritOf,
    };

    public static EnvironmentNotes MiniCrossing { get; } = new()
    {
        Page = "minicrossing",
        Story = "A walker crosses eight lanes of traffic from the bottom to the top. Being hit leads back to the start; after a move the walker rests for two steps. Each crossing changes the traffic.",
        Observation = ["walker", "cars", "mark behind a car that moves every step", "behind one that moves every second step", "every third", "every fourth", "every fifth"],
        Action = ["stay", "up", "down"],
        Reward = "1 a crossing.",
        Ends = "Nothing does.",
        Start = "The walker below; where each car is, how fast it is and which way it goes are drawn.",
        Source = SpiritOf,
    };

    public static EnvironmentNotes MiniInvaders { get; } = new()
    {
        Page = "miniinvaders",
        Story = "A formation of 24 aliens marches to and fro, comes a row nearer at each side, and shoots; a cannon below shoots back and then loads for five steps. When all are gone the next formation marches faster.",
        Observation = ["cannon", "aliens", "aliens that march left", "aliens that march right", "the cannon's shots", "the aliens' shots"],
        Action = ["stay", "left", "right", "shoot"],
        Reward = "1 an alien.",
        Ends = "The cannon is hit, or reached.",
        Start = "The cannon in the middle, a whole formation at the top; which way it marches first is drawn.",
        Source = SpiritOf,
    };

    public static EnvironmentNotes MiniGather { get; } = new()
    {
        Page = "minigather",
        Story = "Gold and foes run through eight rows from either side. They come faster and more often as time goes on.",
        Observation = ["player", "foes", "what lies behind a runner: where it came from", "gold"],
        Action = ["stay", "left", "up", "right", "down"],
        Reward = "1 a piece of gold.",
        Ends = "A foe is touched.",
        Start = "The player in the middle of an empty board; what comes, where and from which side is drawn.",
        Source = SpiritOf,
    };
}
