namespace Bellman.Numerics;

// Convolution.
public readonly unsafe partial struct Tensor
{
    /// <summary>
    /// activation(windows(x)·weight + bias), fused: the bias is where the sums start, the activation is applied in place. The kernel is not mirrored, as everywhere in learning.
    /// </summary>
    /// <param name="x">Images, <c>[batch, height, width, channels]</c>.</param>
    /// <param name="weight"><c>[kernelHeight·kernelWidth·channels, outputs]</c>; the channel is the fastest of the first three.</param>
    /// <param name="bias"><c>[outputs]</c>, or none.</param>
    /// <param name="kernel">The window's height and width.</param>
    /// <param name="stride">How far windows lie apart; 1 unless given.</param>
    /// <param name="padding">Rows and columns of zeros on every side; without it windows lie inside the image.</param>
    /// <param name="activation">The function after it.</param>
    /// <returns><c>[batch, (height + 2·padding − kernelHeight) / stride + 1, (width + 2·padding − kernelWidth) / stride + 1, outputs]</c>.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, Size2d kernel, Size2d? stride = null, Size2d padding = default, Activation activation = Activation.None)
    {
        var tape = x.Tape;
        var window = new WindowShape(tape.Node(x).Shape, kernel, stride ?? 1, padding);
        var weights = tape.Node(weight).Shape;
        if (weights.Rank != 2 || weights[0] != kernel.Height * window.WindowRow)
        {
            throw new ArgumentException(
                $"A {kernel} kernel over {window.Channels} channels needs a weight [{kernel.Height * window.WindowRow}, outputs], but was given {weights}; its rows are kernel height, kernel width and channel.", nameof(weight));
        }

        var outputs = weights[1];
        if (bias is { } given && tape.Node(given).Shape != new Shape(outputs))
        {
            throw new ArgumentException($"The weight {weights} needs a bias [{outputs}], but was given {given.Shape}; give one number an output channel, or none at all.", nameof(bias));
        }

        if (NeedsProduct(activation))
        {
            return Conv2d(x, weight, bias, kernel, stride, padding).Activate(activation);
        }

        var output = tape.Push((window.Images, window.OutputHeight, window.OutputWidth, outputs), x.Index, weight.Index, bias?.Index ?? -1);
        ref var node = ref tape.Node(output);
        node.Int0 = (int)activation;
        node.Extra = tape.Allocate((sizeof(WindowShape) + sizeof(float) - 1) / sizeof(float));
        *(WindowShape*)node.Extra = window;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        Convolution.Forward(
            window, outputs, tape.Node(x.Index).Value, tape.Node(weight.Index).Value, bias is null ? null : tape.Node(node.C).Value, node.Value, activation == Activation.Relu);
        Activate(node, activation);
        return new Tensor(tape, output, x.Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var window = *(WindowShape*)node.Extra;
            var outputs = node.Shape.Last;
            DifferentiateActivation(node, (Activation)node.Int0);
            var towardsWeight = tape.GradientToAddTo(node.B);
            if (towardsWeight != null)
            {
                Convolution.WeightGradient(window, outputs, tape.Node(node.A).Value, node.Gradient, towardsWeight);
            }

            var towardsBias = tape.GradientOf(node.C, out var accumulate);
            if (towardsBias != null)
            {
                Reductions.SumColumns(node.Gradient, node.Shape.Rows, outputs, towardsBias, accumulate);
            }

            var towardsInput = tape.GradientOf(node.A, out accumulate);
            if (towardsInput != null)
            {
                Convolution.InputGradient(window, outputs, tape.Node(node.B).Value, node.Gradient, towardsInput, accumulate);
            }
        }

        // The parts: (dx∗w + x∗dw + db)·activation'(y).
        static Tensor? Tangent(in TangentInputs of)
        {
            var window = *(WindowShape*)of.Node.Extra;
            var sums = of.TangentA is { } dx ? Conv2d(dx, of.B, of.TangentC, window.Size, window.Stride, window.Padding) : default(Tensor?);
            if (of.TangentB is { } dw)
            {
                sums = TangentInputs.Add(sums, Conv2d(of.A, dw, sums is null ? of.TangentC : null, window.Size, window.Stride, window.Padding));
            }

            return ActivationTangent((Activation)of.Node.Int0, of.Output, sums ?? of.TangentC!.Value.Expand(of.Node.Shape));
        }
    }
}
