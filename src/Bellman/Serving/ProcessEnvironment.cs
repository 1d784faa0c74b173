using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// An environment in a process of its own, which answers lines of JSON on its standard streams: <c>stdio:python3 serve_gymnasium.py CartPole-v1</c>.
/// Each episode's seed, below 2³¹, is drawn from the stream of the reset.
/// </summary>
internal sealed class ProcessEnvironment : IEnvironment
{
    private const string Scheme = "stdio:";
    private const int LongestAnswer = 256 * 1024 * 1024;
    private readonly string command;
    private readonly Process process;
    private readonly RequestReader answers;
    private readonly ArrayBufferWriter<byte> request = new();
    private readonly Utf8JsonWriter json;
    private readonly Rows observation, action;

    private ProcessEnvironment(string command)
    {
        this.command = command;
        json = new Utf8JsonWriter(request);
        process = Start(command);
        answers = new RequestReader(process.StandardOutput.BaseStream, LongestAnswer);
        try
        {
            Begin("spaces");
            using var spaces = Ask();
            ObservationSpace = Space(spaces.RootElement, "observation_space");
            ActionSpace = Space(spaces.RootElement, "action_space");
        }
        catch
        {
            Dispose();
            throw;
        }

        (observation, action) = (new Rows(ObservationSpace.Layout, 1), new Rows(ActionSpace.Layout, 1));
    }

    public Space ObservationSpace { get; }

    public Space ActionSpace { get; }

    /// <summary>Makes the default registry understand <c>stdio:command</c>.</summary>
    [ModuleInitializer]
    internal static void Register() => EnvironmentRegistry.Default.AddScheme(Scheme, Describe);

    public void Reset(RandomStream random, RowWriter observation)
    {
        Begin("reset");
        json.WriteNumber("seed", random.Integers(0, int.MaxValue));
        using var answer = Ask();
        Read(answer.RootElement, observation);
    }

    public StepResult Step(RowReader action, RowWriter observation)
    {
        Copy(action, this.action.Writer(0), ActionSpace.Layout);
        Begin("step");
        json.WritePropertyName("action");
        RowJson.Write(json, ActionSpace, this.action, 0);
        using var answer = Ask();
        Read(answer.RootElement, observation);
        return new StepResult(
            RowJson.ReadNumber(Property(answer.RootElement, "reward")), Property(answer.RootElement, "terminated").ValueKind == JsonValueKind.True, Property(answer.RootElement, "truncated").ValueKind == JsonValueKind.True);
    }

    public void Dispose()
    {
        try
        {
            // The end of its input tells it to go.
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has gone already.
        }

        if (!process.WaitForExit(TimeSpan.FromSeconds(2)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
        json.Dispose();
    }

    private static EnvironmentSpec Describe(string name)
    {
        var command = name[Scheme.Length..].Trim();
        return command.Length == 0
            ? throw new ArgumentException("'stdio:' needs the command of a server, as 'stdio:python3 serve_gymnasium.py CartPole-v1'.", nameof(name))
            : new EnvironmentSpec { Id = name, Description = $"What '{command}' serves.", Factory = _ => new ProcessEnvironment(command), CopiesAtOnce = 1 };
    }

    private static Process Start(string command)
    {
        var words = Words(command);
        try
        {
            return Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception exception)
        {
            throw new ArgumentException($"'{words[0]}' cannot be started: {exception.Message}.", nameof(command), exception);
        }
    }

    // Quotes hold words with spaces together.
    private static List<string> Words(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, begun) = ('\0', false);
        foreach (var character in command)
        {
            if (quote == '\0' ? character is '"' or '\'' : character == quote)
            {
                (quote, begun) = (quote == '\0' ? character : '\0', true);
            }
            else if (quote != '\0' || !char.IsWhiteSpace(character))
            {
                word.Append(character);
                begun = true;
            }
            else if (begun)
            {
                words.Add(word.ToString());
                word.Clear();
                begun = false;
            }
        }

        if (begun)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private static void Copy(RowReader from, RowWriter to, RowLayout layout)
    {
        for (var leaf = 0; leaf < layout.Leaves.Count; leaf++)
        {
            switch (layout.Leaves[leaf].Type)
            {
                case ElementType.Float32:
                    from[leaf].Floats.CopyTo(to[leaf].Floats);
                    break;
                case ElementType.Int32:
                    from[leaf].Integers.CopyTo(to[leaf].Integers);
                    break;
                default:
                    from[leaf].Bytes.CopyTo(to[leaf].Bytes);
                    break;
            }
        }
    }

    private void Begin(string op)
    {
        request.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("op", op);
    }

    private JsonDocument Ask()
    {
        json.WriteEndObject();
        json.Flush();
        request.Write("\n"u8);
        try
        {
            process.StandardInput.BaseStream.Write(request.WrittenSpan);
            process.StandardInput.BaseStream.Flush();
            if (!answers.TryRead(out var line, out var tooLong))
            {
                throw new IOException("it ended without an answer");
            }

            var answer = tooLong ? throw new IOException("its answer is too long") : JsonDocument.Parse(line);
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("error", out var error)
                ? throw new InvalidOperationException($"'{command}' answered with an error: {error}")
                : answer;
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            throw new InvalidOperationException($"'{command}' does not answer as a server should: {exception.Message}. What it printed on standard error may say more.", exception);
        }
    }

    private void Read(JsonElement answer, RowWriter into)
    {
        try
        {
            RowJson.Read(Property(answer, "observation"), ObservationSpace, observation, 0);
        }
        catch (FormatException exception)
        {
            throw new InvalidOperationException($"'{command}' gave an observation that is none of {ObservationSpace}: {exception.Message}", exception);
        }

        // A view of the row that was read.
        Copy(observation.Reader(0), into, ObservationSpace.Layout);
    }

    private JsonElement Property(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) ? value : throw new InvalidOperationException($"'{command}' gave an answer without \"{name}\".");

    private Space Space(JsonElement answer, string name)
    {
        try
        {
            return SpaceJson.Read(JsonNode.Parse(Property(answer, name).GetRawText())!.AsObject());
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            throw new InvalidOperationException($"'{command}' describes a space that is none: {exception.Message}", exception);
        }
    }
}
