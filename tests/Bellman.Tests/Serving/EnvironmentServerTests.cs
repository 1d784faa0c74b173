using System.Text;
using System.Text.Json;

namespace Bellman.Tests;

/// <summary>The protocol for other languages.</summary>
public sealed class EnvironmentServerTests
{
    [Theory]
    [InlineData("CartPole-v1")]
    [InlineData("MountainCar-v0")]
    [InlineData("MountainCarContinuous-v0")]
    [InlineData("Pendulum-v1")]
    [InlineData("Acrobot-v1")]
    public void ScriptedClient_ReplaysGymnasiumsTrajectories(string id)
    {
        using var server = new EnvironmentServer(id, new Dictionary<string, string> { ["maxEpisodeSteps"] = "0" });
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "classic", $"{id}.jsonl")).Skip(1))
        {
            var episode = JsonDocument.Parse(line).RootElement;
            var begun = Ask(server, $$"""{"op":"set_state","state":{{episode.GetProperty("initial_state")}}}""");
            Assert.False(begun.TryGetProperty("reward", out _));
            Assert.Equal(Numbers(episode.GetProperty("initial_state")), Numbers(begun.GetProperty("state")));
            for (var t = 0; t < episode.GetProperty("steps").GetInt32(); t++)
            {
                var action = episode.GetProperty("actions")[t];
                var answer = Ask(server, $$"""{"op":"step","action":{{(action.GetRawText().Contains('.') || id.Contains("Continuous") || id.StartsWith("Pendulum") ? $"[{action}]" : action)}}}""");
                Assert.Equal(Numbers(episode.GetProperty("states")[t]), Numbers(answer.GetProperty("state")));
                Assert.Equal(episode.GetProperty("rewards")[t].GetDouble(), answer.GetProperty("reward").GetDouble());
                Assert.Equal(episode.GetProperty("terminated")[t].GetInt32() != 0, answer.GetProperty("terminated").GetBoolean());
                if (answer.GetProperty("terminated").GetBoolean() && t + 1 < episode.GetProperty("steps").GetInt32())
                {
                    Ask(server, $$"""{"op":"set_state","state":{{episode.GetProperty("states")[t]}}}""");
                }
            }
        }
    }

    [Fact]
    public void ResetWithASeed_GivesGymnasiumsStart_AndWithoutGoesOn()
    {
        using var server = new EnvironmentServer("CartPole-v1");
        var first = Ask(server, """{"op":"reset","seed":7}""").GetRawText();
        var second = Ask(server, """{"op":"reset"}""").GetRawText();
        Assert.NotEqual(first, second);
        Assert.Equal(first, Ask(server, """{"op":"reset","seed":7}""").GetRawText());
        Assert.Equal(second, Ask(server, """{"op":"reset","seed":null}""").GetRawText());
    }

    [Fact]
    public void AThousandWrongRequests_AreAnsweredWithErrors_AndThenItServes()
    {
        string[] wrong =
        [
            "", "nonsense", "{", "[]", "7", "null", "{}", """{"op":7}""", """{"op":"fly"}""", """{"op":"step"}""", """{"op":"step","action":1}""",
            """{"op":"reset","seed":-1}""", """{"op":"reset","seed":"x"}""", """{"op":"set_state"}""", """{"op":"set_state","state":[1]}""", """{"op":"set_state","state":["NaN",0,0,0]}""",
            """{"op":"set_state","state":[1e999,0,0,0]}""", """{"op":"render","format":"gif"}""", """{"op":"render","env":3}""", """{"op":"open","envs":0}""", """{"op":"open","envs":1e9}""",
            """{"op":"open"}""", new string('[', 5000), "{\"op\":\"reset\",\"x\":\"" + new string('x', EnvironmentServing.LongestRequest) + "\"}", "\u0000\u0001",
        ];
        var requests = new MemoryStream();
        for (var i = 0; i < 1000; i++)
        {
            // The long one comes a few times alone.
            var request = wrong[i % wrong.Length];
            requests.Write(request.Length > EnvironmentServing.LongestRequest && i > 100 ? [0xFF, 0xFE, 0xC0] : Encoding.UTF8.GetBytes(request));
            requests.WriteByte((byte)'\n');
        }

        requests.Write("{\"op\":\"reset\",\"seed\":7}\n{\"op\":\"step\",\"action\":2}\n{\"op\":\"step\",\"action\":\"left\"}\r\n{\"op\":\"step\",\"action\":1}\n{\"op\":\"close\"}\n{\"op\":\"spaces\"}\n"u8);
        requests.Position = 0;
        var answers = new MemoryStream();
        using var server = new EnvironmentServer("CartPole-v1");
        server.Serve(requests, answers);
        var lines = Encoding.UTF8.GetString(answers.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(1005, lines.Count);
        Assert.All(lines.Take(1000), line => Assert.NotEmpty(Assert.Single(line.EnumerateObject(), property => property.Name == "error").Value.GetString()!));
        Assert.Equal(4, lines[1000].GetProperty("observation").GetArrayLength());
        Assert.True(lines[1001].TryGetProperty("error", out _) && lines[1002].TryGetProperty("error", out _));
        Assert.Equal(1, lines[1003].GetProperty("reward").GetDouble());
        Assert.True(lines[1004].GetProperty("closed").GetBoolean());
    }

    [Fact]
    public void OneCopy_DoesNotResetItself()
    {
        using var server = new EnvironmentServer("Pendulum-v1", new Dictionary<string, string> { ["maxEpisodeSteps"] = "2" });
        Ask(server, """{"op":"reset"}""");
        Assert.False(Ask(server, """{"op":"step","action":[0.5]}""").GetProperty("truncated").GetBoolean());
        Assert.True(Ask(server, """{"op":"step","action":[0.5]}""").GetProperty("truncated").GetBoolean());
        Assert.Contains("has ended", Ask(server, """{"op":"step","action":[0.5]}""").GetProperty("error").GetString());
        Assert.True(Ask(server, """{"op":"reset"}""").TryGetProperty("state", out _));
    }

    [Fact]
    public void SeveralCopies_AnswerInArrays_AndResetWithinTheStep()
    {
        using var server = new EnvironmentServer("Pendulum-v1", new Dictionary<string, string> { ["maxEpisodeSteps"] = "2" });
        using var single = new EnvironmentServer("Pendulum-v1");
        Assert.Equal(3, Ask(server, """{"op":"open","envs":3}""").GetProperty("envs").GetInt32());
        var start = Ask(server, """{"op":"reset","seed":5}""");
        Assert.Equal(Ask(single, """{"op":"reset","seed":6}""").GetProperty("observation").GetRawText(), start.GetProperty("observation")[1].GetRawText());

        // One action too few, or a wrong one, moves no copy.
        Assert.Contains("each of the 3 copies", Ask(server, """{"op":"step","action":[[0],[0]]}""").GetProperty("error").GetString());
        Assert.True(Ask(server, """{"op":"step","action":[[0],[0],["NaN"]]}""").TryGetProperty("error", out _));
        var first = Ask(server, """{"op":"step","action":[[0],[0.25],[0]]}""");
        Assert.False(first.TryGetProperty("final_observation", out _));
        Assert.Equal(Ask(single, """{"op":"step","action":[0.25]}""").GetProperty("state").GetRawText(), first.GetProperty("state")[1].GetRawText());
        var second = Ask(server, """{"op":"step","action":[[0],[0.25],[0]]}""");
        Assert.Equal([true, true, true], second.GetProperty("truncated").EnumerateArray().Select(one => one.GetBoolean()));
        Assert.Equal(Ask(single, """{"op":"step","action":[0.25]}""").GetProperty("observation").GetRawText(), second.GetProperty("final_observation")[1].GetRawText());
        Assert.Equal(Ask(single, """{"op":"reset"}""").GetProperty("observation").GetRawText(), second.GetProperty("observation")[1].GetRawText());

        // Only the copies that ended have a final observation; a set state begins an episode.
        Ask(server, """{"op":"set_state","state":[[0,0],[1,0],[2,0]]}""");
        Assert.Equal(1, Ask(server, """{"op":"open","envs":1}""").GetProperty("envs").GetInt32());
        Assert.Equal(3, Ask(server, """{"op":"reset"}""").GetProperty("observation").GetArrayLength());
    }

    [Fact]
    public void Pictures_ComeInBothFormats()
    {
        using var server = new EnvironmentServer("Acrobot-v1");
        Assert.Contains("No episode", Ask(server, """{"op":"render"}""").GetProperty("error").GetString());
        Ask(server, """{"op":"reset"}""");
        Assert.StartsWith("<svg", Ask(server, """{"op":"render"}""").GetProperty("image").GetString(), StringComparison.Ordinal);
        Assert.Equal(0x89, Ask(server, """{"op":"render","format":"png"}""").GetProperty("image").GetBytesFromBase64()[0]);
    }

    [Fact]
    public void EverySpace_GoesThroughJsonAndBack()
    {
        var space = new DictSpace(
            ("camera", BoxSpace.Bytes(2, 2, 1)), ("deep", new TupleSpace(new DiscreteSpace(3, start: -1), new MultiBinarySpace(2))), ("moves", new MultiDiscreteSpace(3, 2)), ("speed", new BoxSpace(-1, 1, 2)));
        var rows = new Rows(space.Layout, 2);
        rows.Bytes(0)[4] = 200;
        (rows.Integers(1)[1], rows.Bytes(2)[3], rows.Integers(3)[2]) = (-1, 1, 2);
        (rows.Floats(4)[2], rows.Floats(4)[3]) = (float.NaN, float.NegativeInfinity);
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            RowJson.Write(json, space, rows, 1);
        }

        var text = Encoding.UTF8.GetString(memory.ToArray());
        Assert.Equal("""{"camera":[[[200],[0]],[[0],[0]]],"deep":[-1,[0,1]],"moves":[2,0],"speed":["NaN","-Infinity"]}""", text);
        var back = new Rows(space.Layout, 2);
        RowJson.Read(JsonDocument.Parse(text).RootElement, space, back, 1);
        for (var leaf = 0; leaf < space.Layout.Leaves.Count; leaf++)
        {
            Assert.Equal(rows.Raw(leaf, 1), back.Raw(leaf, 1));
        }

        foreach (var wrong in new[] { "[]", "{}", text.Replace("-1,", "2,", StringComparison.Ordinal), text.Replace("200", "256", StringComparison.Ordinal), text.Replace("[2,0]", "[2,0,0]", StringComparison.Ordinal), text.Replace("[2,0]", "[2]", StringComparison.Ordinal), text.Replace("[0,1]", "[0,0.5]", StringComparison.Ordinal) })
        {
            Assert.Throws<FormatException>(() => RowJson.Read(JsonDocument.Parse(wrong).RootElement, space, back, 0));
        }
    }

    private static JsonElement Ask(EnvironmentServer server, string request) => JsonDocument.Parse(server.Answer(Encoding.UTF8.GetBytes(request)).ToArray()).RootElement;

    private static IEnumerable<double> Numbers(JsonElement array) => array.EnumerateArray().Select(number => number.GetDouble());
}
