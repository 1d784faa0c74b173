using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// Rows and elements chosen by whole numbers.
public readonly unsafe partial struct Tensor
{
    /// <summary>Rows of a table: <c>[n, ..]</c> and <c>k</c> indices in [0, n) to <c>[k, ..]</c>. The gradient of a row chosen twice is added up in the order of the indices.</summary>
    /// <exception cref="ArgumentException">An index is out of range.</exception>
    public Tensor GatherRows(IndexTensor indices)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        tape.Check(indices);
        CheckRange(indices, shape[0]);
        var output = tape.Push(shape.WithFirst(indices.Count), Index);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        node.Extra = indices.Memory;
        nint width = shape.Count / Math.Max(1, shape[0]);
        var x = tape.Node(Index).Value;
        for (nint r = 0; r < indices.Count; r++)
        {
            Unsafe.CopyBlockUnaligned(node.Value + (r * width), x + (indices.Memory[r] * width), (uint)width * sizeof(float));
        }

        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node) =>
            KernelDispatch.Run(new AddRowsKernel(node.Gradient, tape.GradientToAddTo(node.A), (int*)node.Extra, node.Shape[0], node.Count / Math.Max(1, node.Shape[0]), gather: false));

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.GatherRows(of.Indices(of.Node.Shape[0]));
    }

    /// <summary>Adds rows into a table of zeros: <c>[k, ..]</c> and <c>k</c> indices in [0, rows) to <c>[rows, ..]</c>. Rows of one index are added up in order.</summary>
    /// <exception cref="ArgumentException">There are not as many indices as rows here, or one is out of range.</exception>
    public Tensor ScatterAddRows(IndexTensor indices, int rows)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        tape.Check(indices);
        if (indices.Count != shape[0])
        {
            throw new ArgumentException($"ScatterAddRows needs one index a row: the shape {shape} has {shape[0]} rows, but {indices.Count} indices were given.", nameof(indices));
        }

        CheckRange(indices, rows);
        var output = tape.Push(shape.WithFirst(rows), Index);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        node.Extra = indices.Memory;
        new Span<float>(node.Value, (int)node.Count).Clear();
        var width = tape.Node(Index).Count / Math.Max(1, shape[0]);
        KernelDispatch.Run(new AddRowsKernel(tape.Node(Index).Value, node.Value, indices.Memory, indices.Count, width, gather: false));
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            ref var input = ref tape.Node(node.A);
            KernelDispatch.Run(new AddRowsKernel(node.Gradient, destination, (int*)node.Extra, input.Shape[0], input.Count / Math.Max(1, input.Shape[0]), gather: true));
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.ScatterAddRows(of.Indices(of.A.Shape[0]), of.Node.Shape[0]);
    }

    /// <summary>Several elements of each row: <c>[.., n]</c> and <c>count</c> indices a row, each in [0, n), to <c>[.., count]</c>.</summary>
    /// <exception cref="ArgumentException">There are not <paramref name="count"/> indices for each row, or one is out of range.</exception>
    public Tensor GatherLast(IndexTensor indices, int count)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        tape.Check(indices);
        if (indices.Count != shape.Rows * count)
        {
            throw new ArgumentException($"GatherLast needs {count} indices for each of the {shape.Rows} rows of {shape}, but {indices.Count} were given.", nameof(indices));
        }

        CheckRange(indices, shape.Last);
        return PickLast(indices.Memory, count);
    }

    /// <summary>The largest elements of each row in falling order, <c>[.., n]</c> to <c>[.., k]</c>; of equals the first comes first, NaN counts as largest.</summary>
    /// <param name="k">How many, 1 to n.</param>
    /// <param name="indices">Receives where they stood in their rows, <c>k</c> numbers a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">A row has fewer than k elements.</exception>
    public Tensor TopK(int k, out IndexTensor indices)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        if (k < 1 || k > shape.Last)
        {
            throw new ArgumentOutOfRangeException(nameof(k), $"TopK needs between 1 and {shape.Last} elements a row of {shape}, but was asked for {k}.");
        }

        indices = tape.Indices(shape.Rows * k, out _);
        var x = tape.Node(Index).Value;
        for (nint r = 0; r < shape.Rows; r++, x += shape.Last)
        {
            SelectLargest(x, shape.Last, indices.Memory + (r * k), k);
        }

        return PickLast(indices.Memory, k);
    }

    /// <summary>Sums up to and including each element of the last axis, or from it on.</summary>
    /// <param name="reverse">Whether to sum from the end.</param>
    public Tensor CumulativeSum(bool reverse = false)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var output = tape.Push(shape, Index);
        ref var node = ref tape.Node(output);
        node.Int0 = reverse ? 1 : 0;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        SumAlong(tape.Node(Index).Value, node.Value, shape.Rows, shape.Last, reverse, add: false);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node) =>
            SumAlong(node.Gradient, tape.GradientToAddTo(node.A), node.Shape.Rows, node.Shape.Last, reverse: node.Int0 == 0, add: true);

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.CumulativeSum(of.Node.Int0 != 0);
    }

    internal static void CheckRange(IndexTensor indices, int size)
    {
        for (nint i = 0; i < indices.Count; i++)
        {
            if ((uint)indices.Memory[i] >= (uint)size)
            {
                throw new ArgumentException($"Index {indices.Memory[i]} at {i} is not in [0, {size}).", nameof(indices));
            }
        }
    }

    private Tensor PickLast(int* indices, int count)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var output = tape.Push(shape.WithLast(count), Index);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        node.Extra = indices;
        var x = tape.Node(Index).Value;
        for (nint r = 0, i = 0; r < shape.Rows; r++, x += shape.Last)
        {
            for (var c = 0; c < count; c++, i++)
            {
                node.Value[i] = x[indices[i]];
            }
        }

        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var (rows, count, columns) = (node.Shape.Rows, node.Shape.Last, tape.Node(node.A).Shape.Last);
            var indices = (int*)node.Extra;
            for (nint r = 0, i = 0; r < rows; r++, destination += columns)
            {
                for (var c = 0; c < count; c++, i++)
                {
                    destination[indices[i]] += node.Gradient[i];
                }
            }
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.PickLast((int*)of.Node.Extra, of.Node.Shape.Last);
    }

    // Keeps a sorted list of the best so far; most elements are turned away by its last.
    private static void SelectLargest(float* x, int columns, int* best, int k)
    {
        var kept = 0;
        for (var c = 0; c < columns; c++)
        {
            if (kept == k && !Exceeds(x[c], x[best[k - 1]]))
            {
                continue;
            }

            var place = kept < k ? kept++ : k - 1;
            for (; place > 0 && Exceeds(x[c], x[best[place - 1]]); place--)
            {
                best[place] = best[place - 1];
            }

            best[place] = c;
        }

        static bool Exceeds(float a, float b) => a > b || (float.IsNaN(a) && !float.IsNaN(b));
    }

    private static void SumAlong(float* x, float* y, nint rows, int columns, bool reverse, bool add)
    {
        for (nint r = 0; r < rows; r++, x += columns, y += columns)
        {
            var sum = 0f;
            for (var i = 0; i < columns; i++)
            {
                var c = reverse ? columns - 1 - i : i;
                sum += x[c];
                y[c] = add ? y[c] + sum : sum;
            }
        }
    }
}
