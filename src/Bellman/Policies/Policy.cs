using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Bellman.Numerics;

namespace Bellman;

/// <summary>What a policy says of a batch of observations.</summary>
/// <param name="Action">What the action distribution is made from.</param>
/// <param name="Values">V(s), <c>[rows]</c>.</param>
public readonly record struct PolicyOutput(DistributionInput Action, Tensor Values);

/// <summary>
/// Networks from observations to an action distribution and a value, with everything that is needed to act: how observations are encoded and normalised, and the weights.
/// Threads may share a policy while nobody trains it; each acts through a <see cref="PolicySession"/> of its own.
/// </summary>
public sealed partial class Policy
{
    private readonly ObservationEncoder encoder;
    private readonly PolicyNetworks? networks;
    private readonly PolicyFunction? function;
    private float[] floats = [];

    /// <summary>A policy with fresh weights.</summary>
    /// <param name="observationSpace">What it sees.</param>
    /// <param name="actionSpace">What it does.</param>
    /// <param name="settings">How its networks are built.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <exception cref="ArgumentException">No distribution fits the action space, or a setting is impossible.</exception>
    public Policy(Space observationSpace, Space actionSpace, PolicySettings settings, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(random);
        (ObservationSpace, ActionSpace, Settings) = (observationSpace, actionSpace, settings);
        encoder = new ObservationEncoder(observationSpace);
        Normalizer = settings.NormalizeObservations && encoder.FloatLength > 0 ? new ObservationNormalizer(encoder.FloatLength) : null;

        if (settings.HasNoNetworks)
        {
            if (settings.HiddenSizes.Count > 0 || settings.SharedNetwork || settings.StateDependentExploration || settings.NormalizeObservations || (settings.Table && settings.Features is not null))
            {
                throw new ArgumentException("A policy that is a table or linear in features has no hidden layers to build, share or make noise from, and no normaliser, and is not both; give no hidden sizes.", nameof(settings));
            }

            Distribution = ActionDistributions.For(actionSpace, 0, settings.LogStandardDeviation, false, settings.Epsilon, settings.Temperature);
            function = settings.Features is { } features ? new PolicyFeatures(observationSpace, features, Distribution.ParameterCount) : new PolicyTable(observationSpace, Distribution.ParameterCount);
            (Parameters, Buffers) = ([function.Weights, .. Distribution.Parameters], []);
        }
        else
        {
            networks = new PolicyNetworks(encoder.Width, actionSpace, settings, random);
            Distribution = networks.Distribution;
            (Parameters, Buffers) = (networks.Parameters, networks.Buffers);
        }
    }

    /// <summary>What it sees.</summary>
    public Space ObservationSpace { get; }

    /// <summary>What it does.</summary>
    public Space ActionSpace { get; }

    /// <summary>How its networks are built.</summary>
    public PolicySettings Settings { get; }

    /// <summary>How its outputs become actions.</summary>
    public Distribution Distribution { get; }

    /// <summary>All weights.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What is kept with the weights but not learned, such as running statistics of batch normalization.</summary>
    public IReadOnlyList<Parameter> Buffers { get; }

    /// <summary>What normalises its observations, if anything does.</summary>
    public ObservationNormalizer? Normalizer { get; }

    /// <summary>
    /// SHA-256 of all weights, buffers and normaliser tensors, names in ordinal order, data only, in hexadecimal: two policies that act alike to the last bit have the same.
    /// </summary>
    public string WeightsSha256
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var tensor in Tensors().OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
            {
                hash.AppendData(MemoryMarshal.AsBytes(tensor.Data.AsSpan()));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>The mean standard deviation of continuous actions; 1 for actions that have none.</summary>
    public double MeanStandardDeviation
    {
        get
        {
            var (sum, count) = (0.0, 0);
            for (var i = 0; i < Distribution.Parameters.Count; i++)
            {
                foreach (var logDeviation in Distribution.Parameters[i].Values)
                {
                    sum += Math.Exp(logDeviation);
                    count++;
                }
            }

            return count > 0 ? sum / count : 1;
        }
    }

    /// <summary>Something to act with: its memory and its random numbers. A session belongs to one thread at a time.</summary>
    /// <param name="seed">Where the draws of stochastic actions come from.</param>
    public PolicySession CreateSession(ulong seed = 0) => new(this, seed);

    /// <summary>The networks' outputs for the first <paramref name="count"/> rows.</summary>
    /// <param name="tape">A recording tape to learn, one that records nothing to act.</param>
    /// <param name="observations">Raw observations.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="masks">1 for each allowed action, <c>[count, maskLength]</c>; empty if all are.</param>
    public PolicyOutput Forward(Tape tape, Rows observations, int count, ReadOnlySpan<byte> masks = default)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return function is null ? Forward(networks!, Encode(tape, observations, count), masks) : Forward(function.Rows(tape, observations, count), masks);
    }

    /// <summary>The networks' outputs for chosen rows, in the order given.</summary>
    public PolicyOutput Forward(Tape tape, Rows observations, ReadOnlySpan<int> rows, ReadOnlySpan<byte> masks = default)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (function is not null)
        {
            return Forward(function.Rows(tape, observations, rows), masks);
        }

