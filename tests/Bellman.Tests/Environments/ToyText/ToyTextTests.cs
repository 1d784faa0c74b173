using System.Text.Json;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>The toy text tasks against Gymnasium's tables, optimal values and recorded episodes.</summary>
public sealed class ToyTextTests
{
    public static TheoryData<string, string, string> Tables => new()
    {
        { "FrozenLake-v1_4x4_slippery", "FrozenLake-v1", "" },
        { "FrozenLake-v1_4x4_deterministic", "FrozenLake-v1", "is_slippery=false" },
        { "FrozenLake-v1_8x8_slippery", "FrozenLake8x8-v1", "" },
        { "FrozenLake-v1_8x8_deterministic", "FrozenLake-v1", "mapName=8x8;isSlippery=false" },
        { "CliffWalking-v1", "CliffWalking-v1", "" },
        { "CliffWalkingSlippery-v1", "CliffWalkingSlippery-v1", "" },
        { "CliffWalkingSlippery-v1", "CliffWalking-v1", "isSlippery=true" },
        { "Taxi-v4", "Taxi-v3", "" },
        { "Taxi-v4", "Taxi-v4", "" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void Tables_EqualGymnasiums_ToTheBit(string file, string id, string options)
    {
        using var environment = Make(id, options);
        var model = environment.As<IFiniteMdp>()!;
        var reference = Read(file + ".json");
        Assert.Equal(reference.GetProperty("nS").GetInt32(), model.StateCount);
        Assert.Equal(reference.GetProperty("nA").GetInt32(), model.ActionCount);
        Assert.Equal(reference.Doubles("initial_state_distrib"), model.InitialDistribution.ToArray());
        for (var state = 0; state < model.StateCount; state++)
        {
            for (var action = 0; action < model.ActionCount; action++)
            {
                var expected = reference.GetProperty("P")[state][action].EnumerateArray().Select(row => new Transition(row[0].GetDouble(), row[1].GetInt32(), row[2].GetDouble(), row[3].GetInt32() != 0));
                Assert.Equal(expected, model.Transitions(state, action).ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void OptimalValuesAndActions_EqualTheReferences(string file, string id, string options)
    {
        using var environment = Make(id, options);
        var model = environment.As<IFiniteMdp>()!;
        var reference = Read(file + ".json");
        var values = PlainPlanning.Solve(model, reference.Number("gamma"));
        Assert.All(reference.Doubles("V").Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(reference.Number("expected_start_value"), PlainPlanning.Start(model, values), 1e-9);
        for (var state = 0; state < values.Length; state++)
        {
            var optimal = Enumerable.Range(0, model.ActionCount).Where(action => PlainPlanning.Value(model, values, reference.Number("gamma"), state, action) >= values[state] - 1e-9);
            Assert.Equal(reference.GetProperty("optimal_actions")[state].EnumerateArray().Select(action => action.GetInt32()), optimal);
        }
    }

    [Theory]
    [InlineData("rollouts_FrozenLake-v1_4x4_slippery", "FrozenLake-v1")]
    [InlineData("rollouts_CliffWalkingSlippery-v1", "CliffWalkingSlippery-v1")]
    [InlineData("rollouts_Taxi-v4", "Taxi-v4")]
    [InlineData("rollouts_Taxi-v4", "Taxi-v3")]
    public void ASeed_GivesGymnasiumsEpisode(string file, string id)
    {
        foreach (var episode in Lines(file + ".jsonl"))
        {
            using var environment = EnvironmentRegistry.Default.Make(id);
            Rows observation = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
            environment.Reset(new RandomStream(episode.GetProperty("seed").GetUInt64()), observation.Writer(0));
            Assert.Equal(episode.GetProperty("initial_state").GetInt32(), observation.Integers()[0]);
            for (var t = 0; t < episode.GetProperty("steps").GetInt32(); t++)
            {
                action.Integers()[0] = episode.GetProperty("actions")[t].GetInt32();
                var result = environment.Step(action.Reader(0), observation.Writer(0));
                Assert.Equal(episode.GetProperty("states")[t].GetInt32(), observation.Integers()[0]);
                Assert.Equal(episode.GetProperty("rewards")[t].GetDouble(), result.Reward);
                Assert.Equal(episode.GetProperty("terminated")[t].GetInt32() != 0, result.Terminated);
                Assert.Equal(episode.GetProperty("truncated")[t].GetInt32() != 0, result.Truncated);
            }
        }
    }

    [Theory]
    [InlineData("FrozenLake-v1", 100)]
    [InlineData("FrozenLake8x8-v1", 200)]
    [InlineData("Taxi-v3", 200)]
    [InlineData("Taxi-v4", 200)]
    [InlineData("CliffWalking-v1", null)]
    [InlineData("Blackjack-v1", null)]
    public void Limits_AreGymnasiums(string id, int? limit) => Assert.Equal(limit, EnvironmentRegistry.Default.Get(id).MaxEpisodeSteps);

    [Fact]
    public void SuccessRate_SharesTheRestBetweenTheRightAngles()
    {
        using var environment = Make("FrozenLake-v1", "success_rate=0.8");
        Assert.Equal([0.1, 0.8, 0.1], environment.As<IFiniteMdp>()!.Transitions(9, 2).ToArray().Select(transition => transition.Probability), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([13, 10, 5], environment.As<IFiniteMdp>()!.Transitions(9, 2).ToArray().Select(transition => transition.NextState));
    }

    [Fact]
    public void RewardSchedule_PaysGoalHoleAndIce()
    {
        using var environment = Make("FrozenLake-v1", "rewardSchedule=10,-5,-0.1;isSlippery=false");
        var model = environment.As<IFiniteMdp>()!;
        Assert.Equal(10, model.Transitions(14, 2)[0].Reward);
        Assert.Equal(-5, model.Transitions(1, 1)[0].Reward);
        Assert.Equal(-0.1, model.Transitions(0, 2)[0].Reward);
    }

    [Fact]
    public void Maps_ComeFromText_OrAreRefusedWithAReason()
    {
        using var environment = Make("FrozenLake-v1", "desc=SFF,FHG");
        Assert.Equal(6, ((DiscreteSpace)environment.ObservationSpace).Count);
        using var listed = Make("FrozenLake-v1", "desc=[\"SFF\", 'FHG']");
        Assert.Equal(["SFF", "FHG"], listed.As<FrozenLake>()!.Map);
        Assert.Contains("no", Assert.Throws<ArgumentException>(() => Make("FrozenLake-v1", "desc=SFF,FHF")).Message, StringComparison.Ordinal);
        Assert.Contains("equal length", Assert.Throws<ArgumentException>(() => Make("FrozenLake-v1", "desc=SFF,FG")).Message, StringComparison.Ordinal);
        Assert.Contains("4x4, 8x8 or random", Assert.Throws<ArgumentException>(() => Make("FrozenLake-v1", "mapName=5x5")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RandomMaps_CanBeCrossed_AndAreTheSeeds()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            var map = RandomLake.Create(6, 0.6, seed);
            Assert.Equal(map, RandomLake.Create(6, 0.6, seed));
            using var lake = new FrozenLake(map, slippery: false);
            Assert.True(PlainPlanning.Solve(lake, 0.99)[0] > 0);
        }

        Assert.Contains("none could be crossed", Assert.Throws<ArgumentException>(() => RandomLake.Create(10, 0.05)).Message, StringComparison.Ordinal);
        Assert.Contains("must not be negative", Assert.Throws<ArgumentException>(() => Make("FrozenLake-v1", "mapName=random;mapSeed=-1")).Message, StringComparison.Ordinal);
        using var made = Make("FrozenLake-v1", "mapName=random;mapSize=5;mapSeed=3");
        Assert.Equal(25, ((DiscreteSpace)made.ObservationSpace).Count);
    }

    [Fact]
    public void TaxiMask_AllowsWhatChangesTheState()
    {
        using var taxi = new Taxi();
        var mask = new byte[taxi.MaskLength];
        for (var state = 0; state < taxi.StateCount; state++)
        {
            taxi.LoadState(Saved(state));
            taxi.WriteMask(mask);
            Assert.All(Enumerable.Range(0, 6), action => Assert.Equal(taxi.Transitions(state, action)[0].NextState != state, mask[action] != 0));
        }

        static BinaryReader Saved(int state) => new(new MemoryStream([.. BitConverter.GetBytes(state), .. BitConverter.GetBytes(-1)]));
    }

    [Theory]
    [InlineData(1, 3, 0, "2,3 1,4 1,2")] // South: left is east.
    [InlineData(1, 3, 1, "0,3 1,2 1,4")]
    [InlineData(1, 3, 2, "1,4 0,3 2,3")]
    [InlineData(1, 3, 3, "1,2 2,3 0,3")]
    [InlineData(1, 4, 3, "1,3 2,4 0,4")]
    [InlineData(2, 1, 2, "2,2 1,1 3,1")]
    [InlineData(0, 2, 0, "1,2 0,3 0,2")] // A wall at one side.
    [InlineData(4, 3, 0, "4,3 4,3 4,3")] // The way is blocked: no drift.
    [InlineData(0, 3, 1, "0,3 0,3 0,3")]
    [InlineData(0, 1, 2, "0,1 0,1 0,1")]
    [InlineData(0, 2, 3, "0,2 0,2 0,2")]
    public void RainyTaxi_DriftsAsInGymnasium_AheadLeftRight(int row, int column, int action, string cells)
    {
        using var taxi = new Taxi(rainy: true);
        var transitions = taxi.Transitions(Taxi.Encode(row, column, 0, 1), action).ToArray();
        Assert.Equal(cells, string.Join(' ', transitions.Select(transition => $"{Taxi.Decode(transition.NextState).Row},{Taxi.Decode(transition.NextState).Column}")));
        Assert.Equal([0.8, 0.1, 0.1], transitions.Select(transition => Math.Round(transition.Probability, 12)));
        Assert.All([4, 5], stand => Assert.Equal(1, taxi.Transitions(Taxi.Encode(row, column, 0, 1), stand).Length));
    }

    [Fact]
    public void FicklePassenger_ChangesItsMindOnce_WhenTheTaxiFirstMovesWithIt()
    {
        using var environment = Make("Taxi-v4", "ficklePassenger=true;fickleProbability=1;maxEpisodeSteps=0");
        Assert.Null(environment.As<IFiniteMdp>());
        Rows observation = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
        var random = new RandomStream(4);
        var mask = new byte[6];
        var changes = 0;
        environment.Reset(random, observation.Writer(0));
        for (var t = 0; t < 3000; t++)
        {
            var before = Taxi.Decode(observation.Integers()[0]);
            environment.As<IActionMask>()!.WriteMask(mask);

            // Takes the passenger in where that is possible and never sets it down.
            action.Integers()[0] = mask[4] != 0 ? 4 : random.Choice(4);
            environment.Step(action.Reader(0), observation.Writer(0));
            var after = Taxi.Decode(observation.Integers()[0]);
            if (after.Destination != before.Destination)
            {
                changes++;
                Assert.Equal(4, before.Passenger);
                Assert.NotEqual((before.Row, before.Column), (after.Row, after.Column));
            }
        }

        Assert.Equal(1, changes);
    }

    internal static IEnvironment Make(string id, string options) => EnvironmentRegistry.Default.Make(id, options.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(option => option.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]));

    internal static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "toy", file))).RootElement;

    internal static IEnumerable<JsonElement> Lines(string file) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "toy", file)).Skip(1).Select(line => JsonDocument.Parse(line).RootElement);
}
