using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bellman;

/// <summary>
/// Answers requests about an environment, one line of JSON each, for programs in other languages. A request that is wrong gets <c>{"error":"…"}</c> and changes nothing.
/// The protocol is described in docs/other-languages.md. A server belongs to one client at a time.
/// </summary>
public sealed class EnvironmentServer : IDisposable
{
    private const int MostCopies = 4096;
    private static readonly string[] Operations = ["spaces", "reset", "set_state", "step", "render", "open", "close"];
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly EnvironmentSpec spec;
    private readonly IReadOnlyDictionary<string, string>? options;
    private readonly ArrayBufferWriter<byte> answer = new();
    private ServedCopy[] copies;

    /// <summary>A server of one copy.</summary>
    /// <param name="environment">The environment's id.</param>
    /// <param name="options">Constructor options by name.</param>
    /// <exception cref="ArgumentException">The id or an option is unknown.</exception>
    public EnvironmentServer(string environment, IReadOnlyDictionary<string, string>? options = null)
    {
        spec = EnvironmentRegistry.Default.Get(environment);
        this.options = options;
        copies = Make(1, 0);
    }

    /// <summary>Whether the client has asked to close.</summary>
    public bool Closed { get; private set; }

    /// <summary>Answers one request.</summary>
    /// <param name="request">A line of JSON in UTF-8, without its end.</param>
    /// <returns>A line of JSON in UTF-8, without its end; it holds until the next request.</returns>
    public ReadOnlyMemory<byte> Answer(ReadOnlyMemory<byte> request)
    {
        answer.ResetWrittenCount();
        try
        {
            using var document = JsonDocument.Parse(request);
            using var json = new Utf8JsonWriter(answer, Compact);
            json.WriteStartObject();
            Handle(document.RootElement, json);
            json.WriteEndObject();
        }
        catch (JsonException)
        {
            return Refuse(request.IsEmpty ? "The request is empty; write one object a line." : "The request is no JSON; write one object a line.");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever happened, in the environment too, the server goes on.
            return Refuse(exception.Message);
        }

        return answer.WrittenMemory;
    }

