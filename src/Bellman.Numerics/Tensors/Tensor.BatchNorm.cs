using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// Batch normalization.
public readonly unsafe partial struct Tensor
{
    /// <summary>
    /// (x − mean) / √(variance + ε)·gain + bias, channel by channel, with the mean and the variance of this batch, through which gradients flow.
    /// </summary>
    /// <param name="x"><c>[.., channels]</c>; everything but the last axis is the batch.</param>
    /// <param name="gain"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="batchMean">Receives the means, <c>[channels]</c>, unless empty.</param>
    /// <param name="batchVariance">Receives the variances, <c>[channels]</c>, unless empty: the mean square distances, not corrected for the batch's size.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>The shape of <paramref name="x"/>.</returns>
    /// <remarks>Ioffe and Szegedy 2015, arXiv:1502.03167.</remarks>
    /// <exception cref="ArgumentException">The sizes do not fit, or there are fewer than two rows.</exception>
    public static Tensor BatchNorm(Tensor x, Tensor gain, Tensor bias, Span<float> batchMean = default, Span<float> batchVariance = default, float epsilon = 1e-5f)
    {
        var rows = x.Tape.Node(x).Shape.Rows;
        if (rows < 2)
        {
            throw new ArgumentException($"A batch of {rows} has no variance; give at least two rows, or use the running statistics with BatchNormInference.", nameof(x));
        }

        var output = PushBatchNorm(x, gain, bias, out var job, out var variance);
        BatchNormalization.Moments(job, variance);
        Copy(job.Mean, batchMean);
        Copy(variance, batchVariance);
        return FinishBatchNorm(x, output, job, variance, epsilon, frozen: false);

        void Copy(float* source, Span<float> destination)
        {
            if (!destination.IsEmpty)
            {
                new ReadOnlySpan<float>(source, (int)job.Channels).CopyTo(destination);
            }
        }
    }

    /// <summary>(x − mean) / √(variance + ε)·gain + bias, channel by channel, with statistics that are given, as running ones are once learning is over.</summary>
    /// <param name="x"><c>[.., channels]</c>.</param>
    /// <param name="gain"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="mean"><c>[channels]</c>, copied; no gradient flows here.</param>
    /// <param name="variance"><c>[channels]</c>, copied; no gradient flows here.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>The shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static Tensor BatchNormInference(Tensor x, Tensor gain, Tensor bias, ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, float epsilon = 1e-5f)
    {
        var channels = x.Tape.Node(x).Shape.Last;
        if (mean.Length != channels || variance.Length != channels)
        {
            throw new ArgumentException($"{channels} channels need as many means and variances, but {mean.Length} and {variance.Length} were given.", nameof(mean));
        }

        var output = PushBatchNorm(x, gain, bias, out var job, out var variances);
        mean.CopyTo(new Span<float>(job.Mean, channels));
        variance.CopyTo(new Span<float>(variances, channels));
        return FinishBatchNorm(x, output, job, variances, epsilon, frozen: true);
    }

    private static int PushBatchNorm(Tensor x, Tensor gain, Tensor bias, out BatchNormalizationJob job, out float* variance, [CallerMemberName] string operation = "")
    {
        var tape = x.Tape;
        var shape = tape.Node(x).Shape;
        if (tape.Node(gain).Shape != new Shape(shape.Last) || tape.Node(bias).Shape != new Shape(shape.Last))
        {
            throw new ArgumentException($"The input {shape} needs a gain and a bias [{shape.Last}], but was given {gain.Shape} and {bias.Shape}.", nameof(gain));
        }

        var output = tape.Push(shape, x.Index, gain.Index, bias.Index, operation);
        nint channels = shape.Last;
        variance = tape.Allocate(channels);
        job = new BatchNormalizationJob
        {
            Rows = shape.Rows,
            Channels = channels,
            X = tape.Node(x.Index).Value,
            Y = tape.Node(output).Value,
            Gain = tape.Node(gain.Index).Value,
            Bias = tape.Node(bias.Index).Value,
            Mean = tape.Allocate(channels),
            Inverse = tape.Allocate(channels),
            Partial = tape.Allocate(BatchNormalization.Blocks(shape.Rows) * 2 * channels),
        };
        return output;
    }

    private static Tensor FinishBatchNorm(Tensor x, int output, in BatchNormalizationJob job, float* variance, float epsilon, bool frozen)
    {
        for (nint c = 0; c < job.Channels; c++)
        {
            job.Inverse[c] = (float)(1 / Math.Sqrt((double)variance[c] + epsilon));
        }

        BatchNormalization.Forward(job);
        ref var node = ref x.Tape.Node(output);
        node.Int0 = frozen ? 1 : 0;
        node.Float0 = epsilon;
        node.Extra = x.Tape.Allocate((sizeof(BatchNormalizationJob) + sizeof(float) - 1) / sizeof(float));
        *(BatchNormalizationJob*)node.Extra = job;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        return new Tensor(x.Tape, output, x.Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var job = *(BatchNormalizationJob*)node.Extra;
            job.Y = node.Gradient;
            var doubles = (double*)tape.Allocate(4 * job.Channels);
            double* sums = doubles, products = doubles + job.Channels;
            BatchNormalization.GradientSums(job, sums, products);
            AddSums(tape, node.B, products);
            AddSums(tape, node.C, sums);
            job.TowardsX = tape.GradientOf(node.A, out job.Accumulate);
            if (job.TowardsX == null)
            {
                return;
            }

            if (node.Int0 == 0)
            {
                job.MeanGradient = tape.Allocate(job.Channels);
                job.MeanProduct = tape.Allocate(job.Channels);
                for (nint c = 0; c < job.Channels; c++)
                {
                    job.MeanGradient[c] = (float)(sums[c] / job.Rows);
                    job.MeanProduct[c] = (float)(products[c] / job.Rows);
                }
            }

            BatchNormalization.InputGradient(job);
        }

        static void AddSums(Tape tape, int index, double* sums)
        {
            var target = tape.GradientOf(index, out var accumulate);
            for (nint c = 0; target != null && c < tape.Node(index).Count; c++)
            {
                target[c] = (float)(accumulate ? target[c] + sums[c] : sums[c]);
            }
        }

        // The parts: with n the normalized x, dn = (dx − mean of dx − n·mean of n·dx)·inverse, and dy = dn·gain + n·dgain + dbias.
        static Tensor? Tangent(in TangentInputs of)
        {
            ref readonly var job = ref *(BatchNormalizationJob*)of.Node.Extra;
            var shape = new Shape((int)job.Rows, (int)job.Channels);
            var (x, dx, share) = (of.A.Reshape(shape), of.TangentA?.Reshape(shape), 1f / job.Rows);
            Tensor centered, inverse;
            if (of.Node.Int0 != 0)
            {
                centered = x - of.Tape.Input(new ReadOnlySpan<float>(job.Mean, shape.Last), shape.Last);
                inverse = of.Tape.Input(new ReadOnlySpan<float>(job.Inverse, shape.Last), shape.Last);
            }
            else
            {
                centered = x - (x.SumFirst() * share);
                inverse = ((centered.Square().SumFirst() * share) + of.Node.Float0).Sqrt().Reciprocal();
            }

            var normalized = centered * inverse;
            if (of.Node.Int0 == 0 && dx is { } moved)
            {
                dx = moved - (moved.SumFirst() * share) - (normalized * ((normalized * moved).SumFirst() * share));
            }

            var sum = TangentInputs.Add(dx * inverse * of.B, normalized * of.TangentB);
            return TangentInputs.Add(sum, of.TangentC?.Expand(shape))?.Reshape(of.Node.Shape);
        }
    }
}
