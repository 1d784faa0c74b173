using Bellman.Environments.Tests.Physics2D;
using Bellman.Numerics;

namespace Bellman.Environments.Tests.Box2D;

/// <summary>The lander against episodes recorded from Gymnasium: terrain, pushes, bodies, observations and rewards bit for bit, from a seed and actions alone.</summary>
public sealed class LunarLanderTests
{
    [Theory]
    [InlineData("LunarLander-v3_zero")]
    [InlineData("LunarLander-v3_natural")]
    [InlineData("LunarLander-v3_wind")]
    [InlineData("LunarLanderContinuous-v3_zero")]
    [InlineData("LunarLanderContinuous-v3_natural")]
    public void Episodes_EqualGymnasium_BitForBit(string name)
    {
        foreach (var episode in Recordings.Episodes(name))
        {
            using var environment = new LunarLander(name.Contains("Continuous", StringComparison.Ordinal), enableWind: name.EndsWith("wind", StringComparison.Ordinal));
            if (name.EndsWith("zero", StringComparison.Ordinal))
            {
                environment.SetParameter("dispersion", 0);
            }

            var observation = new Rows(environment.ObservationSpace.Layout, 1);
            var action = new Rows(environment.ActionSpace.Layout, 1);
            environment.Reset(new RandomStream(episode.GetProperty("seed").GetUInt64()), observation.Writer(0));
            Assert.Equal(MicroScenarios.Floats(episode.GetProperty("after_reset").GetProperty("obs")), observation.Floats().ToArray());
            for (var step = 0; step < episode.GetProperty("steps").GetInt32(); step++)
            {
                Recordings.SetAction(action, episode.GetProperty("actions")[step]);
                var result = environment.Step(action.Reader(0), observation.Writer(0));
                Assert.Equal(MicroScenarios.Floats(episode.GetProperty("obs")[step]), observation.Floats().ToArray());
                Assert.Equal(episode.GetProperty("rewards")[step].GetDouble(), result.Reward);
                Assert.Equal(episode.GetProperty("terminated")[step].GetInt32() != 0, result.Terminated);
                Assert.Equal(MicroScenarios.Floats(episode.GetProperty("lander")[step]), Recordings.State(environment.World, 1));
                if (episode.TryGetProperty("legs", out var legs))
                {
                    Assert.Equal(MicroScenarios.Floats(legs[step]), Recordings.State(environment.World, 2).Concat(Recordings.State(environment.World, 3)));
                }
            }
        }
    }

    [Theory]
    [InlineData("LunarLander-v3")]
    [InlineData("LunarLanderContinuous-v3")]
    public void Rules_Land(string id)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        var observation = new Rows(environment.ObservationSpace.Layout, 1);
        var action = new Rows(environment.ActionSpace.Layout, 1);
        var rules = EnvironmentRegistry.Default.Get(id).Heuristic!();
        var total = 0.0;
        for (var seed = 0UL; seed < 100; seed++)
        {
            environment.Reset(new RandomStream(seed), observation.Writer(0));
            StepResult result;
            do
            {
                rules.Act(observation.Reader(0), [], action.Writer(0));
                result = environment.Step(action.Reader(0), observation.Writer(0));
                total += result.Reward;
            }
            while (!result.Terminated && !result.Truncated);
        }

        Assert.True(total / 100 >= 250, $"The mean return is {total / 100:F1}.");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-12.0)]
    [InlineData(double.NaN)]
    public void Gravity_OutsideItsRange_IsRefused(double gravity) =>
        Assert.Contains("between -12 and 0", Assert.Throws<ArgumentException>(() => new LunarLander(gravity: gravity)).Message);
}
