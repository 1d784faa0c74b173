using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// Many matrix products at once, and the exchange of axes that brings tensors into their form.
public readonly unsafe partial struct Tensor
{
    /// <summary>A matrix product for each place of the leading axes: <c>[.., m, k]·[.., k, n]</c>, or <c>[.., m, k]·[.., n, k]ᵀ</c>. Threads share the products.</summary>
    /// <exception cref="ArgumentException">There are less than three axes, the leading ones differ, or the inner sizes do.</exception>
    public Tensor BatchMatMul(Tensor other, bool transposeOther = false)
    {
        var tape = Tape;
        Shape left = tape.Node(this).Shape, right = tape.Node(other).Shape;
        var rank = left.Rank;
        if (rank < 3 || right.Rank != rank || left.WithoutLast().WithoutLast() != right.WithoutLast().WithoutLast() || left.Last != right[transposeOther ? rank - 1 : rank - 2])
        {
            throw new ArgumentException(
                $"The shapes {left} and {right}{(transposeOther ? " (transposed)" : "")} do not multiply as batches: both must have the same leading axes, at least one, and the inner sizes must be equal.", nameof(other));
        }

        int m = left[rank - 2], n = right[transposeOther ? rank - 2 : rank - 1];
        var output = tape.Push(left.WithLast(n), Index, other.Index);
        ref var node = ref tape.Node(output);
        node.Int0 = transposeOther ? 1 : 0;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        BatchJob.Run(left.WithoutLast().WithoutLast().Count, false, transposeOther, m, n, left.Last, tape.Node(Index).Value, tape.Node(other.Index).Value, node.Value, accumulate: false);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            ref var a = ref tape.Node(node.A);
            ref var b = ref tape.Node(node.B);
            var transposed = node.Int0 != 0;
            int rank = a.Shape.Rank, m = a.Shape[rank - 2], k = a.Shape.Last, n = node.Shape.Last;
            var batch = node.Shape.WithoutLast().WithoutLast().Count;
            var towardsA = tape.GradientOf(node.A, out var accumulate);
            if (towardsA != null)
            {
                BatchJob.Run(batch, false, !transposed, m, k, n, node.Gradient, b.Value, towardsA, accumulate);
            }

            var towardsB = tape.GradientOf(node.B, out accumulate);
            if (towardsB != null && transposed)
            {
                BatchJob.Run(batch, true, false, n, k, m, node.Gradient, a.Value, towardsB, accumulate);
            }
            else if (towardsB != null)
            {
                BatchJob.Run(batch, true, false, k, n, m, a.Value, node.Gradient, towardsB, accumulate);
            }
        }

        static Tensor? Tangent(in TangentInputs of)
        {
            var transposed = of.Node.Int0 != 0;
            var second = of.TangentB is { } db ? of.A.BatchMatMul(db, transposed) : default(Tensor?);
            return TangentInputs.Add(of.TangentA?.BatchMatMul(of.B, transposed), second);
        }
    }

    /// <summary>The elements with two axes exchanged: <c>[a, b, c]</c> with axes 0 and 1 exchanged is <c>[b, a, c]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor SwapAxes(int first, int second)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var output = tape.Push(shape.WithSwapped(first, second), Index);
        ref var node = ref tape.Node(output);
        (node.Int0, node.Float0) = (first, second);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        CopySwapped(tape.Node(Index).Value, shape, first, second, node.Value, add: false);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node) =>
            CopySwapped(node.Gradient, node.Shape, node.Int0, (int)node.Float0, tape.GradientToAddTo(node.A), add: true);

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.SwapAxes(of.Node.Int0, (int)of.Node.Float0);
    }

    private static void CopySwapped(float* source, Shape shape, int first, int second, float* destination, bool add)
    {
        // Distances in the source of the destination's neighbours along each axis; axes that are missing stand in front with size 1.
        var target = shape.WithSwapped(first, second);
        nint* sizes = stackalloc nint[4], steps = stackalloc nint[4];
        nint step = 1;
        for (var axis = 3; axis >= 0; axis--)
        {
            var own = axis - (4 - shape.Rank);
            (sizes[axis], steps[axis]) = (own < 0 ? 1 : target[own], own < 0 ? 0 : step);
            step *= own < 0 ? 1 : shape[own];
        }

        (first, second) = (first + 4 - shape.Rank, second + 4 - shape.Rank);
        (steps[first], steps[second]) = (steps[second], steps[first]);
        for (nint i = 0; i < sizes[0]; i++)
        {
            for (nint j = 0; j < sizes[1]; j++)
            {
                for (nint k = 0; k < sizes[2]; k++, destination += sizes[3])
                {
                    var row = source + (i * steps[0]) + (j * steps[1]) + (k * steps[2]);
                    if (steps[3] == 1 && !add)
                    {
                        Unsafe.CopyBlockUnaligned(destination, row, (uint)sizes[3] * sizeof(float));
                        continue;
                    }

                    for (nint l = 0; l < sizes[3]; l++)
                    {
                        destination[l] = row[l * steps[3]] + (add ? destination[l] : 0);
                    }
                }
            }
        }
    }
}
