using System.Globalization;

namespace Bellman;

/// <summary>The toy text tasks of Gymnasium, with its tables and its episodes for its seeds.</summary>
internal static class ToyText
{
    public static void Register(EnvironmentRegistry registry)
    {
        Lake("FrozenLake-v1", "4x4", 100, 0.7);
        Lake("FrozenLake8x8-v1", "8x8", 200, 0.85);
        Cliff("CliffWalking-v1", slippery: false);
        Cliff("CliffWalkingSlippery-v1", slippery: true);
        registry.Register(new EnvironmentSpec
        {
            Id = "Taxi-v3",
            Notes = ToyTextNotes.Taxi,
            Description = "Drive to a passenger, take it in, and set it down where it wants to go.",
            Factory = _ => new Taxi(),
            BatchFactory = (_, count, seed, limit) => new TabularBatch(Taxi.CreateTable(false, 1), count, seed, limit, masks: true),
            MaxEpisodeSteps = 200,
            RewardThreshold = 8,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "Taxi-v4",
            Notes = ToyTextNotes.TaxiWithWeather,
            Description = "Drive to a passenger, take it in, and set it down where it wants to go; in rain, and with passengers that change their minds, if asked.",
            Factory = options =>
            {
                var (rainy, straight, fickle, chance) = TaxiOptions(options);
                var taxi = new Taxi(rainy, straight);
                return fickle ? new FickleTaxi(taxi, chance) : taxi;
            },
            BatchFactory = (options, count, seed, limit) =>
            {
                var (rainy, straight, fickle, _) = TaxiOptions(options);
                return fickle ? null : new TabularBatch(Taxi.CreateTable(rainy, straight), count, seed, limit, masks: true);
            },
            MaxEpisodeSteps = 200,
            RewardThreshold = 8,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "Blackjack-v1",
            Notes = ToyTextNotes.Blackjack,
            Description = "Draw cards to come nearer to 21 than the dealer without going beyond.",
            Factory = options => new Blackjack(options.Flag("natural", false), options.Flag("sab", true)),
        });

        void Lake(string id, string map, int limit, double threshold) => registry.Register(new EnvironmentSpec
        {
            Id = id,
            Notes = ToyTextNotes.FrozenLake,
            Description = $"Cross a frozen lake{(map == "8x8" ? " of 8 × 8 cells" : "")} without falling into a hole; the ice may be slippery.",
            Factory = options =>
            {
                var (lake, slippery, rate, rewards) = LakeOptions(options, map);
                return new FrozenLake(lake, slippery, rate, rewards.Goal, rewards.Hole, rewards.Frozen);
            },
            BatchFactory = (options, count, seed, steps) =>
            {
                var (lake, slippery, rate, rewards) = LakeOptions(options, map);
                return new TabularBatch(FrozenLake.CreateTable(lake, slippery, rate, rewards), count, seed, steps, masks: false);
            },
            MaxEpisodeSteps = limit,
            RewardThreshold = threshold,
        });

        void Cliff(string id, bool slippery) => registry.Register(new EnvironmentSpec
        {
            Id = id,
            Notes = ToyTextNotes.CliffWalking,
            Description = $"Walk along a cliff{(slippery ? " on slippery ground" : "")} from one end to the other.",
            Factory = options => new CliffWalking(options.Flag("isSlippery", slippery)),
            BatchFactory = (options, count, seed, limit) => new TabularBatch(CliffWalking.CreateTable(options.Flag("isSlippery", slippery)), count, seed, limit, masks: false),
        });
    }

    private static (bool Rainy, double Straight, bool Fickle, double Chance) TaxiOptions(EnvironmentOptions options) =>
        (options.Flag("isRainy", false), options.Number("rainyProbability", 0.8), options.Flag("ficklePassenger", false), options.Number("fickleProbability", 0.3));

    // A map comes as its rows, "SFF,FHF,FFG", or by name: 4x4, 8x8, or random with a size, a share of ice and a seed.
    private static (IReadOnlyList<string> Map, bool Slippery, double Rate, (double Goal, double Hole, double Frozen) Rewards) LakeOptions(EnvironmentOptions options, string map)
    {
        var rows = options.Text("desc", null);
        var name = options.Text("mapName", map);
        var (size, ice, seed) = (options.Integer("mapSize", 8), options.Number("mapFrozen", 0.8), options.Integer("mapSeed", 0));
        if (seed < 0)
        {
            throw new ArgumentException($"The option 'mapSeed' is '{seed}'; it must not be negative.");
        }

        // Rows may stand in brackets and quotes, as in Python.
        IReadOnlyList<string> lake = rows is not null ? rows.Split([',', '/', '\n', '[', ']', '"', '\''], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : name switch
        {
            "4x4" => FrozenLake.Map4x4,
            "8x8" => FrozenLake.Map8x8,
            "random" => RandomLake.Create(size, ice, (ulong)seed),
            _ => throw new ArgumentException($"The option 'mapName' is '{name}'; it must be 4x4, 8x8 or random, or give the rows as 'desc'."),
        };
        return (lake, options.Flag("isSlippery", true), options.Number("successRate", 1.0 / 3), Rewards(options.Text("rewardSchedule", "1,0,0")));
    }

    private static (double Goal, double Hole, double Frozen) Rewards(string text)
    {
        var parts = text.Trim('(', ')', '[', ']').Split(',', StringSplitOptions.TrimEntries);
        double Number(int i) => double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value : throw new ArgumentException($"The option 'rewardSchedule' is '{text}'; it must be three numbers: goal, hole, ice.");
        return parts.Length == 3 ? (Number(0), Number(1), Number(2)) : throw new ArgumentException($"The option 'rewardSchedule' is '{text}'; it must be three numbers: goal, hole, ice.");
    }
}
