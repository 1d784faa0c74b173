using System.Text;
using System.Text.Json;

namespace Bellman.Environments.Tests;

/// <summary>Robots through the server for other languages.</summary>
public sealed class MujocoServingTests
{
    [Theory]
    [InlineData("Hopper")]
    [InlineData("Walker2d")]
    [InlineData("HalfCheetah")]
    [InlineData("Ant")]
    [InlineData("Swimmer")]
    [InlineData("Reacher")]
    [InlineData("InvertedPendulum")]
    [InlineData("InvertedDoublePendulum")]
    public void ScriptedClient_ReplaysGymnasiumsTrajectories(string name)
    {
        MujocoReference.SkipWithoutLibrary();
        using var server = new EnvironmentServer($"{name}-v4", new Dictionary<string, string> { ["maxEpisodeSteps"] = "0" });
        foreach (var episode in MujocoReference.Recording(name).Episodes)
        {
            double[] start = [.. MujocoReference.Doubles(episode.GetProperty("qpos0")), .. MujocoReference.Doubles(episode.GetProperty("qvel0"))];
            var begun = Ask(server, $$"""{"op":"set_state","state":{{JsonSerializer.Serialize(start)}}}""");
            Assert.Equal(start, MujocoReference.Doubles(begun.GetProperty("state")));
            Assert.Equal(MujocoReference.Floats(episode.GetProperty("obs0")), MujocoReference.Floats(begun.GetProperty("observation")));
            for (var t = 0; t < episode.GetProperty("qpos").GetArrayLength(); t++)
            {
                var answer = Ask(server, $$"""{"op":"step","action":{{episode.GetProperty("ctrl")[t]}}}""");
                Assert.Equal([.. MujocoReference.Doubles(episode.GetProperty("qpos")[t]), .. MujocoReference.Doubles(episode.GetProperty("qvel")[t])], MujocoReference.Doubles(answer.GetProperty("state")));
                Assert.Equal(episode.GetProperty("reward")[t].GetDouble(), answer.GetProperty("reward").GetDouble());
                Assert.Equal(episode.GetProperty("terminated")[t].GetInt32() != 0, answer.GetProperty("terminated").GetBoolean());
                if (answer.GetProperty("terminated").GetBoolean())
                {
                    // The recording goes on; a served episode has ended.
                    Assert.True(Ask(server, $$"""{"op":"step","action":{{episode.GetProperty("ctrl")[t]}}}""").TryGetProperty("error", out _));
                    break;
                }
            }
        }
    }

    private static JsonElement Ask(EnvironmentServer server, string request) => JsonDocument.Parse(server.Answer(Encoding.UTF8.GetBytes(request)).ToArray()).RootElement;
}
