using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// The same elements under another shape, parts of them, and several joined.
public readonly unsafe partial struct Tensor
{
    /// <summary>The same elements under another shape; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public Tensor Reshape(Shape shape)
    {
        var tape = Tape;
        var value = tape.Node(this).Value;
        if (shape.Count != Count)
        {
            throw new ArgumentException($"The shape {Shape} has {Count} elements and cannot become {shape}, which has {shape.Count}.", nameof(shape));
        }

        var output = tape.PushAlias(shape, value, Index);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node) => tape.PassGradient(ref node, node.A);

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.Reshape(of.Node.Shape);
    }

    /// <summary>A range of the last axis: <c>[.., n]</c> to <c>[.., length]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the axis.</exception>
    public Tensor Slice(int start, int length)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        if (start < 0 || length < 1 || start + length > shape.Last)
        {
            throw new ArgumentOutOfRangeException(nameof(start), $"The range from {start} of length {length} does not lie inside the last axis of {shape}.");
        }

        var output = tape.Push(shape.WithLast(length), Index);
        ref var node = ref tape.Node(output);
        node.Int0 = start;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        CopyColumns(tape.Node(Index).Value + start, shape.Last, node.Value, length, shape.Rows, length);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            AddColumns(node.Gradient, node.Shape.Last, destination + node.Int0, tape.Node(node.A).Shape.Last, node.Shape.Rows, node.Shape.Last);
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.Slice(of.Node.Int0, of.Node.Shape.Last);
    }

    /// <summary>A range of the first axis: <c>[b, ..]</c> to <c>[count, ..]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the axis.</exception>
    public Tensor Rows(int start, int count)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        if (start < 0 || count < 1 || start + count > shape[0])
        {
            throw new ArgumentOutOfRangeException(nameof(start), $"The rows from {start}, {count} of them, do not lie inside {shape}.");
        }

        var output = tape.Push(shape.WithFirst(count), Index);
        ref var node = ref tape.Node(output);
        node.Int0 = start;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        var width = node.Count / count;
        CopyColumns(tape.Node(Index).Value + (start * width), node.Count, node.Value, node.Count, 1, node.Count);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var width = node.Count / node.Shape[0];
            AddColumns(node.Gradient, node.Count, destination + (node.Int0 * width), node.Count, 1, node.Count);
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.Rows(of.Node.Int0, of.Node.Shape[0]);
    }

    /// <summary>Tensors side by side along the last axis; their other axes must be equal.</summary>
    /// <exception cref="ArgumentException">There is none, or the other axes differ.</exception>
    public static Tensor Concatenate(params ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.IsEmpty)
        {
            throw new ArgumentException("Concatenate needs at least one tensor.", nameof(tensors));
        }

        var tape = tensors[0].Tape;
        var shape = tape.Node(tensors[0]).Shape;
        var width = 0;
        foreach (var tensor in tensors)
        {
            var other = tape.Node(tensor).Shape;
            if (other.WithLast(1) != shape.WithLast(1))
            {
                throw new ArgumentException($"The shapes {shape} and {other} cannot be joined along the last axis: the others must be equal.", nameof(tensors));
            }

            width += other.Last;
        }

        var output = tape.Push(shape.WithLast(width), -1);
        tape.SetInputs(output, tensors);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        var offset = 0;
        foreach (var tensor in tensors)
        {
            ref var input = ref tape.Node(tensor.Index);
            CopyColumns(input.Value, input.Shape.Last, node.Value + offset, width, shape.Rows, input.Shape.Last);
            offset += input.Shape.Last;
        }

        return new Tensor(tape, output, tensors[0].Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var offset = 0;
            foreach (var index in tape.InputsOf(node))
            {
                var columns = tape.Node(index).Shape.Last;
                var destination = tape.GradientToAddTo(index);
                if (destination != null)
                {
                    AddColumns(node.Gradient + offset, node.Shape.Last, destination, columns, node.Shape.Rows, columns);
                }

                offset += columns;
            }
        }

        static Tensor? Tangent(in TangentInputs of) => Concatenate(of.TangentsOrZeros());
    }

    private static void CopyColumns(float* source, nint sourceStride, float* destination, nint destinationStride, nint rows, nint columns)
    {
        for (nint r = 0; r < rows; r++, source += sourceStride, destination += destinationStride)
        {
            Unsafe.CopyBlockUnaligned(destination, source, (uint)columns * sizeof(float));
        }
    }

    private static void AddColumns(float* source, nint sourceStride, float* destination, nint destinationStride, nint rows, nint columns)
    {
        for (nint r = 0; r < rows; r++, source += sourceStride, destination += destinationStride)
        {
            for (nint c = 0; c < columns; c++)
            {
                destination[c] += source[c];
            }
        }
    }
}
