namespace Bellman.Numerics;

// Matrix products.
public readonly unsafe partial struct Tensor
{
    /// <summary>The matrix product <c>[m, k]·[k, n]</c>, or <c>[m, k]·[n, k]ᵀ</c> without a transpose ever being made.</summary>
    /// <exception cref="ArgumentException">One is no matrix, or the inner sizes differ.</exception>
    public Tensor MatMul(Tensor other, bool transposeOther = false)
    {
        var tape = Tape;
        Shape left = tape.Node(this).Shape, right = tape.Node(other).Shape;
        if (left.Rank != 2 || right.Rank != 2 || left[1] != right[transposeOther ? 1 : 0])
        {
            throw new ArgumentException($"The shapes {left} and {right}{(transposeOther ? " (transposed)" : "")} do not multiply: both must be matrices and the inner sizes equal.", nameof(other));
        }

        int m = left[0], k = left[1], n = right[transposeOther ? 0 : 1];
        var output = tape.Push((m, n), Index, other.Index);
        ref var node = ref tape.Node(output);
        node.Int0 = transposeOther ? 1 : 0;
        node.Backward = &Backward;
        Gemm.Run(false, transposeOther, m, n, k, tape.Node(Index).Value, k, tape.Node(other.Index).Value, right[1], node.Value, n, null, 0, GemmActivation.None);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            ref var a = ref tape.Node(node.A);
            ref var b = ref tape.Node(node.B);
            var transposed = node.Int0 != 0;
            int m = a.Shape[0], k = a.Shape[1], n = node.Shape[1];
            var gradient = node.Gradient;
            var towardsA = tape.GradientOf(node.A, out var accumulate);
            if (towardsA != null)
            {
                Gemm.Run(false, !transposed, m, k, n, gradient, n, b.Value, b.Shape[1], towardsA, k, accumulate ? towardsA : null, k, GemmActivation.None);
            }

            var towardsB = tape.GradientOf(node.B, out accumulate);
            if (towardsB != null && transposed)
            {
                Gemm.Run(true, false, n, k, m, gradient, n, a.Value, k, towardsB, k, accumulate ? towardsB : null, k, GemmActivation.None);
            }
            else if (towardsB != null)
            {
                Gemm.Run(true, false, k, n, m, a.Value, k, gradient, n, towardsB, n, accumulate ? towardsB : null, n, GemmActivation.None);
            }
        }
    }

    /// <summary>activation(x·weight + bias), fused: the bias is where the sums start, the activation is applied in place.</summary>
    /// <param name="x">Inputs, <c>[batch, in]</c>.</param>
    /// <param name="weight"><c>[in, out]</c>.</param>
    /// <param name="bias"><c>[out]</c>, or none.</param>
    /// <param name="activation">The function after it.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static Tensor Linear(Tensor x, Parameter weight, Parameter? bias = null, Activation activation = Activation.None)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var tape = x.Tape;
        var shape = tape.Node(x).Shape;
        if (weight.Shape.Rank != 2 || shape.Last != weight.Shape[0] || (bias is not null && bias.Shape != new Shape(weight.Shape[1])))
        {
            throw new ArgumentException($"Inputs {shape} do not fit the weight {weight.Shape} ('{weight.Name}'): the last axis must be the weight's first, and the bias as long as its second.", nameof(x));
        }

        if (NeedsProduct(activation))
        {
            return Linear(x, weight, bias).Activate(activation);
        }

        int rows = shape.Rows, inputs = weight.Shape[0], outputs = weight.Shape[1];
        int w = tape.Use(weight).Index, b = bias is null ? -1 : tape.Use(bias).Index;
        var output = tape.Push(shape.WithLast(outputs), x.Index, w, b);
        ref var node = ref tape.Node(output);
        node.Int0 = (int)activation;
        node.Backward = &Backward;
        Gemm.Run(
            false, false, rows, outputs, inputs, tape.Node(x.Index).Value, inputs, weight.Value, outputs, node.Value, outputs,
            b < 0 ? null : tape.Node(b).Value, 0, activation == Activation.Relu ? GemmActivation.Relu : GemmActivation.None);
        Activate(node, activation);
        return new Tensor(tape, output, x.Generation);

        static void Backward(Tape tape, ref Node node)
        {
            ref var x = ref tape.Node(node.A);
            ref var w = ref tape.Node(node.B);
            int inputs = w.Shape[0], outputs = w.Shape[1], rows = node.Shape.Rows;
            var gradient = node.Gradient;

            DifferentiateActivation(node, (Activation)node.Int0);
            var towardsWeight = tape.GradientOf(node.B, out var accumulate);
            if (towardsWeight != null)
            {
                Gemm.Run(true, false, inputs, outputs, rows, x.Value, inputs, gradient, outputs, towardsWeight, outputs, accumulate ? towardsWeight : null, outputs, GemmActivation.None);
            }

            var towardsBias = tape.GradientOf(node.C, out accumulate);
            if (towardsBias != null)
            {
                Reductions.SumColumns(gradient, rows, outputs, towardsBias, accumulate);
            }

            var towardsInput = tape.GradientOf(node.A, out accumulate);
            if (towardsInput != null)
            {
                Gemm.Run(false, true, rows, inputs, outputs, gradient, outputs, w.Value, outputs, towardsInput, inputs, accumulate ? towardsInput : null, inputs, GemmActivation.None);
            }
        }
    }

    // The derivatives of these need the product itself, so that it stays on the tape.
    private static bool NeedsProduct(Activation activation) => activation is Activation.Elu or Activation.Silu or Activation.Gelu or Activation.GeluTanh;

    // What products leave undone; ReLU is applied as they store.
    private static void Activate(in Node node, Activation activation)
    {
        switch (activation)
        {
            case Activation.Tanh:
                KernelDispatch.Run(new UnaryKernel<HyperbolicTangent>(node.Value, node.Value, node.Count), node.Count);
                break;
            case Activation.Sigmoid:
                KernelDispatch.Run(new UnaryKernel<Logistic>(node.Value, node.Value, node.Count), node.Count);
                break;
        }
    }

    // Each of these derivatives is a function of the output; the gradient has been added up by now and may be changed in place.
    private static void DifferentiateActivation(in Node node, Activation activation)
    {
        switch (activation)
        {
            case Activation.Tanh:
                KernelDispatch.Run(new UnaryBackwardKernel<HyperbolicTangent>(node.Value, node.Value, node.Gradient, node.Gradient, node.Count, accumulate: false), node.Count);
                break;
            case Activation.Relu:
                KernelDispatch.Run(new UnaryBackwardKernel<Rectified>(node.Value, node.Value, node.Gradient, node.Gradient, node.Count, accumulate: false), node.Count);
                break;
            case Activation.Sigmoid:
                KernelDispatch.Run(new UnaryBackwardKernel<Logistic>(node.Value, node.Value, node.Gradient, node.Gradient, node.Count, accumulate: false), node.Count);
                break;
        }
    }
}
