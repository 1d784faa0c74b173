using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Bellman.Numerics;

namespace Bellman;

// Saving and loading: all that is needed to act, and nothing that would be executed.
public sealed partial class Policy
{
    private const string Description = "policy.json";
    private const string Weights = "policy.safetensors";

    /// <summary>Saves the policy as a checkpoint file.</summary>
    /// <param name="path">The file, as <c>cartpole.bellman</c>; one that exists is replaced whole or not at all.</param>
    public void Save(string path) => AddTo(new Checkpoint()).Save(path);

    /// <summary>Loads the policy of a checkpoint file; no environment and no trainer is needed to act with it.</summary>
    /// <exception cref="CheckpointException">The file is missing or damaged; the message says what and where.</exception>
    public static Policy Load(string path) => Load(Checkpoint.Open(path));

    /// <summary>The policy of a checkpoint.</summary>
    /// <exception cref="CheckpointException">The checkpoint holds none that fits together.</exception>
    public static Policy Load(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var (observationSpace, actionSpace, settings) = Read(checkpoint);
        var policy = new Policy(observationSpace, actionSpace, settings, new SplittableRandom(0));
        policy.LoadTensors(checkpoint.Tensors(Weights));
        return policy;
    }

    /// <summary>Takes the weights of a checkpoint's policy of the same build.</summary>
    /// <exception cref="CheckpointException">The weights are missing or of another build.</exception>
    internal void LoadWeights(Checkpoint checkpoint)
    {
        var (observationSpace, actionSpace, settings) = Read(checkpoint);
        if (!observationSpace.Equals(ObservationSpace) || !actionSpace.Equals(ActionSpace) || settings != Settings)
        {
            throw new CheckpointException(settings == Settings
                ? $"The checkpoint's policy sees {observationSpace} and does {actionSpace}, but here are {ObservationSpace} and {ActionSpace}; choose the environment it was trained on."
                : "The checkpoint's policy has networks of another build; give the settings it was trained with.");
        }

        LoadTensors(checkpoint.Tensors(Weights));
    }

    /// <summary>Adds the policy to a checkpoint.</summary>
    internal Checkpoint AddTo(Checkpoint checkpoint) => checkpoint
        .Add(Description, new JsonObject
        {
            ["observationSpace"] = SpaceJson.Write(ObservationSpace),
            ["actionSpace"] = SpaceJson.Write(ActionSpace),
            ["settings"] = SettingsOverlay.ToJson(Settings, PolicyJson.Default.PolicySettings),
        })
        .Add(Weights, Tensors());

    private static (Space ObservationSpace, Space ActionSpace, PolicySettings Settings) Read(Checkpoint checkpoint)
    {
        var description = checkpoint.Json(Description);
        try
        {
            var settings = new SettingsOverlay<PolicySettings>(new PolicySettings(), PolicyJson.Default.PolicySettings).Add(description["settings"]!.AsObject(), "checkpoint").Build();
            return (SpaceJson.Read(description["observationSpace"]), SpaceJson.Read(description["actionSpace"]), settings);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NullReferenceException)
        {
            throw new CheckpointException($"The checkpoint's policy settings cannot be read ({exception.Message}); the file is damaged or from another version.", exception);
        }
    }

    private void LoadTensors(IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        foreach (var expected in Tensors())
        {
            if (!tensors.TryGetValue(expected.Name, out var tensor) || !tensor.Shape.SequenceEqual(expected.Shape))
            {
                throw new CheckpointException($"The checkpoint's policy needs '{expected.Name}' [{string.Join(", ", expected.Shape)}], {(tensor is null ? "which is missing" : $"but has [{string.Join(", ", tensor.Shape)}]")}; the file is damaged or from another version.");
            }
        }

        foreach (var parameter in Parameters.Concat(Buffers))
        {
            parameter.CopyFrom(tensors[parameter.Name].Data);
        }

        Normalizer?.Load(tensors["normalizer.mean"].Data, tensors["normalizer.scale"].Data);
    }
}

/// <summary>How a policy's settings are read and written, by generated code.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(ActivationJsonConverter)])]
[JsonSerializable(typeof(PolicySettings))]
internal sealed partial class PolicyJson : JsonSerializerContext;

/// <summary>Activations by name in camelCase.</summary>
internal sealed class ActivationJsonConverter() : JsonStringEnumConverter<Activation>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
