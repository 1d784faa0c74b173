using System.Runtime.InteropServices;
using System.Text.Json;
using Bellman.Numerics;

namespace Bellman;

/// <summary>What was asked cannot be done; the message says what can.</summary>
/// <param name="message">One sentence.</param>
internal sealed class RequestException(string message) : Exception(message);

/// <summary>One environment that others step: it knows whether an episode runs, and how long.</summary>
internal sealed class ServedCopy : IDisposable
{
    private readonly IEnvironment environment;
    private readonly int limit;
    private readonly Rows observation, action;
    private readonly IStateVector? vector;
    private readonly IActionMask? masks;
    private readonly ISignals? signals;
    private readonly IPreciseActions? precise;
    private readonly List<double> numbers = [];
    private RandomStream random;
    private bool begun, running;
    private int elapsed;
    private StepResult last;

    /// <summary>Takes in an environment and disposes of it at the end.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="limit">The most steps of an episode; 0 for no limit.</param>
    /// <param name="seed">Where its random numbers come from until a reset names a seed.</param>
    public ServedCopy(IEnvironment environment, int limit, ulong seed)
    {
        (this.environment, this.limit, random) = (environment, limit, new RandomStream(seed));
        observation = new Rows(environment.ObservationSpace.Layout, 1);
        action = new Rows(environment.ActionSpace.Layout, 1);
        (vector, masks, signals) = (environment.As<IStateVector>(), environment.As<IActionMask>(), environment.As<ISignals>());

        // A wrapper may change actions, so nothing is stepped behind one.
        precise = environment as IPreciseActions;
    }

    public Space ObservationSpace => environment.ObservationSpace;

    public Space ActionSpace => environment.ActionSpace;

    public bool HasStateVector => vector is not null;

    public double Reward => last.Reward;

    public bool Terminated => last.Terminated;

    public bool Truncated => last.Truncated;

    public void Reset(ulong? seed)
    {
        if (seed is { } value)
        {
            random = new RandomStream(value);
        }

        running = false;
        environment.Reset(random, observation.Writer(0));
        (begun, running, elapsed, last) = (true, true, 0, default);
    }

    /// <summary>Reads a state without taking it.</summary>
    public double[] ReadState(JsonElement json)
    {
        if (vector is null)
        {
            throw new RequestException("This environment's state cannot be set; classic control's and MuJoCo's can, where no wrapper changes what is seen or remembers what was.");
        }

        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() != vector.StateLength)
        {
            throw new RequestException($"The state is {RowJson.Shortened(json)}; it must be an array of {vector.StateLength} numbers.");
        }

        double[] state = [.. json.EnumerateArray().Select(RowJson.ReadNumber)];
        return state.All(double.IsFinite) ? state : throw new RequestException($"The state is {RowJson.Shortened(json)}; its numbers must be finite.");
    }

    public void SetState(double[] state)
    {
        if (!begun)
        {
            Reset(null);
        }

        vector!.SetState(state, observation.Writer(0));
        (running, elapsed, last) = (true, 0, default);
    }

    /// <summary>Reads an action without taking it.</summary>
    public void ReadAction(JsonElement json)
    {
        if (!running)
        {
            throw new RequestException(begun ? "The episode has ended; send {\"op\":\"reset\"} first." : "No episode has begun; send {\"op\":\"reset\"} first.");
        }

        RowJson.Read(json, ActionSpace, action, 0);
        for (var leaf = 0; leaf < action.Layout.Leaves.Count; leaf++)
        {
            if (action.Layout.Leaves[leaf].Type == ElementType.Float32 && action.Floats(leaf).ContainsAny(float.NaN, float.PositiveInfinity, float.NegativeInfinity))
            {
                throw new RequestException($"The action is {RowJson.Shortened(json)}; its numbers must be finite.");
            }
        }

        if (precise is not null)
        {
            numbers.Clear();
            RowJson.ReadNumbers(json, numbers);
        }
    }

    /// <summary>Takes the action that was read.</summary>
    public void Step()
    {
        // If the environment throws, its state is anyone's guess until the next reset.
        running = false;
        last = precise is null ? environment.Step(action.Reader(0), observation.Writer(0)) : precise.Step(CollectionsMarshal.AsSpan(numbers), observation.Writer(0));
        elapsed++;
        last = last with { Truncated = !last.Terminated && (last.Truncated || elapsed == limit) };
        running = !last.Terminated && !last.Truncated;
    }

    public void WriteObservation(Utf8JsonWriter json) => RowJson.Write(json, ObservationSpace, observation, 0);

    public void WriteInfo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (signals is not null)
        {
            var values = new double[signals.SignalNames.Count];
            signals.ReadSignals(values);
            for (var i = 0; i < values.Length; i++)
            {
                json.WritePropertyName(signals.SignalNames[i]);
                RowJson.WriteNumber(json, values[i]);
            }
        }

        if (masks is not null && running)
        {
            var mask = new byte[masks.MaskLength];
            masks.WriteMask(mask);
            json.WriteStartArray("action_mask");
            foreach (var allowed in mask)
            {
                json.WriteNumberValue(allowed);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public void WriteState(Utf8JsonWriter json)
    {
        var values = new double[vector!.StateLength];
        vector.ReadState(values);
        json.WriteStartArray();
        foreach (var value in values)
        {
            RowJson.WriteNumber(json, value);
        }

        json.WriteEndArray();
    }

    public Scene Draw()
    {
        if (!begun)
        {
            throw new RequestException("No episode has begun; send {\"op\":\"reset\"} first.");
        }

        var scene = new Scene();
        if (environment.As<IDrawable>() is { } drawable)
        {
            drawable.Draw(scene);
        }
        else
        {
            ObservationScene.Draw(scene, ObservationSpace, observation);
        }

        return scene;
    }

    public void Dispose() => environment.Dispose();
}
