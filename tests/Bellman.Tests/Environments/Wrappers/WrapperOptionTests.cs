using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Wrappers and parameters by option, and domain randomisation.</summary>
public sealed class WrapperOptionTests
{
    public static TheoryData<string> Parametric => ["CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1", "Acrobot-v1"];

    [Fact]
    public void Make_Wraps_ByOptionAndByFunction_OutsideTheTimeLimit()
    {
        var options = new Dictionary<string, string> { ["wrap"] = "action_repeat:4, frameStack:2" };
        using var environment = VectorEnvironment.Make("Pendulum-v1", 2, seed: 1, options: options, wrap: inner => new EpisodeSignals(inner));
        Assert.Equal("Box([-1.0 -1.0 -8.0 -1.0 -1.0 -8.0], [1.0 1.0 8.0 1.0 1.0 8.0], (6,), float32)", environment.ObservationSpace.ToString());
        Assert.Equal(["episode_return", "episode_length"], environment.SignalNames);
        var step = new VectorStep(environment);
        environment.Reset(step);
        var actions = new Rows(environment.ActionSpace.Layout, 2);
        for (var t = 1; t <= 50; t++)
        {
            environment.Step(actions, step);
            Assert.Equal(t == 50, step.Truncated[0] != 0);
            Assert.Equal(t, step.Signals[1]);
        }
    }

