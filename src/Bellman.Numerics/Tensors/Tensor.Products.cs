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
        node.Tangent = &Tangent;
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

        static Tensor? Tangent(in TangentInputs of)
        {
            var transposed = of.Node.Int0 != 0;
            var second = of.TangentB is { } db ? of.A.MatMul(db, transposed) : default(Tensor?);
            return TangentInputs.Add(of.TangentA?.MatMul(of.B, transposed), second);
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
        if (weight.Shape.Rank != 2 || tape.Node(x).Shape.Last != weight.Shape[0] || (bias is not null && bias.Shape != new Shape(weight.Shape[1])))
        {
            throw new ArgumentException($"Inputs {x.Shape} do not fit the weight {weight.Shape} ('{weight.Name}'): the last axis must be the weight's first, and the bias as long as its second.", nameof(x));
        }

        return Linear(x, tape.Use(weight).Index, bias is null ? -1 : tape.Use(bias).Index, activation);
    }

    /// <summary>As <see cref="Linear(Tensor, Parameter, Parameter?, Activation)"/>, with weights that were themselves computed on the tape.</summary>
    /// <param name="x">Inputs, <c>[batch, in]</c>.</param>
    /// <param name="weight"><c>[in, out]</c>.</param>
    /// <param name="bias"><c>[out]</c>, or none.</param>
    /// <param name="activation">The function after it.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Activation activation = Activation.None)
    {
        var (shape, weights) = (x.Shape, weight.Shape);
        if (weights.Rank != 2 || shape.Last != weights[0] || (bias is { } given && given.Shape != new Shape(weights[1])))
        {
            throw new ArgumentException($"Inputs {shape} do not fit the weight {weights}: the last axis must be the weight's first, and the bias as long as its second.", nameof(x));
        }

        return Linear(x, weight.Index, bias?.Index ?? -1, activation);
    }

    private static Tensor Linear(Tensor x, int w, int b, Activation activation)
    {
        if (NeedsProduct(activation))
        {
            return Linear(x, w, b, Activation.None).Activate(activation);
        }

        var tape = x.Tape;
        var shape = tape.Node(x.Index).Shape;
        int rows = shape.Rows, inputs = shape.Last, outputs = tape.Node(w).Shape[1];
        var output = tape.Push(shape.WithLast(outputs), x.Index, w, b);
        ref var node = ref tape.Node(output);
        node.Int0 = (int)activation;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        Gemm.Run(
            false, false, rows, outputs, inputs, tape.Node(x.Index).Value, inputs, tape.Node(w).Value, outputs, node.Value, outputs,
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

        // The parts: (dx·W + x·dW + db)·activation'(y).
        static Tensor? Tangent(in TangentInputs of)
        {
            var (rows, inputs) = (of.Node.Shape.Rows, of.B.Shape[0]);
            var sums = of.TangentA?.Reshape((rows, inputs)).MatMul(of.B);
            if (of.TangentB is { } dw)
            {
                sums = TangentInputs.Add(sums, of.A.Reshape((rows, inputs)).MatMul(dw));
            }

            sums = sums?.Reshape(of.Node.Shape);
            if (of.TangentC is { } db)
            {
                sums = sums is { } products ? products + db : db.Expand(of.Node.Shape);
            }

            return ActivationTangent((Activation)of.Node.Int0, of.Output, sums!.Value);
        }
    }

    // The derivatives of these need the product itself, so that it stays on the tape.
    private static bool NeedsProduct(Activation activation) => activation is Activation.Elu or Activation.Silu or Activation.Gelu or Activation.GeluTanh;

    // How y = activation(z) moves with z, for the activations whose derivatives are functions of the output.
    private static Tensor ActivationTangent(Activation activation, Tensor y, Tensor dz) => activation switch
    {
        Activation.Tanh => HyperbolicTangent.Tangent(y, y, dz),
        Activation.Relu => Rectified.Tangent(y, y, dz),
        Activation.Sigmoid => Logistic.Tangent(y, y, dz),
        _ => dz,
    };

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