    /// <summary>What to answer instead of what was begun.</summary>
    internal ReadOnlyMemory<byte> Refuse(string message)
    {
        answer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(answer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("error", message);
            json.WriteEndObject();
        }

        return answer.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var copy in copies)
        {
            copy.Dispose();
        }
    }

    private ServedCopy[] Make(int count, ulong seed) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var (environment, limit) = EnvironmentRegistry.MakeUnlimited(spec, options);
            return new ServedCopy(environment, limit, seed + (ulong)i);
        }),
    ];

    private void Handle(JsonElement request, Utf8JsonWriter json)
    {
        if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("op", out var op) || op.ValueKind != JsonValueKind.String)
        {
            throw new RequestException($"The request is {RowJson.Shortened(request)}; it must be an object with \"op\", as {{\"op\":\"reset\",\"seed\":7}}.");
        }

        switch (op.GetString())
        {
            case "spaces":
                WriteSpaces(json);
                break;
            case "reset":
                Reset(request, json);
                break;
            case "set_state":
                SetState(request, json);
                break;
            case "step":
                Step(request, json);
                break;
            case "render":
                Render(request, json);
                break;
            case "open":
                Open(request, json);
                break;
            case "close":
                Closed = true;
                json.WriteBoolean("closed", true);
                break;
            case var other:
                throw new RequestException($"There is no op {RowJson.Shortened(op)}; there is {string.Join(", ", Operations)}.{DidYouMean.Hint(other!, Operations)}");
        }
    }

    private void WriteSpaces(Utf8JsonWriter json)
    {
        json.WriteString("environment", spec.Id);
        json.WritePropertyName("observation_space");
        SpaceJson.Write(copies[0].ObservationSpace).WriteTo(json);
        json.WritePropertyName("action_space");
        SpaceJson.Write(copies[0].ActionSpace).WriteTo(json);
        if (spec.MaxEpisodeSteps is { } steps)
        {
            json.WriteNumber("max_episode_steps", steps);
        }

        json.WriteNumber("envs", copies.Length);
    }

    private void Reset(JsonElement request, Utf8JsonWriter json)
    {
        var seed = Seed(request);
        for (var i = 0; i < copies.Length; i++)
        {
            copies[i].Reset(seed is { } first ? unchecked(first + (ulong)i) : null);
        }

        WriteBeginning(json);
    }

    private void SetState(JsonElement request, Utf8JsonWriter json)
    {
        // All are read before the first is taken, as with actions.
        double[][] states = [.. ForEachCopy(request, "state").Select((state, i) => copies[i].ReadState(state))];
        for (var i = 0; i < copies.Length; i++)
        {
            copies[i].SetState(states[i]);
        }

        WriteBeginning(json);
    }

    private void Step(JsonElement request, Utf8JsonWriter json)
    {
        var actions = ForEachCopy(request, "action");
        for (var i = 0; i < copies.Length; i++)
        {
            // All are read before the first steps: a wrong one leaves every copy where it is.
            copies[i].ReadAction(actions[i]);
        }

        foreach (var copy in copies)
        {
            copy.Step();
        }

        double[] rewards = [.. copies.Select(copy => copy.Reward)];
        bool[] terminated = [.. copies.Select(copy => copy.Terminated)], truncated = [.. copies.Select(copy => copy.Truncated)];
        if (copies.Length > 1 && (terminated.Contains(true) || truncated.Contains(true)))
        {
            // Several copies begin anew in the same step.
            json.WriteStartArray("final_observation");
            for (var i = 0; i < copies.Length; i++)
            {
                if (terminated[i] || truncated[i])
                {
                    copies[i].WriteObservation(json);
                    copies[i].Reset(null);
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            json.WriteEndArray();
        }

        Each(json, "observation", i => copies[i].WriteObservation(json));
        Each(json, "reward", i => RowJson.WriteNumber(json, rewards[i]));
        Each(json, "terminated", i => json.WriteBooleanValue(terminated[i]));
        Each(json, "truncated", i => json.WriteBooleanValue(truncated[i]));
        WriteInfoAndState(json);
    }

    private void Render(JsonElement request, Utf8JsonWriter json)
    {
        var format = request.TryGetProperty("format", out var named) ? named.ValueKind == JsonValueKind.String ? named.GetString() : RowJson.Shortened(named) : "svg";
        var which = request.TryGetProperty("env", out var copy) ? copy.ValueKind == JsonValueKind.Number && copy.TryGetInt32(out var index) ? index : -1 : 0;
        if ((uint)which >= (uint)copies.Length)
        {
            throw new RequestException($"\"env\" is {RowJson.Shortened(copy)}; it must be a whole number from 0 to {copies.Length - 1}.");
        }

        var scene = copies[which].Draw();
        json.WriteString("format", format);
        switch (format)
        {
            case "svg":
                json.WriteString("image", SvgDrawing.Write(scene));
                break;
            case "png":
                var picture = RasterDrawing.Draw(scene);
                json.WriteBase64String("image", PngEncoder.Encode(picture.Rows, picture.Columns, picture.Pixels.Span));
                break;
            default:
                throw new RequestException($"There is no format \"{format}\"; there is svg, and png as base64.");
        }
    }

    private void Open(JsonElement request, Utf8JsonWriter json)
    {
        if (!request.TryGetProperty("envs", out var envs) || envs.ValueKind != JsonValueKind.Number || !envs.TryGetInt32(out var count) || count < 1 || count > MostCopies)
        {
            throw new RequestException($"\"envs\" is {(envs.ValueKind == JsonValueKind.Undefined ? "missing" : RowJson.Shortened(envs))}; it must be a whole number from 1 to {MostCopies}.");
        }

        var made = Make(count, Seed(request) ?? 0);
        Dispose();
        copies = made;
        json.WriteNumber("envs", count);
    }

    private void WriteBeginning(Utf8JsonWriter json)
    {
        Each(json, "observation", i => copies[i].WriteObservation(json));
        WriteInfoAndState(json);
    }

    private void WriteInfoAndState(Utf8JsonWriter json)
    {
        Each(json, "info", i => copies[i].WriteInfo(json));
        if (copies[0].HasStateVector)
        {
            Each(json, "state", i => copies[i].WriteState(json));
        }
    }

    private void Each(Utf8JsonWriter json, string name, Action<int> write)
    {
        json.WritePropertyName(name);
        if (copies.Length == 1)
        {
            write(0);
            return;
        }

        json.WriteStartArray();
        for (var i = 0; i < copies.Length; i++)
        {
            write(i);
        }

        json.WriteEndArray();
    }

    private JsonElement[] ForEachCopy(JsonElement request, string name)
    {
        if (!request.TryGetProperty(name, out var value))
        {
            throw new RequestException($"The request has no \"{name}\".");
        }

        return copies.Length == 1 ? [value]
            : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == copies.Length ? [.. value.EnumerateArray()]
            : throw new RequestException($"\"{name}\" is {RowJson.Shortened(value)}; it must be an array with one entry for each of the {copies.Length} copies.");
    }

    private static ulong? Seed(JsonElement request)
    {
        if (!request.TryGetProperty("seed", out var seed) || seed.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return seed.ValueKind == JsonValueKind.Number && seed.TryGetUInt64(out var value)
            ? value
            : throw new RequestException($"The seed is {RowJson.Shortened(seed)}; it must be a whole number from 0 to {ulong.MaxValue}.");
    }
}
