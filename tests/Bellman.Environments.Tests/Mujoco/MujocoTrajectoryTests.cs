using Bellman.Numerics;

namespace Bellman.Environments.Tests;

/// <summary>Robots against what Gymnasium's own sources made of the same library: initial states, trajectories, rewards and ends to the last bit, observations to the last float.</summary>
public sealed class MujocoTrajectoryTests
{
    public static TheoryData<string, int> Robots
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var name in new[] { "Hopper", "Walker2d", "HalfCheetah", "Ant", "Swimmer", "Reacher", "InvertedPendulum", "InvertedDoublePendulum" })
            {
                data.Add(name, 4);
                data.Add(name, 5);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void Trajectories_EqualGymnasium_BitForBit(string name, int version)
    {
        MujocoReference.SkipWithoutLibrary();
        var (suffix, states) = (version == 5 ? "_v5" : "", name == "Walker2d" && version == 5 ? "_v5_first" : "");
        foreach (var episode in MujocoReference.Recording(name).Episodes)
        {
            using var robot = Make($"{name}-v{version}");
            Rows observation = new(robot.ObservationSpace.Layout, 1), action = new(robot.ActionSpace.Layout, 1);
            robot.Reset(new RandomStream(episode.GetProperty("seed").GetUInt64()), observation.Writer(0));
            Assert.Equal(MujocoReference.Doubles(episode.GetProperty("qpos0")), robot.Data.Positions.ToArray());
            Assert.Equal(MujocoReference.Doubles(episode.GetProperty("qvel0")), robot.Data.Velocities.ToArray());
            Assert.Equal(MujocoReference.Floats(episode.GetProperty("obs0" + suffix)), observation.Floats().ToArray());
            var (positions, velocities) = (episode.GetProperty("qpos" + states), episode.GetProperty("qvel" + states));
            for (var t = 0; t < positions.GetArrayLength(); t++)
            {
                MujocoReference.Floats(episode.GetProperty("ctrl")[t]).CopyTo(action.Floats());
                var result = robot.Step(action.Reader(0), observation.Writer(0));
                Assert.Equal(MujocoReference.Doubles(positions[t]), robot.Data.Positions.ToArray());
                Assert.Equal(MujocoReference.Doubles(velocities[t]), robot.Data.Velocities.ToArray());
                Assert.Equal(episode.GetProperty("reward" + suffix)[t].GetDouble(), result.Reward);
                Assert.Equal(episode.GetProperty("terminated" + suffix)[t].GetInt32() != 0, result.Terminated);
                if (t < 20)
                {
                    Assert.Equal(MujocoReference.Floats(episode.GetProperty($"obs{suffix}_first")[t]), observation.Floats().ToArray());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void Specs_HaveGymnasiumsLimitsAndThresholds(string name, int version)
    {
        var registry = new EnvironmentRegistry();
        MujocoEnvironments.Register(registry);
        var header = MujocoReference.Recording(name).Header;
        var spec = registry.Get($"{name}-v{version}");
        Assert.Equal(header.GetProperty("max_episode_steps").GetInt32(), spec.MaxEpisodeSteps);
        Assert.Equal(header.GetProperty("reward_threshold").ValueKind == System.Text.Json.JsonValueKind.Null ? null : header.GetProperty("reward_threshold").GetDouble(), spec.RewardThreshold);
        if (MujocoLibrary.IsAvailable)
        {
            using var robot = Make(spec.Id);
            Assert.Equal(header.GetProperty("dt").GetDouble(), robot.StepTime, 1e-15);
            Assert.Equal(header.GetProperty("nu").GetInt32(), ((BoxSpace)robot.ActionSpace).Length);
        }
    }

    internal static MujocoEnvironment Make(string id, params (string Name, string Value)[] options)
    {
        var registry = new EnvironmentRegistry();
        MujocoEnvironments.Register(registry);
        return (MujocoEnvironment)registry.Make(id, options.Append(("maxEpisodeSteps", "0")).ToDictionary(pair => pair.Item1, pair => pair.Item2));
    }
}
