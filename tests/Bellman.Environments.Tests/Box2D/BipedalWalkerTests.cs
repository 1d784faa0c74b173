using System.Text;
using System.Text.Json;
using Bellman.Environments.Tests.Physics2D;
using Bellman.Numerics;

namespace Bellman.Environments.Tests.Box2D;

/// <summary>The walker against episodes recorded from Gymnasium: terrain, push, bodies, observations and rewards bit for bit, from a seed and actions alone.</summary>
public sealed class BipedalWalkerTests
{
    [Theory]
    [InlineData("BipedalWalker-v3", 8)]
    [InlineData("BipedalWalkerHardcore-v3", 2)]
    public void Episodes_EqualGymnasium_BitForBit(string name, int count)
    {
        var (episodes, steps, contacts, equal) = (0, 0, 0, 0);
        var differences = new List<string>();
        foreach (var episode in Recordings.Episodes(name))
        {
            episodes++;
            using var environment = new BipedalWalker(name.Contains("Hardcore", StringComparison.Ordinal));
            var observation = new Rows(environment.ObservationSpace.Layout, 1);
            environment.Reset(new RandomStream(episode.GetProperty("seed").GetUInt64()), observation.Writer(0));
            Assert.Equal([.. episode.GetProperty("terrain_y").EnumerateArray().Select(y => y.GetDouble())], environment.Terrain.Heights);
            AssertRocks(episode, environment);
            Assert.Equal(MicroScenarios.Floats(episode.GetProperty("after_reset").GetProperty("obs")), observation.Floats().ToArray());
            for (var step = 0; step < episode.GetProperty("steps_recorded").GetInt32(); step++)
            {
                double[] torques = [.. episode.GetProperty("actions")[step].EnumerateArray().Select(x => x.GetDouble())];
                var result = environment.Advance(torques, observation.Floats());
                var seen = MicroScenarios.Floats(episode.GetProperty("obs")[step]);
                var reward = episode.GetProperty("rewards")[step].GetDouble();
                Assert.Equal(episode.GetProperty("terminated")[step].GetInt32() != 0, result.Terminated);
                steps++;
                contacts += seen[8] + seen[13] > 0 ? 1 : 0;
                var hull = Recordings.State(environment.World, environment.HullIndex);
                var legs = Enumerable.Range(1, 4).SelectMany(i => Recordings.State(environment.World, environment.HullIndex + i));
                if (seen.AsSpan().SequenceEqual(observation.Floats()) && reward == result.Reward
                    && hull.SequenceEqual(MicroScenarios.Floats(episode.GetProperty("hull")[step])) && legs.SequenceEqual(MicroScenarios.Floats(episode.GetProperty("legs")[step])))
                {
                    equal++;
                }
                else
                {
                    var off = seen.Zip(observation.Floats().ToArray(), (a, b) => Math.Abs(a - b)).Max();
                    differences.Add($"seed {episode.GetProperty("seed")} step {step}: observation by {off:G3}, reward by {Math.Abs(reward - result.Reward):G3}");
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{name}: {equal} of {steps} steps of {episodes} episodes equal bit for bit, {contacts} with a leg on the ground.");
        Assert.Empty(differences);
        Assert.Equal(count, episodes);
        Assert.True(contacts > steps / 5, $"Only {contacts} of {steps} steps had a leg on the ground.");
    }

    [Theory]
    [InlineData("BipedalWalker-v3")]
    [InlineData("BipedalWalkerHardcore-v3")]
    public void ScriptedClient_ReplaysGymnasiumsEpisodes(string name)
    {
        // A person's rules give doubles there; rounded to float32 the walks part after some fifty steps.
        using var server = new EnvironmentServer(name);
        foreach (var episode in Recordings.Episodes(name))
        {
            Ask(server, $$"""{"op":"reset","seed":{{episode.GetProperty("seed")}}}""");
            for (var step = 0; step < episode.GetProperty("steps_recorded").GetInt32(); step++)
            {
                var answer = Ask(server, $$"""{"op":"step","action":{{episode.GetProperty("actions")[step]}}}""");
                Assert.Equal(MicroScenarios.Floats(episode.GetProperty("obs")[step]), MicroScenarios.Floats(answer.GetProperty("observation")));
                Assert.Equal(episode.GetProperty("rewards")[step].GetDouble(), answer.GetProperty("reward").GetDouble());
            }
        }
    }

    [Fact]
    public void Rules_Walk()
    {
        const int Seeds = 20;
        using var environment = EnvironmentRegistry.Default.Make("BipedalWalker-v3");
        var observation = new Rows(environment.ObservationSpace.Layout, 1);
        var action = new Rows(environment.ActionSpace.Layout, 1);
        var rules = EnvironmentRegistry.Default.Get("BipedalWalker-v3").Heuristic!();
        var returns = new double[Seeds];
        for (var seed = 0; seed < Seeds; seed++)
        {
            rules.Begin(0);
            environment.Reset(new RandomStream((ulong)seed), observation.Writer(0));
            StepResult result;
            do
            {
                rules.Act(observation.Reader(0), [], action.Writer(0));
                result = environment.Step(action.Reader(0), observation.Writer(0));
                returns[seed] += result.Reward;
            }
            while (!result.Terminated && !result.Truncated);
        }

        TestContext.Current.SendDiagnosticMessage($"The rules walk for {returns.Average():F1} on average, {returns.Min():F1} at worst, over {Seeds} seeds.");
        Assert.True(returns.Average() >= 280, $"The mean return is {returns.Average():F1}.");
    }

    private static JsonElement Ask(EnvironmentServer server, string request) => JsonDocument.Parse(server.Answer(Encoding.UTF8.GetBytes(request)).ToArray()).RootElement;

    private static void AssertRocks(JsonElement episode, BipedalWalker environment)
    {
        if (!episode.TryGetProperty("obstacle_polygons", out var polygons))
        {
            Assert.True(environment.Terrain.Boxes.IsEmpty);
            return;
        }

        // Recorded from the end of the way to its start.
        Assert.Equal(polygons.GetArrayLength(), environment.Terrain.Boxes.Length);
        foreach (var (polygon, index) in polygons.EnumerateArray().Reverse().Select((polygon, index) => (polygon, index)))
        {
            Assert.Equal(polygon.EnumerateArray().Select(MicroScenarios.Point), environment.World.Fixtures[index].Shape.Vertices);
        }
    }
}
