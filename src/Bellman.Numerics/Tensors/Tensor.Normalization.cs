namespace Bellman.Numerics;

// Layer and root-mean-square normalisation, and dropout.
public readonly unsafe partial struct Tensor
{
    /// <summary>Each row of the last axis shifted to mean 0 and scaled to variance 1, then times a scale plus an offset, fused.</summary>
    /// <param name="scale"><c>[n]</c>, n the size of the last axis.</param>
    /// <param name="offset"><c>[n]</c>.</param>
    /// <param name="epsilon">Added to the variance, which is the population's.</param>
    /// <remarks>Ba et al. 2016, arXiv:1607.06450.</remarks>
    /// <exception cref="ArgumentException">Scale or offset do not fit.</exception>
    public Tensor LayerNorm(Tensor scale, Tensor offset, float epsilon = 1e-5f) => Normalize(scale, offset, epsilon, centered: true);

    /// <summary>Each row of the last axis divided by √(mean of its squares + ε), then times a scale, fused.</summary>
    /// <param name="scale"><c>[n]</c>, n the size of the last axis.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <remarks>Zhang and Sennrich 2019, arXiv:1910.07467.</remarks>
    /// <exception cref="ArgumentException">The scale does not fit.</exception>
    public Tensor RmsNorm(Tensor scale, float epsilon = 1e-5f) => Normalize(scale, null, epsilon, centered: false);

    /// <summary>Zeroes elements with a probability and divides the others by the probability of staying, so that the expectation stays.</summary>
    /// <param name="rate">The probability of zeroing, in [0, 1).</param>
    /// <param name="random">Where the draws come from: one for each two elements.</param>
    /// <remarks>Srivastava et al. 2014.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public Tensor Dropout(float rate, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), $"A dropout rate lies in [0, 1), but {rate} was given.");
        }

        if (rate == 0)
        {
            return this;
        }

        // Factors are a value without gradient, so the product is all that needs differentiating.
        var factors = Tape.Input(Shape, out var values);
        var (threshold, kept) = ((uint)Math.Round(rate * (double)(1L << 32)), 1 / (1 - rate));
        for (var i = 0; i < values.Length; i += 2)
        {
            var bits = random.NextUInt64();
            values[i] = (uint)bits < threshold ? 0 : kept;
            if (i + 1 < values.Length)
            {
                values[i + 1] = (uint)(bits >> 32) < threshold ? 0 : kept;
            }
        }

        return this * factors;
    }

    private Tensor Normalize(Tensor scale, Tensor? offset, float epsilon, bool centered)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        if (tape.Node(scale).Shape != new Shape(shape.Last) || (offset is { } given && tape.Node(given).Shape != new Shape(shape.Last)))
        {
            throw new ArgumentException($"Normalising {shape} needs a scale and an offset of [{shape.Last}], but was given {scale.Shape}{(offset is { } other ? $" and {other.Shape}" : "")}.", nameof(scale));
        }

        var output = tape.Push(shape, Index, scale.Index, offset?.Index ?? -1);
        nint rows = shape.Rows, width = shape.Last;
        var statistics = tape.Allocate(2 * AlignedMemory.Pad(rows));
        ref var node = ref tape.Node(output);
        node.Extra = statistics;
        node.Int0 = centered ? 1 : 0;
        node.Float0 = epsilon;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        var kernel = new NormalizeRowsKernel
        {
            X = tape.Node(Index).Value,
            Y = node.Value,
            Scale = tape.Node(node.B).Value,
            Offset = node.C < 0 ? null : tape.Node(node.C).Value,
            Means = statistics,
            Factors = statistics + AlignedMemory.Pad(rows),
            RowCount = rows,
            Width = width,
            Epsilon = epsilon,
            Centered = centered,
        };
        KernelDispatch.RunRows(kernel, rows, node.Count);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            nint rows = node.Shape.Rows, width = node.Shape.Last;
            ref var x = ref tape.Node(node.A);
            float* means = (float*)node.Extra, factors = means + AlignedMemory.Pad(rows);
            float* towardsScale = tape.GradientToAddTo(node.B), towardsOffset = tape.GradientToAddTo(node.C);
            if (towardsScale != null || towardsOffset != null)
            {
                var columns = new NormalizeColumnsBackwardKernel
                {
                    X = x.Value,
                    Gradient = node.Gradient,
                    TowardsScale = towardsScale,
                    TowardsOffset = towardsOffset,
                    Means = means,
                    Factors = factors,
                    RowCount = rows,
                    Width = width,
                    Columns = width,
                };
                KernelDispatch.RunColumns(columns, width, node.Count);
            }

            var destination = tape.GradientOf(node.A, out var accumulate);
            if (destination != null)
            {
                var kernel = new NormalizeRowsBackwardKernel
                {
                    X = x.Value,
                    Gradient = node.Gradient,
                    Destination = destination,
                    Scale = tape.Node(node.B).Value,
                    Means = means,
                    Factors = factors,
                    RowCount = rows,
                    Width = width,
                    Centered = node.Int0 != 0,
                    Accumulate = accumulate,
                };
                KernelDispatch.RunRows(kernel, rows, node.Count);
            }
        }

        // The parts: with n = c·r, c = x − mean and r = 1/√(mean(c²) + ε), the tangent of n is r·(dc − n·mean(n·dc)).
        static Tensor? Tangent(in TangentInputs of)
        {
            int rows = of.Node.Shape.Rows, width = of.Node.Shape.Last;
            var centered = of.Node.Int0 != 0;
            var c = Center(of.A, rows, width, centered);
            var r = (c.Square().MeanLast() + of.Node.Float0).Sqrt().Reciprocal().RepeatLast(width);
            var n = c * r;
            Tensor? moved = null;
            if (of.TangentA is { } dx)
            {
                var dc = Center(dx, rows, width, centered);
                moved = r * (dc - (n * (n * dc).MeanLast().RepeatLast(width))) * of.B;
            }

            moved = TangentInputs.Add(moved, of.TangentB is { } ds ? n * ds : null);
            if (of.TangentC is { } offset)
            {
                moved = moved is { } sum ? sum + offset : offset.Expand((rows, width));
            }

            return moved?.Reshape(of.Node.Shape);
        }
    }

    private static Tensor Center(Tensor x, int rows, int width, bool centered)
    {
        x = x.Reshape((rows, width));
        return centered ? x - x.MeanLast().RepeatLast(width) : x;
    }
}
