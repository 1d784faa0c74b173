namespace Bellman;

/// <summary>What spaces do not tell of the textbooks' problems.</summary>
internal static class TextbookNotes
{
    private static readonly IReadOnlyList<ValueLabel> FourWays = ["up", "right", "down", "left"];

    public static EnvironmentNotes Gambler { get; } = new()
    {
        Page = "gambler",
        Story = "A gambler stakes a part of a capital on a coin, again and again, until it is gone or a goal is reached. With a coin that loses more often than it wins, bold play is best: the fewer bets, the better. The optimal stakes as a function of the capital have a jagged shape that surprises everybody.",
        Observation = ["the capital"],
        Action = ["the stake: at least 1, at most the capital and at most what is missing; others are masked"],
        Reward = "1 at the goal, 0 elsewhere: a value is the probability to arrive.",
        Ends = "The capital is gone, or is the goal.",
        Start = "The capital is drawn evenly from 1 to the goal less 1.",
        Options = new Dictionary<string, string> { ["headProbability"] = "how probable the coin wins", ["goal"] = "the capital to reach" },
        Source = "Sutton and Barto, example 4.3.",
    };

    public static EnvironmentNotes CarRental { get; } = new()
    {
        Page = "carrental",
        Story = "A firm rents out cars at two places. Every evening it may move some from one to the other, so that there are cars where they will be asked for. Requests and returns are Poisson: 3 and 3 a day at the first place, 4 and 2 at the second. The model is known, so this is for planning.",
        Observation = ["cars at the first place · 21 + cars at the second, at the end of a day"],
        Action = ["cars moved from the first place to the second, plus 5; only cars that are there can be moved, the rest is masked"],
        Reward = "10 for each car rented, −2 for each car moved.",
        Ends = "Nothing does.",
        Start = "Ten cars at each place.",
        Source = "Sutton and Barto, example 4.2: Jack's car rental.",
    };

    public static EnvironmentNotes GridWorld { get; } = new()
    {
        Page = "gridworld",
        Story = "Any map of cells, given as text. The default is the small world from which Russell and Norvig explain Markov decision processes: steps slip to either side one time in ten each, living costs a little, and how much it costs decides whether the way past the trap is worth its danger.",
        Observation = ["row · columns + column"],
        Action = FourWays,
        Reward = "`stepReward` a step; `goalReward` and `trapReward` besides where they are.",
        Ends = "A goal or a trap is reached.",
        Start = "On the start; if a map has several, each is as probable.",
        Options = new Dictionary<string, string>
        {
            ["map"] = "rows from the top, divided by slashes: S start, . floor, # wall, G goal, T trap",
            ["slip"] = "how probable it is to go at a right angle to where one meant to, half to each side",
            ["stepReward"] = "reward of each step",
            ["goalReward"] = "what a goal pays besides",
            ["trapReward"] = "what a trap pays besides",
        },
        Source = "Russell and Norvig, Artificial Intelligence: A Modern Approach, chapter 17.",
    };

    public static EnvironmentNotes DynaMaze { get; } = new()
    {
        Page = "dynamaze",
        Story = "A maze of 6 × 9 cells, to show what a learnt model is good for: a learner that replays what it remembers needs a fraction of the steps. In two variants the walls change while the agent lives, so that the model becomes wrong, and a learner must try out again what it believes to know.",
        Observation = ["row · 9 + column"],
        Action = FourWays,
        Reward = "1 at the goal, 0 elsewhere.",
        Ends = "The goal is reached.",
        Start = "On the grey cell.",
        Options = new Dictionary<string, string>
        {
            ["variant"] = "fixed; blocking: the short way is closed and a longer one opened; shortcut: a shorter way opens",
            ["changeAt"] = "the step, counted over all episodes, from which the second walls stand; 0 for the book's 1,000 and 3,000",
        },
        Source = "Sutton and Barto, examples 8.1 to 8.3.",
    };

    public static EnvironmentNotes RandomWalk { get; } = new()
    {
        Page = "randomwalk",
        Story = "A walk from the middle of a row, left or right by the toss of a coin, until it falls off an end. There is nothing to decide: it is for prediction. The true values are a straight line, so that the error of an estimate can be seen.",
        Observation = ["the place, from the left"],
        Action = ["nothing: the coin decides"],
        Reward = "`rightReward` for falling off the right end, `leftReward` off the left one, 0 elsewhere.",
        Ends = "The walk falls off an end.",
        Start = "In the middle.",
        Options = new Dictionary<string, string>
        {
            ["states"] = "how many places, an odd number",
            ["leftReward"] = "reward of the left end: 0 in example 6.2, −1 in 7.1",
            ["rightReward"] = "reward of the right end",
        },
        Source = "Sutton and Barto, examples 6.2 and 7.1.",
    };

    public static EnvironmentNotes WindyGridWorld { get; } = new()
    {
        Page = "windygridworld",
        Story = "A field with a wind that blows upwards, stronger in the middle columns: whoever walks to the right is carried up, and must walk beyond the goal to come down to it. Monte Carlo methods fail, because a policy may never end; SARSA learns while it walks.",
        Observation = ["row · 10 + column"],
        Action = FourWays,
        Reward = "−1 a step.",
        Ends = "The goal is reached.",
        Start = "In the middle of the first column.",
        Options = new Dictionary<string, string>
        {
            ["kingsMoves"] = "whether there are four diagonal moves too: 4 up right, 5 down right, 6 down left, 7 up left",
            ["stochasticWind"] = "whether the wind, where it blows, is one stronger or weaker a third of the time each",
        },
        Source = "Sutton and Barto, example 6.5, exercises 6.9 and 6.10.",
    };

    public static EnvironmentNotes Racetrack { get; } = new()
    {
        Page = "racetrack",
        Story = "A car drives around a bend as fast as it stays on the track. Its two speeds change by one at most a step, so that braking must begin in time. Leaving the track leads back to the start at rest. Now and then the car does not obey.",
        Observation = ["(cell · 5 + speed up) · 5 + speed to the right; speeds are 0 to 4 cells a step"],
        Action = ["3 · (acceleration up + 1) + acceleration to the right + 1, accelerations being −1, 0 and 1"],
        Reward = "−1 a step.",
        Ends = "The car crosses the finish.",
        Start = "At rest on the start line, each cell as probable.",
        Options = new Dictionary<string, string>
        {
            ["map"] = "rows from the top, divided by slashes: S start, . track, F finish, # outside",
            ["slip"] = "how probable it is that the velocity stays as it is whatever the action",
        },
        Source = "Barto, Bradtke and Singh 1995; Sutton and Barto, exercise 5.12.",
    };
}
