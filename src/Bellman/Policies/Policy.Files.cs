using System.Globalization;
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
        Policy policy;
        try
        {
            RefuseLarger(observationSpace, actionSpace, settings, checkpoint.Tensors(Weights).Values.Sum(tensor => (long)tensor.Data.Length));
            policy = new Policy(observationSpace, actionSpace, settings, new SplittableRandom(0));
        }
        catch (ArgumentException exception)
        {
            throw new CheckpointException($"The checkpoint's policy cannot be ({exception.Message.Split(". ")[0].TrimEnd('.')}); the file is damaged, so take another copy.", exception);
        }

        policy.LoadTensors(checkpoint);
        return policy;
    }

    /// <summary>Takes over the weights and the normaliser of a checkpoint's policy of the same build, to learn on from them.</summary>
    /// <exception cref="CheckpointException">The weights are missing, or the policy sees, does or is built of something else.</exception>
    public void LoadWeights(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var (observationSpace, actionSpace, settings) = Read(checkpoint);
        if (!observationSpace.Equals(ObservationSpace) || !actionSpace.Equals(ActionSpace) || settings != Settings)
        {
            throw new CheckpointException(settings == Settings
                ? $"The checkpoint's policy sees {observationSpace} and does {actionSpace}, but here are {ObservationSpace} and {ActionSpace}; choose the environment it was trained on."
                : settings.Table != Settings.Table || settings.Features is null != Settings.Features is null ? $"The checkpoint's policy is {Kind(settings)}, which another kind of algorithm learned; begin without it."
                : settings.Features is not null ? "The checkpoint's policy has other features; give the settings it was trained with."
                : "The checkpoint's policy has networks of another build; give the settings it was trained with.");
        }

        LoadTensors(checkpoint);
    }

    /// <summary>What a policy's settings make it, for messages.</summary>
    internal static string Kind(PolicySettings settings) => settings.Table ? "a table" : settings.Features is not null ? "linear in features" : "made of networks";

    /// <summary>How the networks of a checkpoint's policy are built, by the names of <see cref="PolicySettings"/>, or its features, by those of <see cref="FeatureSettings"/> with <c>features</c> for the kind; null for a table, which has none.</summary>
    /// <exception cref="CheckpointException">The checkpoint holds no policy.</exception>
    public static JsonObject? ReadNetworkSettings(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var settings = Read(checkpoint).Settings;
        if (settings.Table)
        {
            return null;
        }

        if (settings.Features is { } features)
        {
            var described = SettingsOverlay.ToJson(features, PolicyJson.Default.FeatureSettings);
            described["features"] = described["kind"]!.DeepClone();
            described.Remove("kind");
            return described;
        }

        // How actions are drawn from the networks' output is the algorithm's business.
        var json = SettingsOverlay.ToJson(settings, PolicyJson.Default.PolicySettings);
        foreach (var name in (ReadOnlySpan<string>)["table", "epsilon", "temperature"])
        {
            json.Remove(name);
        }

        return json;
    }

    /// <summary>Adds the policy to a checkpoint.</summary>
    /// <exception cref="NotFiniteNumberException">A weight is NaN or infinite: what cannot act is not saved over what could.</exception>
    internal Checkpoint AddTo(Checkpoint checkpoint)
    {
        var tensors = Tensors().ToList();
        foreach (var tensor in tensors)
        {
            if (Array.FindIndex(tensor.Data, value => !float.IsFinite(value)) is >= 0 and var element)
            {
                throw new NotFiniteNumberException(string.Create(CultureInfo.InvariantCulture, $"The policy's tensor '{tensor.Name}' holds {tensor.Data[element]} in element {element}; it is not saved, so go on from the last checkpoint with a lower learning rate."));
            }
        }

        return AddTo(checkpoint, tensors);
    }

    private Checkpoint AddTo(Checkpoint checkpoint, List<NamedTensor> tensors) => checkpoint
        .Add(Description, new JsonObject
        {
            ["observationSpace"] = SpaceJson.Write(ObservationSpace),
            ["actionSpace"] = SpaceJson.Write(ActionSpace),
            ["settings"] = SettingsOverlay.ToJson(Settings, PolicyJson.Default.PolicySettings),
            ["normalizerCount"] = Normalizer?.Count,
        })
        .Add(Weights, tensors);

    private static (Space ObservationSpace, Space ActionSpace, PolicySettings Settings) Read(Checkpoint checkpoint)
    {
        var description = checkpoint.Json(Description);
        try
        {
            var settings = new SettingsOverlay<PolicySettings>(new PolicySettings(), PolicyJson.Default.PolicySettings).Add(description["settings"]!.AsObject(), "checkpoint").Build();
            return (SpaceJson.ReadFromCheckpoint(description["observationSpace"]), SpaceJson.ReadFromCheckpoint(description["actionSpace"]), settings);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NullReferenceException)
        {
            throw new CheckpointException($"The checkpoint's policy settings cannot be read ({exception.Message.Split(". ")[0].TrimEnd('.')}); the file is damaged or from another version.", exception);
        }
    }

    // Networks are made before their weights are looked for; ones that the file has too few weights for must not be.
    private static void RefuseLarger(Space observationSpace, Space actionSpace, PolicySettings settings, long weights)
    {
        if (settings.HiddenSizes is not { } sizes || (sizes.Count == 0) != settings.HasNoNetworks || sizes.Any(size => size is < 1 or > 1 << 20) || !double.IsFinite(settings.LogStandardDeviation))
        {
            throw new CheckpointException("The checkpoint's policy has hidden layers that cannot be; the file is damaged, so take another copy.");
        }

        long needed = 0;
        var width = settings.Table ? new StateIndex(observationSpace).Count
            : settings.Features is { } features ? (long)Math.Min(features.Count(observationSpace), int.MaxValue)
            : new ObservationEncoder(observationSpace).Width;
        foreach (var size in sizes)
        {
            needed = Math.Min(needed + (width * size), long.MaxValue / 4);
            width = size;
        }

        if (needed + (width * Choices(actionSpace)) > weights)
        {
            throw new CheckpointException($"The checkpoint's policy has networks of more weights than the {weights} that it holds; the file is damaged, so take another copy.");
        }

        static long Choices(Space space) => space switch
        {
            DiscreteSpace discrete => discrete.Count,
            MultiDiscreteSpace several => several.Counts.Sum(count => (long)count),
            CompositeSpace composite => composite.Parts.Sum(part => Choices(part.Space)),
            _ => space.Layout.Leaves.Sum(leaf => (long)leaf.Length),
        };
    }

    private void LoadTensors(Checkpoint checkpoint)
    {
        var tensors = checkpoint.Tensors(Weights);
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

        var seen = checkpoint.Json(Description)["normalizerCount"] is JsonValue count && count.TryGetValue<double>(out var number) && number > 0 ? number : 0;
        Normalizer?.Load(tensors["normalizer.mean"].Data, tensors["normalizer.scale"].Data, seen);
    }
}

/// <summary>How a policy's settings are read and written, by generated code.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(ActivationJsonConverter), typeof(FeatureKindJsonConverter)])]
[JsonSerializable(typeof(PolicySettings))]
internal sealed partial class PolicyJson : JsonSerializerContext;

/// <summary>Activations by name in camelCase.</summary>
internal sealed class ActivationJsonConverter() : JsonStringEnumConverter<Activation>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
