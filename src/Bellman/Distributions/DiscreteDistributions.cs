using Bellman.Numerics;

namespace Bellman;

/// <summary>One or more independent choices, each a softmax over its own logits: <c>Discrete</c> and <c>MultiDiscrete</c> actions.</summary>
/// <param name="counts">How many values each choice has.</param>
/// <param name="start">The least value of a single choice.</param>
/// <param name="leaf">Which leaf of the action it draws.</param>
/// <param name="temperature">What logits are divided by.</param>
public sealed class CategoricalDistribution(IReadOnlyList<int> counts, int start = 0, int leaf = 0, double temperature = 1) : Distribution
{
    // Finite, so that 0·log 0 stays 0 in the entropy; far enough down that the probability is exactly 0.
    private const float Forbidden = -1e8f;

    private readonly float scale = temperature > 0 && double.IsFinite(temperature) ? (float)(1 / temperature)
        : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature must be above 0.");

    /// <inheritdoc/>
    public override int ParameterCount { get; } = counts.Sum();

    /// <inheritdoc/>
    public override int MaskLength => ParameterCount;

    /// <inheritdoc/>
    public override (Tensor LogProbability, Tensor Entropy) Evaluate(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var (logProbability, entropy) = (default(Tensor), default(Tensor));
        var offset = 0;
        for (var choice = 0; choice < counts.Count; choice++)
        {
            var logProbabilities = LogProbabilities(input, offset, counts[choice]);
            var chosen = Chosen(logProbabilities, actions, choice);
            var ofChoice = -(logProbabilities.Exp() * logProbabilities).SumLast();
            (logProbability, entropy) = choice == 0 ? (chosen, ofChoice) : (logProbability + chosen, entropy + ofChoice);
            offset += counts[choice];
        }

        return (logProbability, entropy);
    }

    /// <inheritdoc/>
    public override Tensor Sample(in DistributionInput input, ReadOnlySpan<float> noise, SplittableRandom random, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(actions);
        var values = actions.Integers(leaf);
        var logProbability = default(Tensor);
        var offset = 0;
        for (var choice = 0; choice < counts.Count; choice++)
        {
            var count = counts[choice];
            var logProbabilities = LogProbabilities(input, offset, count);
            var probabilities = logProbabilities.Exp().Values;
            for (var row = 0; row < probabilities.Length / count; row++)
            {
                values[(row * counts.Count) + choice] = start + random.Categorical(probabilities.Slice(row * count, count));
            }

            var chosen = Chosen(logProbabilities, actions, choice);
            logProbability = choice == 0 ? chosen : logProbability + chosen;
            offset += count;
        }

        return logProbability;
    }

    /// <inheritdoc/>
    public override void Mode(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var chosen = actions.Integers(leaf);
        var offset = 0;
        for (var choice = 0; choice < counts.Count; choice++)
        {
            var count = counts[choice];
            var logits = Logits(input, offset, count).Values;
            for (var row = 0; row < logits.Length / count; row++)
            {
                var best = 0;
                var of = logits.Slice(row * count, count);
                for (var i = 1; i < count; i++)
                {
                    best = of[i] > of[best] ? i : best;
                }

                chosen[(row * counts.Count) + choice] = start + best;
            }

            offset += count;
        }
    }

    // The log-probabilities of one choice's actions, [rows].
    private Tensor Chosen(Tensor logProbabilities, Rows actions, int choice)
    {
        var values = actions.Integers(leaf);
        var indices = logProbabilities.Tape.Indices(logProbabilities.Shape[0], out var into);
        for (var row = 0; row < into.Length; row++)
        {
            into[row] = values[(row * counts.Count) + choice] - start;
        }

        return logProbabilities.Gather(indices);
    }

    private Tensor LogProbabilities(in DistributionInput input, int offset, int count) => Logits(input, offset, count).LogSoftmax();

    private Tensor Logits(in DistributionInput input, int offset, int count)
    {
        var logits = count == input.Parameters.Shape.Last ? input.Parameters : input.Parameters.Slice(offset, count);
        logits = scale == 1 ? logits : logits * scale;
        if (input.Mask is not { } mask)
        {
            return logits;
        }

        mask = count == mask.Shape.Last ? mask : mask.Slice(offset, count);
        return Tensor.Where(mask, logits, mask.Tape.Fill(Forbidden, mask.Shape));
    }
}

/// <summary>Independent bits with a logit each: <c>MultiBinary</c> actions. Masks have two entries a bit: whether it may be 0, whether it may be 1.</summary>
/// <param name="count">How many bits.</param>
/// <param name="leaf">Which leaf of the action it draws.</param>
public sealed class BernoulliDistribution(int count, int leaf = 0) : Distribution
{
    private const float Certain = 1e4f;

    /// <inheritdoc/>
    public override int ParameterCount => count;

    /// <inheritdoc/>
    public override int MaskLength => 2 * count;

    /// <inheritdoc/>
    public override (Tensor LogProbability, Tensor Entropy) Evaluate(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var logits = Logits(input);
        return (OfBits(logits, actions), (logits.Softplus() - (logits * logits.Sigmoid())).SumLast());
    }

    /// <inheritdoc/>
    public override Tensor Sample(in DistributionInput input, ReadOnlySpan<float> noise, SplittableRandom random, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(actions);
        var logits = Logits(input);
        var probabilities = logits.Sigmoid().Values;
        var bits = actions.Bytes(leaf);
        for (var i = 0; i < probabilities.Length; i++)
        {
            bits[i] = random.NextSingle() < probabilities[i] ? (byte)1 : (byte)0;
        }

        return OfBits(logits, actions);
    }

    /// <inheritdoc/>
    public override void Mode(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var logits = Logits(input).Values;
        var bits = actions.Bytes(leaf);
        for (var i = 0; i < logits.Length; i++)
        {
            bits[i] = logits[i] > 0 ? (byte)1 : (byte)0;
        }
    }

    // log p(bit) = −softplus(∓logit): the sign is + for a 0 and − for a 1.
    private Tensor OfBits(Tensor logits, Rows actions)
    {
        var signs = logits.Tape.Input(logits.Shape, out var values);
        var bits = actions.Bytes(leaf);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = bits[i] != 0 ? -1 : 1;
        }

        return -(logits * signs).Softplus().SumLast();
    }

    private static Tensor Logits(in DistributionInput input)
    {
        if (input.Mask is not { } mask)
        {
            return input.Parameters;
        }

        // A bit that may have one value only gets a logit that makes it certain.
        var forced = mask.Tape.Input(input.Parameters.Shape, out var logits);
        var free = mask.Tape.Input(input.Parameters.Shape, out var isFree);
        var allowed = mask.Values;
        for (var i = 0; i < logits.Length; i++)
        {
            isFree[i] = allowed[2 * i] * allowed[(2 * i) + 1];
            logits[i] = allowed[2 * i] == 0 ? Certain : -Certain;
        }

        return Tensor.Where(free, input.Parameters, forced);
    }
}
