namespace Bellman.Numerics;

// The softmax family over the last axis, and the selection of one element a row.
public readonly unsafe partial struct Tensor
{
    /// <summary>log of the softmax over the last axis. Elements of −∞ (masked ones) have probability 0 and get no gradient.</summary>
    public Tensor LogSoftmax()
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var output = tape.Push(shape, Index);
        var (rows, columns) = (shape.Rows, shape.Last);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        var scratch = tape.Mark();
        float* y = node.Value, sums = tape.Allocate(rows), exponentials = tape.Allocate(node.Count);
        SubtractRowMaxima(tape.Node(Index).Value, y, rows, columns, null);
        KernelDispatch.Run(new UnaryKernel<Exponential>(y, exponentials, node.Count));
        Reductions.SumRows(exponentials, rows, columns, sums, 1);
        KernelDispatch.Run(new UnaryKernel<Logarithm>(sums, sums, rows));
        for (nint r = 0, i = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++, i++)
            {
                y[i] -= sums[r];
            }
        }

        tape.Rewind(scratch);
        return new Tensor(tape, output, Generation);

        // dx = dy − softmax·Σ dy
        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var (rows, columns) = (node.Shape.Rows, node.Shape.Last);
            float* gradient = node.Gradient, probabilities = tape.Allocate(node.Count), sums = tape.Allocate(rows);
            KernelDispatch.Run(new UnaryKernel<Exponential>(node.Value, probabilities, node.Count));
            Reductions.SumRows(gradient, rows, columns, sums, 1);
            for (nint r = 0, i = 0; r < rows; r++)
            {
                for (var c = 0; c < columns; c++, i++)
                {
                    destination[i] += gradient[i] - (probabilities[i] * sums[r]);
                }
            }
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA - (of.TangentA * of.Output.Exp())?.SumLast().RepeatLast(of.Node.Shape.Last);
    }

    /// <summary>The softmax over the last axis.</summary>
    public Tensor Softmax() => LogSoftmax().Exp();

    /// <summary>log of the softmax over the elements of the last axis whose mask is not 0; −∞, without gradient, at the others. A row must have one that is not masked.</summary>
    /// <param name="mask">1 or 0, in this tensor's shape.</param>
    public Tensor LogSoftmax(Tensor mask) => Where(mask, this, Tape.Fill(float.NegativeInfinity, Shape)).LogSoftmax();

    /// <summary>The softmax over the elements of the last axis whose mask is not 0; 0 at the others. A row must have one that is not masked.</summary>
    /// <param name="mask">1 or 0, in this tensor's shape.</param>
    public Tensor Softmax(Tensor mask) => LogSoftmax(mask).Exp();

    /// <summary>log Σ exp over the last axis, without overflow: <c>[.., n]</c> to <c>[..]</c>.</summary>
    public Tensor LogSumExp()
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var output = tape.Push(shape.WithoutLast(), Index);
        var (rows, columns) = (shape.Rows, shape.Last);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        float* exponentials = tape.Allocate(shape.Count), maxima = tape.Allocate(rows);
        node.Extra = exponentials;
        SubtractRowMaxima(tape.Node(Index).Value, exponentials, rows, columns, maxima);
        KernelDispatch.Run(new UnaryKernel<Exponential>(exponentials, exponentials, shape.Count));
        Reductions.SumRows(exponentials, rows, columns, node.Value, 1);
        for (nint r = 0, i = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++, i++)
            {
                exponentials[i] /= node.Value[r];
            }
        }

        KernelDispatch.Run(new UnaryKernel<Logarithm>(node.Value, node.Value, rows));
        KernelDispatch.Run(new BinaryKernel<Addition>(node.Value, maxima, node.Value, rows));
        return new Tensor(tape, output, Generation);

        // dx = softmax·dy
        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var columns = tape.Node(node.A).Shape.Last;
            var probabilities = (float*)node.Extra;
            for (nint r = 0, i = 0; r < node.Count; r++)
            {
                for (var c = 0; c < columns; c++, i++)
                {
                    destination[i] += probabilities[i] * node.Gradient[r];
                }
            }
        }

        static Tensor? Tangent(in TangentInputs of) => (of.TangentA * (of.A - of.Output.RepeatLast(of.A.Shape.Last)).Exp())?.SumLast();
    }

    /// <summary>One element of each row: <c>[b, n]</c> and <c>b</c> indices in [0, n) to <c>[b]</c>.</summary>
    /// <exception cref="ArgumentException">There are not as many indices as rows, or one is out of range.</exception>
    public Tensor Gather(IndexTensor indices)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        tape.Check(indices);
        var (rows, columns) = (shape.Rows, shape.Last);
        if (indices.Count != rows)
        {
            throw new ArgumentException($"Gather needs one index a row: the shape {shape} has {rows} rows, but {indices.Count} indices were given.", nameof(indices));
        }

        var output = tape.Push(shape.WithoutLast(), Index);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        node.Extra = indices.Memory;
        var x = tape.Node(Index).Value;
        for (nint r = 0; r < rows; r++, x += columns)
        {
            var index = indices.Memory[r];
            if ((uint)index >= (uint)columns)
            {
                throw new ArgumentException($"Index {index} of row {r} is not in [0, {columns}).", nameof(indices));
            }

            node.Value[r] = x[index];
        }

        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var columns = tape.Node(node.A).Shape.Last;
            var indices = (int*)node.Extra;
            for (nint r = 0; r < node.Count; r++)
            {
                destination[(r * columns) + indices[r]] += node.Gradient[r];
            }
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.Gather(of.Indices((int)of.Node.Count));
    }

    // y = x − the row's maximum, which keeps exp from overflowing and its sum from vanishing.
    private static void SubtractRowMaxima(float* x, float* y, nint rows, int columns, float* maxima)
    {
        for (nint r = 0; r < rows; r++, x += columns, y += columns)
        {
            var maximum = x[0];
            for (var c = 1; c < columns; c++)
            {
                maximum = x[c] > maximum ? x[c] : maximum;
            }

            for (var c = 0; c < columns; c++)
            {
                y[c] = x[c] - maximum;
            }

            if (maxima != null)
            {
                maxima[r] = maximum;
            }
        }
    }
}
