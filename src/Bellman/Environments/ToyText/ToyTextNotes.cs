namespace Bellman;

/// <summary>What spaces do not tell of the toy text tasks.</summary>
internal static class ToyTextNotes
{
    public static EnvironmentNotes FrozenLake { get; } = new()
    {
        Page = "frozenlake",
        Story = "A walker crosses a frozen lake from the upper left to the flag at the lower right. There are holes in the ice, and it is slippery: of three steps only one goes where it was meant to, the others to one side. So the best policy often walks against a wall, where slipping does no harm.",
        Observation = ["row · columns + column of the walker"],
        Action = ["left", "down", "right", "up"],
        Reward = "1 at the goal, 0 elsewhere; `rewardSchedule` has others.",
        Ends = "The walker is at the goal or in a hole.",
        Start = "On the start; if a map has several, each is as probable.",
        Options = new Dictionary<string, string>
        {
            ["desc"] = "rows of a map of one's own, as SFFF,FHFH,FFFH,HFFG: start, frozen, hole, goal",
            ["mapName"] = "4x4, 8x8 or random",
            ["mapSize"] = "rows and columns of a random map",
            ["mapFrozen"] = "share of ice on a random map",
            ["mapSeed"] = "seed of a random map: Gymnasium's map of that seed",
            ["isSlippery"] = "whether the ice is slippery",
            ["successRate"] = "how probable it is, on slippery ice, to go where one meant to",
            ["rewardSchedule"] = "rewards of goal, hole and ice",
        },
        Versions = "FrozenLake8x8-v1 has the larger lake and twice the time.",
        Source = "Gymnasium's FrozenLake-v1 and FrozenLake8x8-v1: the same tables, and the same episodes for the same seeds.",
    };

    public static EnvironmentNotes CliffWalking { get; } = new()
    {
        Page = "cliffwalking",
        Story = "A walker goes from the lower left to the lower right of a field. The short way leads along a cliff; a step over it costs as much as a hundred others and leads back to the start. Q-learning learns to walk at the very edge, SARSA, which knows that it explores, keeps away from it.",
        Observation = ["row · 12 + column of the walker"],
        Action = ["up", "right", "down", "left"],
        Reward = "−1 a step; −100 over the cliff.",
        Ends = "The walker is at the goal.",
        Start = "At the lower left.",
        Options = new Dictionary<string, string> { ["isSlippery"] = "whether a step goes to either side a third of the time each" },
        Versions = "CliffWalkingSlippery-v1 is slippery by default.",
        Source = "Sutton and Barto, example 6.6; Gymnasium's CliffWalking-v1: the same tables, and the same episodes for the same seeds.",
    };

    public static EnvironmentNotes Taxi { get; } = new()
    {
        Page = "taxi",
        Story = "A taxi drives on 5 × 5 cells with walls between some of them. A passenger waits at one of four places and wants to go to another. The task has parts that come one after the other: drive there, take in, drive on, set down; it was made to show how a task is divided into smaller ones.",
        Observation = ["((row · 5 + column) · 5 + passenger) · 4 + destination; the passenger waits at red (0), green (1), yellow (2) or blue (3), or sits in the taxi (4)"],
        Action = ["south", "north", "east", "west", "take the passenger in", "set the passenger down"],
        Reward = "−1 a step, −10 for taking in or setting down where that is not possible, 20 for setting down at the destination.",
        Ends = "The passenger is set down at the destination.",
        Start = "The taxi is anywhere, the passenger at one of the places, the destination at another.",
        Source = "Dietterich 2000; Gymnasium's Taxi: the same tables, and the same episodes for the same seeds.",
        Versions = "Taxi-v4 has rain and fickle passengers, both off by default, as in Gymnasium 1.3; Taxi-v3 has neither.",
    };

    public static EnvironmentNotes TaxiWithWeather { get; } = Taxi with
    {
        Options = new Dictionary<string, string>
        {
            ["isRainy"] = "whether the taxi may drift to its left or right while it moves",
            ["rainyProbability"] = "how probable it is in rain to go where one meant to",
            ["ficklePassenger"] = "whether a passenger may name another destination when the taxi has first moved with it; the model is then withdrawn, and there is no batch form",
            ["fickleProbability"] = "how probable it is for an episode's passenger to be fickle",
        },
    };

    public static EnvironmentNotes Blackjack { get; } = new()
    {
        Page = "blackjack",
        Story = "Draw cards from an endless deck to come nearer to 21 than the dealer without going beyond it. Tens and faces count 10, an ace 11 or, if that is too much, 1. The dealer shows one card, draws up to 16 and sticks on every 17. Even the best player loses a little in the long run.",
        Observation = ["the player's sum", "the dealer's open card; 1 is an ace", "1 if an ace of the player's counts 11"],
        Action = ["stick", "hit: draw a card"],
        Reward = "1 for winning, 0 for a draw, −1 for losing, at the end of the hand.",
        Ends = "Sticking, or a sum beyond 21.",
        Start = "Two cards for each.",
        Options = new Dictionary<string, string>
        {
            ["natural"] = "whether winning with an ace and a ten as the first two cards pays 1.5; ignored under sab",
            ["sab"] = "whether the book's rules hold: an ace and a ten as the first two cards beat everything but the same",
        },
        Source = "Sutton and Barto, example 5.1; Gymnasium's Blackjack-v1, with the same cards for the same seeds.",
    };
}
