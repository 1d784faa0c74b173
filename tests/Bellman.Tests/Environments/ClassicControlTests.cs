using System.Text.Json;
using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Classic control against trajectories recorded from Gymnasium: states, rewards and ends bit for bit, observations to the last float.</summary>
public sealed class ClassicControlTests
{
    public static TheoryData<string> Ids => ["CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1", "Acrobot-v1"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Trajectories_EqualGymnasium_BitForBit(string id)
    {
        foreach (var episode in Episodes(id))
        {
            using var environment = EnvironmentRegistry.Default.Make(id, new Dictionary<string, string> { ["max_episode_steps"] = "0" });
            var observations = new Rows(environment.ObservationSpace.Layout, 1);
            var actions = new Rows(environment.ActionSpace.Layout, 1);
            Load(environment, Doubles(episode.GetProperty("initial_state")));
            for (var t = 0; t < episode.GetProperty("steps").GetInt32(); t++)
            {
                var action = episode.GetProperty("actions")[t];
                if (environment.ActionSpace is DiscreteSpace)
                {
                    actions.Integers()[0] = action.GetInt32();
                }
                else
                {
                    actions.Floats()[0] = action.GetSingle();
                }

                var result = environment.Step(actions.Reader(0), observations.Writer(0));
                Assert.Equal(Doubles(episode.GetProperty("states")[t]), Save(environment));
                Assert.Equal(episode.GetProperty("rewards")[t].GetDouble(), result.Reward);
                Assert.Equal(episode.GetProperty("terminated")[t].GetInt32() != 0, result.Terminated);
                if (episode.TryGetProperty("obs_first", out var first) && t < first.GetArrayLength())
                {
                    Assert.Equal(first[t].EnumerateArray().Select(x => x.GetSingle()), observations.Floats().ToArray());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Reset_GivesGymnasiumsInitialStates(string id)
    {
        foreach (var episode in Episodes(id).Where(episode => episode.GetProperty("init").GetString() == "reset"))
        {
            using var environment = EnvironmentRegistry.Default.Make(id, new Dictionary<string, string> { ["maxEpisodeSteps"] = "0" });
            environment.Reset(new RandomStream(episode.GetProperty("seed").GetUInt64()), new Rows(environment.ObservationSpace.Layout, 1).Writer(0));
            Assert.Equal(Doubles(episode.GetProperty("initial_state")), Save(environment));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void SavedState_GoesOnAsIfNothingHadHappened(string id)
    {
        using var first = EnvironmentRegistry.Default.Make(id);
        using var second = EnvironmentRegistry.Default.Make(id);
        Rows one = new(first.ObservationSpace.Layout, 1), two = new(first.ObservationSpace.Layout, 1), action = new(first.ActionSpace.Layout, 1);
        var random = new RandomStream(3);
        first.Reset(random, one.Writer(0));
        for (var t = 0; t < 5; t++)
        {
            first.ActionSpace.Sample(random, action.Writer(0));
            first.Step(action.Reader(0), one.Writer(0));
        }

        using var memory = new MemoryStream();
        first.As<IStateful>()!.SaveState(new BinaryWriter(memory));
        memory.Position = 0;
        second.As<IStateful>()!.LoadState(new BinaryReader(memory));
        for (var t = 0; t < 5; t++)
        {
            first.ActionSpace.Sample(random, action.Writer(0));
            Assert.Equal(first.Step(action.Reader(0), one.Writer(0)), second.Step(action.Reader(0), two.Writer(0)));
            Assert.Equal(one.Floats().ToArray(), two.Floats().ToArray());
        }
    }

    private static IEnumerable<JsonElement> Episodes(string id) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "classic", id + ".jsonl")).Skip(1).Select(line => JsonDocument.Parse(line).RootElement);

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    private static double[] Save(IEnvironment environment)
    {
        using var memory = new MemoryStream();
        environment.As<IStateful>()!.SaveState(new BinaryWriter(memory));
        return [.. Enumerable.Range(0, (int)memory.Length / sizeof(double)).Select(i => BitConverter.ToDouble(memory.GetBuffer(), i * sizeof(double)))];
    }

    private static void Load(IEnvironment environment, double[] state)
    {
        using var memory = new MemoryStream();
        var writer = new BinaryWriter(memory);
        Array.ForEach(state, writer.Write);
        memory.Position = 0;
        environment.As<IStateful>()!.LoadState(new BinaryReader(memory));
    }
}
