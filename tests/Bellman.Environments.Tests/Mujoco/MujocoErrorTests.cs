namespace Bellman.Environments.Tests;

/// <summary>What goes wrong inside MuJoCo is an exception, and the process goes on.</summary>
public sealed class MujocoErrorTests
{
    private const string Ball = """
        <mujoco>
          <size nstack="{0}"/>
          <worldbody>
            <geom type="plane" size="1 1 1"/>
            <body pos="0 0 0.2"><freejoint/><geom type="box" size="0.1 0.1 0.1"/></body>
            <body pos="1 0 0.2"><freejoint/><geom type="box" size="0.1 0.1 0.1"/></body>
            <body pos="2 0 0.2"><freejoint/><geom type="box" size="0.1 0.1 0.1"/></body>
          </worldbody>
        </mujoco>
        """;

    // Numbers of working memory: enough to fly, not enough to touch the ground.
    private const int Small = 600;

    [Fact]
    public void AnErrorInTheMiddleOfAStep_IsAnException_AndTheSimulationGoesOnAfterAReset()
    {
        MujocoReference.SkipWithoutLibrary();
        using var model = MujocoModel.FromXml(string.Format(null, Ball, 100_000));
        using var cramped = MujocoModel.FromXml(string.Format(null, Ball, Small));
        using MujocoData data = new(model), small = new(cramped);
        for (var round = 0; round < 200; round++)
        {
            small.Velocities[2] = small.Velocities[8] = small.Velocities[14] = -10;
            var error = Assert.Throws<MujocoException>(() =>
            {
                for (var step = 0; step < 100; step++)
                {
                    small.Step();
                }
            });
            Assert.Contains("tack overflow", error.Message, StringComparison.Ordinal);
            small.Reset();
            data.Step();
        }

        Assert.InRange(data.Positions[2], 0.05, 0.2);
    }

    [Fact]
    public void ErrorsOnSeveralThreads_ComeBackToTheirOwn()
    {
        MujocoReference.SkipWithoutLibrary();
        var failures = new int[8];
        Parallel.For(0, failures.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var model = MujocoModel.FromXml(string.Format(null, Ball, i % 2 == 0 ? Small : 100_000));
            using var data = new MujocoData(model);
            for (var round = 0; round < 200; round++)
            {
                data.Velocities[2] = data.Velocities[8] = data.Velocities[14] = -10;
                try
                {
                    for (var step = 0; step < 20; step++)
                    {
                        data.Step();
                    }
                }
                catch (MujocoException)
                {
                    failures[i]++;
                    data.Reset();
                }
            }
        });
        Assert.Equal([200, 0, 200, 0, 200, 0, 200, 0], failures);
    }

    [Fact]
    public void AModelOfOnesOwn_IsSimulated()
    {
        MujocoReference.SkipWithoutLibrary();
        using var model = MujocoModel.FromXml("<mujoco><worldbody><body><freejoint/><geom size='0.1'/></body></worldbody></mujoco>");
        using var data = new MujocoData(model);
        data.Step();
        Assert.Equal(-3.924e-5, data.Positions[2], 1e-18);
    }

    [Fact]
    public void AModelThatMujocoDoesNotTake_IsRefusedWithItsReason()
    {
        MujocoReference.SkipWithoutLibrary();
        Assert.Contains("unrecognized element", Assert.Throws<MujocoException>(() => MujocoModel.FromXml("<mujoco><worldbodies/></mujoco>")).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no-such-file.xml", Assert.Throws<MujocoException>(() => MujocoModel.FromFile("/tmp/no-such-file.xml")).Message, StringComparison.Ordinal);
        Assert.Throws<MujocoException>(() => MujocoModel.FromXml("this is no XML"));
    }

    [Fact]
    public void AnUnstableSimulation_IsCountedAndWritesNoFile()
    {
        MujocoReference.SkipWithoutLibrary();
        using var model = MujocoModels.Load("hopper");
        using var data = new MujocoData(model);
        data.Velocities[2] = 1e12;
        data.Step();
        Assert.Equal(1, data.Warnings);
        Assert.False(File.Exists("MUJOCO_LOG.TXT"));
    }

    [Fact]
    public void ADisposedSimulation_SaysSo()
    {
        MujocoReference.SkipWithoutLibrary();
        var model = MujocoModels.Load("hopper");
        var data = new MujocoData(model);
        data.Dispose();
        data.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(data.Step);
        Assert.Throws<ObjectDisposedException>(() => data.Positions[0]);
        Assert.Throws<ObjectDisposedException>(() => model.TimeStep);
    }
}
