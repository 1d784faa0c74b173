namespace Bellman.Numerics;

/// <summary>
/// Batch normalization of the last axis. On a tape that is <see cref="Tape.Training"/> with the batch's own statistics, which then move the running ones; on others with the running ones,
/// so that an output does not depend on the rest of the batch.
/// </summary>
/// <remarks>Ioffe and Szegedy 2015, arXiv:1502.03167. The running statistics are buffers; learning changes them, so that it belongs to one thread.</remarks>
public sealed class BatchNorm : Layer
{
    private readonly Parameter gain;
    private readonly Parameter bias;
    private readonly Parameter runningMean;
    private readonly Parameter runningVariance;
    private readonly float[] batchMean;
    private readonly float[] batchVariance;
    private readonly double momentum;
    private readonly float epsilon;

    /// <summary>A layer with gain 1 and bias 0, and running statistics of mean 0 and variance 1.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.weight</c>, <c>name.bias</c>, <c>name.running_mean</c>, <c>name.running_var</c>.</param>
    /// <param name="channels">The size of the last axis.</param>
    /// <param name="momentum">The share of a new batch in the running statistics.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <exception cref="ArgumentOutOfRangeException">The momentum is not in (0, 1], or ε is negative.</exception>
    public BatchNorm(string name, int channels, double momentum = 0.1, float epsilon = 1e-5f)
    {
        if (!(momentum > 0 && momentum <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), $"The momentum is the share of a new batch, in (0, 1], but was {momentum}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        (this.momentum, this.epsilon) = (momentum, epsilon);
        gain = Add(new Parameter($"{name}.weight", channels));
        bias = Add(new Parameter($"{name}.bias", channels));
        runningMean = AddBuffer(new Parameter($"{name}.running_mean", channels));
        runningVariance = AddBuffer(new Parameter($"{name}.running_var", channels));
        (batchMean, batchVariance) = (new float[channels], new float[channels]);
        batchVariance.AsSpan().Fill(1);
        gain.CopyFrom(batchVariance);
        runningVariance.CopyFrom(batchVariance);
    }

    /// <summary>The normalized input, <c>[.., channels]</c>.</summary>
    /// <exception cref="ArgumentException">The last axis is not the channels, or there are fewer than two rows to learn from.</exception>
    public override Tensor Forward(Tensor x)
    {
        Tensor factor = x.Tape.Use(gain), offset = x.Tape.Use(bias);
        if (!x.Tape.Training)
        {
            return Tensor.BatchNormInference(x, factor, offset, runningMean.Values, runningVariance.Values, epsilon);
        }

        var output = Tensor.BatchNorm(x, factor, offset, batchMean, batchVariance, epsilon);
        if (x.Tape.Recomputing)
        {
            return output;
        }

        // The variance of the population, of which the batch is a sample.
        double rows = x.Shape.Rows;
        Move(runningMean, batchMean, 1);
        Move(runningVariance, batchVariance, rows / (rows - 1));
        return output;
    }

    private void Move(Parameter running, float[] batch, double correction)
    {
        var kept = running.Values;
        for (var c = 0; c < batch.Length; c++)
        {
            batch[c] = (float)(kept[c] + (momentum * ((batch[c] * correction) - kept[c])));
        }

        running.CopyFrom(batch);
    }
}