        var input = tape.Input((rows.Length, encoder.Width), out var encoded);
        encoder.Encode(observations, rows, Normalizer, encoded);
        return Forward(networks!, input, masks);
    }

    /// <summary>V(s) of the first rows, <c>[count]</c>.</summary>
    public Tensor Value(Tape tape, Rows observations, int count)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return function is null ? networks!.Value(Encode(tape, observations, count)) : function.Rows(tape, observations, count).MaxLast();
    }

    /// <summary>Takes the raw observations of a rollout into the normaliser, if there is one; they count from the next rollout on.</summary>
    /// <param name="observations">The observations.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="valid">0 passes a row over; empty takes all.</param>
    public void UpdateNormalizer(Rows observations, int count, ReadOnlySpan<byte> valid = default)
    {
        ArgumentNullException.ThrowIfNull(observations);
        if (Normalizer is null)
        {
            return;
        }

        if (encoder.IsPlain)
        {
            Normalizer.Update(observations.Floats()[..(count * encoder.Width)], valid);
            return;
        }

        if (floats.Length < count * encoder.FloatLength)
        {
            floats = new float[count * encoder.FloatLength];
        }

        encoder.CopyFloats(observations, count, floats);
        Normalizer.Update(floats.AsSpan(0, count * encoder.FloatLength), valid);
    }

    /// <summary>Sets the weights of a policy without networks: <c>[observations, outputs]</c> for a table, <c>[outputs, features]</c> for features.</summary>
    internal void WriteWeights(ReadOnlySpan<double> values) => function!.Write(values);

    /// <summary>The weights of a policy without networks, as <see cref="WriteWeights"/> takes them; nothing for another.</summary>
    internal double[] ReadWeights()
    {
        var values = new double[function?.Weights.Values.Length ?? 0];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = function!.Weights.Values[i];
        }

        return values;
    }

    /// <summary>The action distribution's inputs alone, for plain floats, <c>[rows, width]</c>; <paramref name="inputs"/> is the caller's memory for rows of them.</summary>
    internal DistributionInput ForwardPolicy(Tape tape, ReadOnlySpan<float> observations, ref Rows? inputs)
    {
        if (!encoder.IsPlain || observations.Length % encoder.Width != 0 || observations.IsEmpty)
        {
            throw new ArgumentException($"The policy sees {ObservationSpace}, but was given {observations.Length} floats; give whole rows of floats, or Rows for other spaces.", nameof(observations));
        }

        var count = observations.Length / encoder.Width;
        if (function is not null)
        {
            inputs = inputs?.Count == count ? inputs : new Rows(ObservationSpace.Layout, count);
            observations.CopyTo(inputs.Floats());
            return ForwardPolicy(tape, inputs, count, []);
        }

        var input = tape.Input((count, encoder.Width), out var encoded);
        encoder.Encode(observations, Normalizer, encoded);
        var (output, features) = networks!.Policy(input);
        return new DistributionInput(output, features, null);
    }

    /// <summary>The action distribution's inputs alone.</summary>
    internal DistributionInput ForwardPolicy(Tape tape, Rows observations, int count, ReadOnlySpan<byte> masks)
    {
        var (output, features) = function is null ? networks!.Policy(Encode(tape, observations, count)) : Twice(function.Rows(tape, observations, count));
        return new DistributionInput(output, features, Mask(tape, masks));

        static (Tensor Output, Tensor Features) Twice(Tensor rows) => (rows, rows);
    }

    private Tensor Encode(Tape tape, Rows observations, int count)
    {
        var input = tape.Input((count, encoder.Width), out var encoded);
        encoder.Encode(observations, count, Normalizer, encoded);
        return input;
    }

    private PolicyOutput Forward(PolicyNetworks networks, Tensor input, ReadOnlySpan<byte> masks)
    {
        var (output, features) = networks.Policy(input);
        return new PolicyOutput(new DistributionInput(output, features, Mask(input.Tape, masks)), networks.Value(input, features));
    }

    private PolicyOutput Forward(Tensor rows, ReadOnlySpan<byte> masks) => new(new DistributionInput(rows, rows, Mask(rows.Tape, masks)), rows.MaxLast());

    private Tensor? Mask(Tape tape, ReadOnlySpan<byte> masks)
    {
        if (masks.IsEmpty)
        {
            return null;
        }

        var mask = tape.Input((masks.Length / Distribution.MaskLength, Distribution.MaskLength), out var values);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = masks[i];
        }

        return mask;
    }

    private IEnumerable<NamedTensor> Tensors()
    {
        foreach (var parameter in Parameters.Concat(Buffers))
        {
            yield return new NamedTensor(parameter.Name, [.. Enumerable.Range(0, parameter.Shape.Rank).Select(axis => parameter.Shape[axis])], parameter.Values.ToArray());
        }

        if (Normalizer is not null)
        {
            yield return new NamedTensor("normalizer.mean", [Normalizer.Mean.Length], Normalizer.Mean.ToArray());
            yield return new NamedTensor("normalizer.scale", [Normalizer.Scale.Length], Normalizer.Scale.ToArray());
        }
    }
}
