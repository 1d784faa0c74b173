using System.Diagnostics;
using System.Globalization;
using Bellman.Numerics;
using Bellman.Testing;

namespace Bellman.Environments.Tests;

/// <summary>What robots promise besides Gymnasium's numbers: the contract, their options, states that go on, pictures, memory.</summary>
public sealed class MujocoRobotTests
{
    public static TheoryData<string> Ids => [.. MujocoReference.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public void SavedStates_GoOnWithTheSameBits_DrawnOrNot(string id)
    {
        MujocoReference.SkipWithoutLibrary();
        using MujocoEnvironment first = MujocoTrajectoryTests.Make(id), second = MujocoTrajectoryTests.Make(id);
        Rows one = new(first.ObservationSpace.Layout, 1), two = new(first.ObservationSpace.Layout, 1), action = new(first.ActionSpace.Layout, 1);
        var random = new RandomStream(3);
        first.Reset(random, one.Writer(0));
        Steps(30, null);
        using var memory = new MemoryStream();
        first.SaveState(new BinaryWriter(memory));
        memory.Position = 0;
        second.LoadState(new BinaryReader(memory));
        second.Draw(new Scene());
        Steps(60, second);

        void Steps(int count, MujocoEnvironment? other)
        {
            for (var t = 0; t < count; t++)
            {
                first.ActionSpace.Sample(random, action.Writer(0));
                var result = first.Step(action.Reader(0), one.Writer(0));
                if (other is not null)
                {
                    Assert.Equal(result, other.Step(action.Reader(0), two.Writer(0)));
                    Assert.Equal(one.Floats().ToArray(), two.Floats().ToArray());
                    Assert.Equal(first.Data.Positions.ToArray(), other.Data.Positions.ToArray());
                    other.Draw(new Scene());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Steps_AllocateNothing(string id)
    {
        MujocoReference.SkipWithoutLibrary();
        using var robot = MujocoTrajectoryTests.Make(id);
        Rows observation = new(robot.ObservationSpace.Layout, 1), action = new(robot.ActionSpace.Layout, 1);
        var random = new RandomStream(1);
        Play();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Play()
        {
            for (var t = 0; t < 200; t++)
            {
                if (t % 50 == 0)
                {
                    robot.Reset(random, observation.Writer(0));
                }

                robot.ActionSpace.Sample(random, action.Writer(0));
                robot.Step(action.Reader(0), observation.Writer(0));
            }
        }
    }

    [Fact]
    public void Options_TakeGymnasiumsNames_AndVersion4RefusesThoseOfVersion5()
    {
        MujocoReference.SkipWithoutLibrary();
        using (var hopper = MujocoTrajectoryTests.Make("Hopper-v5", ("frame_skip", "2"), ("healthy_z_range", "(0.5, inf)"), ("exclude_current_positions_from_observation", "false")))
        {
            Assert.Equal(0.004, hopper.StepTime, 1e-15);
            Assert.Equal("Box(-inf, inf, (12,), float32)", hopper.ObservationSpace.ToString());
            Assert.Equal("Box(-1.0, 1.0, (3,), float32)", hopper.ActionSpace.ToString());
        }

        Assert.Contains("no option", Assert.Throws<ArgumentException>(() => MujocoTrajectoryTests.Make("Hopper-v4", ("frameSkip", "2"))).Message, StringComparison.Ordinal);
        Assert.Contains("'0.7,inf'", Assert.Throws<ArgumentException>(() => MujocoTrajectoryTests.Make("Hopper-v4", ("healthyZRange", "2,1"))).Message, StringComparison.Ordinal);
        using var forces = MujocoTrajectoryTests.Make("Ant-v4", ("use_contact_forces", "true"));
        using var none = MujocoTrajectoryTests.Make("Ant-v5", ("includeCfrcExtInObservation", "false"), ("mainBody", "torso"));
        Assert.Equal((111, 27), (((BoxSpace)forces.ObservationSpace).Length, ((BoxSpace)none.ObservationSpace).Length));
    }

    [Fact]
    public void AnotherModel_IsTakenFromAFile()
    {
        MujocoReference.SkipWithoutLibrary();
        var path = Path.Combine(Path.GetTempPath(), $"bellman-{Environment.ProcessId}-heavy.xml");
        using (var stream = typeof(MujocoModels).Assembly.GetManifestResourceStream("Bellman.Mujoco.hopper.xml")!)
        using (var file = File.Create(path))
        {
            stream.CopyTo(file);
        }

        File.WriteAllText(path, File.ReadAllText(path).Replace("<compiler angle=\"degree\"/>", "<compiler angle=\"degree\" settotalmass=\"30\"/>", StringComparison.Ordinal));
        using var hopper = MujocoTrajectoryTests.Make("Hopper-v5", ("xmlFile", path));
        Assert.Contains("no-ant.xml", Assert.Throws<MujocoException>(() => MujocoTrajectoryTests.Make("Ant-v4", ("xml_file", "no-ant.xml"))).Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Equal(30, hopper.Model.BodyMasses.ToArray().Sum(), 1e-9);
        Assert.Throws<MujocoException>(() => MujocoTrajectoryTests.Make("Hopper-v5", ("xmlFile", path)));
    }

    [Theory]
    [InlineData("Hopper-v5", "inverted_pendulum", "needs 3 positions")]
    [InlineData("InvertedDoublePendulum-v5", "hopper", "1 site at least")]
    [InlineData("Reacher-v5", "inverted_pendulum", "needs 4 positions")]
    public void AModelThatLacksWhatTheRobotIsJudgedBy_IsRefused(string id, string model, string expected)
    {
        MujocoReference.SkipWithoutLibrary();
        var path = Path.Combine(Path.GetTempPath(), $"bellman-{Environment.ProcessId}-{id}.xml");
        using (var stream = typeof(MujocoModels).Assembly.GetManifestResourceStream($"Bellman.Mujoco.{model}.xml")!)
        using (var file = File.Create(path))
        {
            stream.CopyTo(file);
        }

        Assert.Contains(expected, Assert.Throws<MujocoException>(() => MujocoTrajectoryTests.Make(id, ("xmlFile", path))).Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void Signals_AddUpToTheReward()
    {
        MujocoReference.SkipWithoutLibrary();
        foreach (var (id, parts) in new[] { ("Hopper-v5", 3), ("Walker2d-v4", 3), ("HalfCheetah-v5", 2), ("Ant-v5", 4), ("Swimmer-v4", 2), ("Reacher-v5", 2), ("InvertedPendulum-v5", 1), ("InvertedDoublePendulum-v4", 3) })
        {
            using var robot = MujocoTrajectoryTests.Make(id);
            Rows observation = new(robot.ObservationSpace.Layout, 1), action = new(robot.ActionSpace.Layout, 1);
            var random = new RandomStream(5);
            robot.Reset(random, observation.Writer(0));
            var values = new double[robot.SignalNames.Count];

            // Where the robot is, is told at the beginning already; nothing is earned yet.
            robot.ReadSignals(values);
            Assert.Equal(robot.SignalNames[0] == "x_position" ? robot.Data.Positions[0] : 0, values[0]);
            Assert.All(values[^parts..], value => Assert.Equal(0, value));
            for (var t = 0; t < 10; t++)
            {
                robot.ActionSpace.Sample(random, action.Writer(0));
                var result = robot.Step(action.Reader(0), observation.Writer(0));
                robot.ReadSignals(values);
                Assert.Equal(result.Reward, values[^parts..].Sum(), 1e-9);
            }
        }
    }

    [Fact]
    public void AState_IsSetAsGymnasiumSetsIt()
    {
        MujocoReference.SkipWithoutLibrary();
        var episode = MujocoReference.Recording("HalfCheetah").Episodes[0];
        using var robot = MujocoTrajectoryTests.Make("HalfCheetah-v4");
        Rows observation = new(robot.ObservationSpace.Layout, 1), action = new(robot.ActionSpace.Layout, 1);
        robot.SetState(MujocoReference.Doubles(episode.GetProperty("qpos0")), MujocoReference.Doubles(episode.GetProperty("qvel0")), observation.Writer(0));
        Assert.Equal(MujocoReference.Floats(episode.GetProperty("obs0")), observation.Floats().ToArray());
        MujocoReference.Floats(episode.GetProperty("ctrl")[0]).CopyTo(action.Floats());
        robot.Step(action.Reader(0), observation.Writer(0));
        Assert.Equal(MujocoReference.Doubles(episode.GetProperty("qpos")[0]), robot.Data.Positions.ToArray());
        Assert.Throws<ArgumentException>(() => robot.SetState([1], [2], observation.Writer(0)));
    }

    [Theory]
    [InlineData("Hopper-v5")]
    [InlineData("Ant-v4")]
    public void Parameters_ChangeTheDynamics_AndBackToTheLastBit(string id)
    {
        MujocoReference.SkipWithoutLibrary();
        using var robot = MujocoTrajectoryTests.Make(id);
        Rows observation = new(robot.ObservationSpace.Layout, 1), action = new(robot.ActionSpace.Layout, 1);
        var own = Play();
        foreach (var (name, value) in new[] { ("gravity", 12.0), ("mass", 5), ("frictionScale", 0.5), ("dampingScale", 2), ("motorGain", 0.8) })
        {
            var before = robot.GetParameter(name);
            robot.SetParameter(name, value);
            Assert.Equal(value, robot.GetParameter(name), 1e-12);
            Assert.NotEqual(own, Play());
            robot.SetParameter(name, before);
            Assert.Equal(own, Play());
        }

        robot.SetParameter("mass", 5);
        robot.Reset(new RandomStream(1), observation.Writer(0));
        Assert.Equal(5, robot.Model.BodyMasses.ToArray().Sum(), 1e-12);
        Assert.Throws<ArgumentException>(() => robot.SetParameter("mass", -1));

        double[] Play()
        {
            var random = new RandomStream(4);
            robot.Reset(random, observation.Writer(0));
            for (var t = 0; t < 40; t++)
            {
                robot.ActionSpace.Sample(random, action.Writer(0));
                robot.Step(action.Reader(0), observation.Writer(0));
            }

            return robot.Data.Positions.ToArray();
        }
    }

    [Fact]
    public void RandomizedRobots_GoOnFromASavedState()
    {
        MujocoReference.SkipWithoutLibrary();
        EnvironmentAssert.IsSound("HalfCheetah-v5", new Dictionary<string, string> { ["parameter.mass"] = "10..18", ["parameter.frictionScale"] = "0.5..1.5" }, new EnvironmentCheckSettings { Steps = 300, Episodes = 2 });
    }

    [Fact]
    public void WithoutTheLibrary_TestsSkipAndSayWhatToInstall()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(MujocoLibrary.Variable) is not null, "This process was told which library to use.");
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in new[] { "-noColor", "-class", typeof(MujocoTrajectoryTests).FullName! })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[MujocoLibrary.Variable] = "/nowhere/libmujoco.so";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Failed: 0, Skipped: {MujocoTrajectoryTests.Robots.Count}"), output, StringComparison.Ordinal);
        Assert.Contains("'/nowhere/libmujoco.so', which cannot be loaded", output, StringComparison.Ordinal);
        Assert.Contains("apt-get install libmujoco2.2.2", output, StringComparison.Ordinal);
    }
}
