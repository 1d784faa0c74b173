using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// Bringing tensors to one shape.
public readonly unsafe partial struct Tensor
{
    private static (Tensor A, Tensor B) MatchShapes(Tensor a, Tensor b)
    {
        if (!ReferenceEquals(a.Tape, b.Tape))
        {
            throw new ArgumentException("The two tensors lie on different tapes; make both on one, or copy the values over with Tape.Input.");
        }

        Shape left = a.Tape.Node(a).Shape, right = b.Tape.Node(b).Shape;
        if (left == right)
        {
            return (a, b);
        }

        // The one with fewer axes is repeated; of two single elements the one with more axes says the shape.
        if (right.IsSuffixOf(left) || (right.Count == 1 && (left.Count > 1 || left.Rank >= right.Rank)))
        {
            return (a, b.Expand(left));
        }

        if (left.IsSuffixOf(right) || left.Count == 1)
        {
            return (a.Expand(right), b);
        }

        throw new ArgumentException(Describe(left, right));
    }

    private static string Describe(Shape left, Shape right)
    {
        var message = $"The shapes {left} and {right} do not combine: they must be equal, or one a single element or the last axes of the other";
        var (shorter, longer) = left.Rank < right.Rank ? (left, right) : (right, left);
        return left.Count == right.Count ? $"{message}. They have as many elements: Reshape({longer}) the one {shorter}, or Reshape({shorter}) the one {longer}, whichever is meant."
            : shorter.Rank < longer.Rank && shorter == longer.WithoutLast() ? $"{message}. To give each row its number use RepeatLast({longer.Last}) on the one {shorter}."
            : $"{message}; use Reshape or RepeatLast to say what is meant.";
    }

    // Repeats the elements until they fill a larger shape whose last axes are this one's.
    private Tensor Expand(Shape shape)
    {
        var tape = Tape;
        var output = tape.Push(shape, Index);
        ref var node = ref tape.Node(output);
        ref var input = ref tape.Node(Index);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        var inner = input.Count;
        if (inner == 1)
        {
            KernelDispatch.Run(new FillKernel(node.Value, node.Count, *input.Value, accumulate: false));
        }
        else
        {
            for (nint offset = 0; offset < node.Count; offset += inner)
            {
                Unsafe.CopyBlockUnaligned(node.Value + offset, input.Value, (uint)inner * sizeof(float));
            }
        }

        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var inner = tape.Node(node.A).Count;
            var destination = tape.GradientOf(node.A, out var accumulate);
            if (inner == 1)
            {
                *destination = Reductions.Sum(node.Gradient, node.Count) + (accumulate ? *destination : 0);
            }
            else
            {
                Reductions.SumColumns(node.Gradient, node.Count / inner, inner, destination, accumulate);
            }
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.Expand(of.Node.Shape);
    }

    /// <summary>Each element repeated along a new last axis: <c>[..]</c> to <c>[.., count]</c>. It lets a number a row combine with the row's elements.</summary>
    /// <exception cref="ArgumentException">The count is not positive, or there are four axes already.</exception>
    public Tensor RepeatLast(int count)
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        if (count < 1)
        {
            throw new ArgumentException($"Elements can be repeated once or more, but not {count} times.", nameof(count));
        }

        var output = tape.Push(shape.WithAnother(count), Index);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        ref var input = ref tape.Node(Index);
        for (nint i = 0; i < input.Count; i++)
        {
            new Span<float>(node.Value + (i * count), count).Fill(input.Value[i]);
        }

        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var rows = tape.Node(node.A).Count;
            var sums = tape.Allocate(rows);
            Reductions.SumRows(node.Gradient, rows, node.Shape.Last, sums, 1);
            KernelDispatch.Run(new AffineKernel(sums, destination, rows, 1, 0, accumulate: true), rows);
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.RepeatLast(of.Node.Shape.Last);
    }
}
