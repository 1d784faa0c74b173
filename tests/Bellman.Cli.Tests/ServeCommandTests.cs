using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace Bellman.Cli.Tests;

/// <summary><c>bellman serve</c>, its client in Python, and Gymnasium's environments the other way.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "Data", "python");
    private static readonly string? Python = FindPython();
    private readonly CommandProcess command = new();

    public static bool HasPython => Python is not null;

    [Fact]
    public void Port_ServesEachConnectionAnEnvironmentOfItsOwn_OnLoopback()
    {
        using var server = command.Start("serve", "CartPole-v1", "--port", "0");
        try
        {
            var line = server.StandardOutput.ReadLine()!;
            Assert.StartsWith("Serving CartPole-v1 on 127.0.0.1:", line, StringComparison.Ordinal);
            var port = int.Parse(line.Split(':')[1].Split(';')[0]);
            using TcpClient first = new("127.0.0.1", port), second = new("127.0.0.1", port);
            Assert.Contains("No episode", Ask(first, """{"op":"step","action":0}"""));
            Assert.Contains("observation", Ask(first, """{"op":"reset","seed":1}"""));
            Assert.Contains("No episode", Ask(second, """{"op":"step","action":0}"""));
            Assert.Contains("reward", Ask(first, """{"op":"step","action":0}"""));
            Assert.Equal("""{"closed":true}""", Ask(second, """{"op":"close"}"""));
        }
        finally
        {
            server.Kill();
        }
    }

    [Theory]
    [InlineData("either --stdio or --port", "serve", "CartPole-v1")]
    [InlineData("either --stdio or --port", "serve", "CartPole-v1", "--stdio", "--port", "5")]
    [InlineData("must be from 0 to 65535", "serve", "CartPole-v1", "--port", "70000")]
    [InlineData("must be an address", "serve", "CartPole-v1", "--port", "0", "--host", "here")]
    [InlineData("Did you mean 'CartPole-v1'?", "serve", "CartPol", "--stdio")]
    [InlineData("needs the command of a server", "train", "ppo", "stdio:")]
    [InlineData("cannot be started", "train", "ppo", "stdio:no-such-program x")]
    public void WrongUsage_IsOneSentence(string expected, params string[] arguments)
    {
        var (code, output, error) = command.Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')));
    }

    [Fact]
    public void ServedEnvironment_TrainsThroughStdio()
    {
        var host = Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll");
        var (code, output, error) = command.Run("train", "ppo", $"stdio:dotnet '{host}' serve CartPole-v1 --stdio", "--steps", "2048", "--eval-episodes", "3", "--quiet", "--json");
        Assert.Equal((0, ""), (code, error));
        var result = JsonDocument.Parse(output).RootElement;
        Assert.InRange(result.GetProperty("evaluation").GetProperty("mean").GetDouble(), 5, 500);
        Assert.DoesNotContain(' ', result.GetProperty("run").GetString()!);
    }

    [Fact(SkipUnless = nameof(HasPython), Skip = "There is no python3 with numpy here.")]
    public void GymnasiumEnvironment_TrainsThroughItsServer()
    {
        var environment = $"stdio:{Python} '{Path.Combine(Data, "serve_gymnasium.py")}' Guess-v0 numbers=2";
        var (code, output, _) = command.Run("train", "ppo", environment, "--steps", "4096", "--seed", "1", "--eval-episodes", "10", "--quiet", "--json", "--set", "rolloutSteps=256", "--set", "learningRate=3e-3", "--out", "guess");
        Assert.Equal(0, code);

        // It has learned to say what is shown: five of five.
        Assert.InRange(JsonDocument.Parse(output).RootElement.GetProperty("evaluation").GetProperty("mean").GetDouble(), 4.5, 5);
        Assert.Equal(0, command.Run("play", "guess", "--episodes", "1").Code);
        Assert.True(File.Exists(Path.Combine(command.Folder, "guess", "replay.html")));

        var (failed, _, message) = command.Run("train", "ppo", environment.Replace("Guess-v0", "Other-v0"), "--steps", "64");
        Assert.Equal(1, failed);
        Assert.Contains("does not answer as a server should", message);
    }

    [Theory(SkipUnless = nameof(HasPython), Skip = "There is no python3 with numpy here.")]
    [InlineData("CartPole-v1", "1")]
    [InlineData("Pendulum-v1", "np.array([0.5], dtype=np.float32)")]
    public void PythonClient_SeesTheSameEpisode(string id, string action)
    {
        var script = Path.Combine(command.Folder, "client.py");
        File.WriteAllText(script, $$"""
            import json, sys
            import numpy as np
            from bellman_env import BellmanEnv
            env = BellmanEnv("{{id}}", command=["dotnet", sys.argv[1]], options={"maxEpisodeSteps": 5})
            observation, info = env.reset(seed=7)
            assert observation.dtype == np.float32 and observation.shape == env.observation_space.shape
            rewards = []
            for _ in range(5):
                observation, reward, terminated, truncated, info = env.step({{action}})
                rewards.append(reward)
            assert truncated and not terminated and env.render().startswith("<svg")
            try:
                env.step({{action}})
            except RuntimeError as error:
                assert "has ended" in str(error)
            env.close()
            env.close()
            print(json.dumps({"observation": observation.tolist(), "rewards": rewards}))
            """);
        var (output, error) = RunPython(script);
        Assert.Equal("", error);
        var seen = JsonDocument.Parse(output).RootElement;

        // The same in C#.
        using var server = new EnvironmentServer(id);
        Answer(server, """{"op":"reset","seed":7}""");
        for (var t = 0; t < 5; t++)
        {
            var answer = Answer(server, $$"""{"op":"step","action":{{(id == "CartPole-v1" ? "1" : "[0.5]")}}}""");
            Assert.Equal(answer.GetProperty("reward").GetDouble(), seen.GetProperty("rewards")[t].GetDouble());
            if (t == 4)
            {
                Assert.Equal(answer.GetProperty("observation").EnumerateArray().Select(x => x.GetSingle()), seen.GetProperty("observation").EnumerateArray().Select(x => x.GetSingle()));
            }
        }
    }

    public void Dispose() => command.Dispose();

    private static JsonElement Answer(EnvironmentServer server, string request) => JsonDocument.Parse(server.Answer(System.Text.Encoding.UTF8.GetBytes(request)).ToArray()).RootElement;

    private static string Ask(TcpClient client, string request)
    {
        var writer = new StreamWriter(client.GetStream(), leaveOpen: true) { NewLine = "\n", AutoFlush = true };
        writer.WriteLine(request);
        return new StreamReader(client.GetStream(), leaveOpen: true).ReadLine()!;
    }

    private static (string Output, string Error) RunPython(string script)
    {
        var start = new ProcessStartInfo(Python!, [script, Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = Data;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, error.Result);
    }

    private static string? FindPython()
    {
        foreach (var python in new[] { "python3", "/usr/bin/python3" })
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import numpy"]) { RedirectStandardError = true })!;
                process.StandardError.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode == 0)
                {
                    return python;
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // Not that one.
            }
        }

        return null;
    }
}
