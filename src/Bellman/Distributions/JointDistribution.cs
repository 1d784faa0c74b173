using Bellman.Numerics;

namespace Bellman;

/// <summary>Independent distributions over the leaves of a tuple or dictionary; log-probabilities and entropies add up.</summary>
/// <param name="parts">One distribution for each leaf, in order.</param>
public sealed class JointDistribution(IReadOnlyList<Distribution> parts) : Distribution
{
    /// <inheritdoc/>
    public override int ParameterCount { get; } = parts.Sum(part => part.ParameterCount);

    /// <inheritdoc/>
    public override int MaskLength { get; } = parts.Sum(part => part.MaskLength);

    /// <inheritdoc/>
    public override int NoiseLength { get; } = parts.Sum(part => part.NoiseLength);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [.. parts.SelectMany(part => part.Parameters)];

    /// <inheritdoc/>
    public override (Tensor LogProbability, Tensor Entropy) Evaluate(in DistributionInput input, Rows actions)
    {
        var (logProbability, entropy) = (default(Tensor), default(Tensor));
        for (var i = 0; i < parts.Count; i++)
        {
            var (ofPart, entropyOfPart) = parts[i].Evaluate(Part(input, i), actions);
            (logProbability, entropy) = i == 0 ? (ofPart, entropyOfPart) : (logProbability + ofPart, entropy + entropyOfPart);
        }

        return (logProbability, entropy);
    }

    /// <inheritdoc/>
    public override Tensor Sample(in DistributionInput input, ReadOnlySpan<float> noise, SplittableRandom random, Rows actions)
    {
        var logProbability = default(Tensor);
        for (var i = 0; i < parts.Count; i++)
        {
            var ofPart = parts[i].Sample(Part(input, i), noise, random, actions);
            logProbability = i == 0 ? ofPart : logProbability + ofPart;
        }

        return logProbability;
    }

    /// <inheritdoc/>
    public override void Mode(in DistributionInput input, Rows actions)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            parts[i].Mode(Part(input, i), actions);
        }
    }

    private DistributionInput Part(in DistributionInput input, int index)
    {
        var (parameters, mask) = (0, 0);
        for (var i = 0; i < index; i++)
        {
            parameters += parts[i].ParameterCount;
            mask += parts[i].MaskLength;
        }

        var part = parts[index];
        return new DistributionInput(
            input.Parameters.Slice(parameters, part.ParameterCount),
            input.Features,
            input.Mask is { } all && part.MaskLength > 0 ? all.Slice(mask, part.MaskLength) : null);
    }
}