    [Theory]
    [InlineData("frameStak:4", "Did you mean 'frameStack'?")]
    [InlineData("frameStack", "takes 1")]
    [InlineData("frameStack:x", "'x' where a number belongs")]
    [InlineData("frameStack:1.5", "whole one")]
    [InlineData("oneHot", "needs discrete observations")]
    public void WrongWrappers_AreRefusedWithAReason(string wrap, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(() => WrapperTests.Make("CartPole-v1", wrap)).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Parametric))]
    public void Parameters_ChangeTheDynamics_AndTheirDefaultsDoNot(string id)
    {
        using var changed = EnvironmentRegistry.Default.Make(id);
        using var plain = EnvironmentRegistry.Default.Make(id);
        var parameters = changed.As<IParameters>()!;
        foreach (var name in parameters.ParameterNames)
        {
            var value = parameters.GetParameter(name);
            parameters.SetParameter(name, value);
            Assert.Equal(Play(plain), Play(changed));
            parameters.SetParameter(name.ToUpperInvariant(), (value * 1.3) + (value == 0 ? 0.1 : 0));
            Assert.NotEqual(Play(plain), Play(changed));
            parameters.SetParameter(name, value);
        }

        Assert.Contains("There is no parameter", Assert.Throws<ArgumentException>(() => parameters.SetParameter("colour", 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => parameters.SetParameter("gravity", double.NaN));
    }

    [Fact]
    public void Pendulum_WithFriction_LosesEnergy_AndALongOneSwingsSlowly()
    {
        Assert.True(Math.Abs(Swing("parameter.friction", "0.5", 100)) < Math.Abs(Swing("parameter.friction", "0", 100)));

        // A hanging rod's period is 2π·√(2·length / (3·gravity)): four times the length, twice the time.
        Assert.Equal(Period("1") * 2, Period("4"), 0.15);
    }

    [Fact]
    public void DomainRandomization_DrawsEachEpisodeAnew_WithinTheRange_ForTheSeed()
    {
        using var environment = Randomized();
        using var again = Randomized();
        var (first, second) = (environment.As<IParameters>()!, again.As<IParameters>()!);
        var observation = new Rows(environment.ObservationSpace.Layout, 1);
        RandomStream left = new(7), right = new(7);
        var drawn = new List<double>();
        for (var episode = 0; episode < 200; episode++)
        {
            environment.Reset(left, observation.Writer(0));
            again.Reset(right, observation.Writer(0));
            drawn.Add(first.GetParameter("length"));
            Assert.Equal(first.GetParameter("length"), second.GetParameter("length"));
            Assert.Equal(1.5, first.GetParameter("mass"));
        }

        Assert.All(drawn, length => Assert.InRange(length, 0.5, 2));
        Assert.Equal(1.25, drawn.Average(), 0.1);
        Conformance.Check(Randomized, draws: false);
    }

    [Fact]
    public void Parameters_GiveTheBatchFormUp()
    {
        using var plain = VectorEnvironment.Make("Pendulum-v1", 3);
        using var heavy = VectorEnvironment.Make("Pendulum-v1", 3, options: new Dictionary<string, string> { ["parameter.mass"] = "3" });
        VectorStep one = new(plain), two = new(heavy);
        var actions = new Rows(plain.ActionSpace.Layout, 3);
        actions.Floats().Fill(2);
        plain.Reset(one);
        heavy.Reset(two);
        plain.Step(actions, one);
        heavy.Step(actions, two);
        Assert.NotEqual(one.Observations.Floats().ToArray(), two.Observations.Floats().ToArray());
    }

    [Fact]
    public void Delays_AreParametersOfAnyEnvironment()
    {
        using var environment = EnvironmentRegistry.Default.Make("FrozenLake-v1", new Dictionary<string, string> { ["parameter.actionDelay"] = "0..3", ["parameter.observationDelay"] = "2" });
        var delay = environment.As<ActionDelay>()!;
        var (random, drawn) = (new RandomStream(1), new HashSet<int>());
        for (var episode = 0; episode < 50; episode++)
        {
            environment.Reset(random, new RowWriter(new int[1]));
            drawn.Add(delay.Steps);
        }

        Assert.Equal([0, 1, 2, 3], drawn.Order());
        Assert.Equal(2, environment.As<ObservationDelay>()!.Steps);
        Assert.Contains("whole one", Assert.Throws<ArgumentException>(() => EnvironmentRegistry.Default.Make("CartPole-v1", new Dictionary<string, string> { ["parameter.actionDelay"] = "0.5" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CartPole-v1", "parameter.mass", "1", "There is no parameter 'mass'")]
    [InlineData("CartPole-v1", "parameter.gravity", "much", "a number, or a range")]
    [InlineData("CartPole-v1", "parameter.gravity", "3..1", "lower bound first")]
    [InlineData("FrozenLake-v1", "parameter.gravity", "3", "has no parameters")]
    public void WrongParameters_AreRefusedWithAReason(string id, string name, string value, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(() => EnvironmentRegistry.Default.Make(id, new Dictionary<string, string> { [name] = value })).Message, StringComparison.Ordinal);

    private static IEnvironment Randomized() => EnvironmentRegistry.Default.Make("Pendulum-v1", new Dictionary<string, string> { ["parameter.length"] = "0.5..2", ["parameter.mass"] = "1.5" });

    private static List<float> Play(IEnvironment environment)
    {
        Rows observation = new(environment.ObservationSpace.Layout, 1), action = new(environment.ActionSpace.Layout, 1);
        RandomStream random = new(1), actions = new(2);
        environment.Reset(random, observation.Writer(0));
        List<float> seen = [];
        for (var t = 0; t < 20; t++)
        {
            environment.ActionSpace.Sample(actions, action.Writer(0));
            environment.Step(action.Reader(0), observation.Writer(0));
            seen.AddRange(observation.Floats());
        }

        return seen;
    }

    // The angle from hanging, after so many steps without torque from 0.3 rad.
    private static double Swing(string name, string value, int steps) => Angles(name, value).ElementAt(steps);

    // Twice the time between the first two passages through the lowest point, in seconds.
    private static double Period(string length)
    {
        var angles = Angles("parameter.length", length).Take(400).ToList();
        var passages = Enumerable.Range(1, angles.Count - 1).Where(t => angles[t - 1] > 0 != angles[t] > 0).Take(2).ToList();
        return 2 * 0.05 * (passages[1] - passages[0]);
    }

    private static IEnumerable<double> Angles(string name, string value)
    {
        using var environment = EnvironmentRegistry.Default.Make("Pendulum-v1", new Dictionary<string, string> { [name] = value, ["maxEpisodeSteps"] = "0" });
        var observation = new float[3];
        environment.Reset(new RandomStream(0), new RowWriter(observation));
        environment.As<IStateful>()!.LoadState(new BinaryReader(new MemoryStream([.. BitConverter.GetBytes(Math.PI - 0.3), .. new byte[24]])));
        while (true)
        {
            environment.Step(new RowReader(new float[1]), new RowWriter(observation));
            yield return Math.Atan2(observation[1], -observation[0]);
        }
    }
}
