using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// Sums, means and maxima.
public readonly unsafe partial struct Tensor
{
    /// <summary>The sum of all elements, one element.</summary>
    public Tensor Sum() => ScaledSum(1);

    /// <summary>The mean of all elements, one element.</summary>
    public Tensor Mean() => ScaledSum(1f / Count);

    /// <summary>Sums over the last axis: <c>[.., n]</c> to <c>[..]</c>.</summary>
    public Tensor SumLast() => ScaledRowSums(1);

    /// <summary>Means over the last axis: <c>[.., n]</c> to <c>[..]</c>.</summary>
    public Tensor MeanLast() => ScaledRowSums(1f / Shape.Last);

    /// <summary>Sums over the first axis: <c>[b, ..]</c> to <c>[..]</c>, rows in order.</summary>
    public Tensor SumFirst()
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var rest = shape.Rank == 1 ? new Shape(1) : shape.WithoutFirst();
        var output = tape.Push(rest, Index);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        Reductions.SumColumns(tape.Node(Index).Value, shape[0], node.Count, node.Value, accumulate: false);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var (columns, rows) = (node.Count, tape.Node(node.A).Count / node.Count);
            for (nint r = 0; r < rows; r++, destination += columns)
            {
                for (nint c = 0; c < columns; c++)
                {
                    destination[c] += node.Gradient[c];
                }
            }
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.SumFirst();
    }

    /// <summary>The largest element of the last axis: <c>[.., n]</c> to <c>[..]</c>. The gradient goes to the first of equals.</summary>
    public Tensor MaxLast()
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var output = tape.Push(shape.WithoutLast(), Index);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        var columns = shape.Last;
        var winners = (int*)tape.Allocate(node.Count);
        node.Extra = winners;
        var x = tape.Node(Index).Value;
        for (nint r = 0; r < node.Count; r++, x += columns)
        {
            var best = 0;
            for (var c = 1; c < columns; c++)
            {
                best = x[c] > x[best] || float.IsNaN(x[c]) ? c : best;
            }

            winners[r] = best;
            node.Value[r] = x[best];
        }

        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var columns = tape.Node(node.A).Shape.Last;
            var winners = (int*)node.Extra;
            for (nint r = 0; r < node.Count; r++)
            {
                destination[(r * columns) + winners[r]] += node.Gradient[r];
            }
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.Gather(of.Indices((int)of.Node.Count));
    }

    private Tensor ScaledSum(float scale, [CallerMemberName] string operation = "")
    {
        var tape = Tape;
        tape.Node(this);
        var output = tape.Push(1, Index, operation: operation);
        ref var node = ref tape.Node(output);
        node.Float0 = scale;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        ref var input = ref tape.Node(Index);
        *node.Value = Reductions.Sum(input.Value, input.Count) * scale;
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientOf(node.A, out var accumulate);
            KernelDispatch.Run(new FillKernel(destination, tape.Node(node.A).Count, *node.Gradient * node.Float0, accumulate));
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.ScaledSum(of.Node.Float0);
    }

    private Tensor ScaledRowSums(float scale, [CallerMemberName] string operation = "")
    {
        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var output = tape.Push(shape.WithoutLast(), Index, operation: operation);
        ref var node = ref tape.Node(output);
        node.Float0 = scale;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        Reductions.SumRows(tape.Node(Index).Value, node.Count, shape.Last, node.Value, scale);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientToAddTo(node.A);
            var columns = tape.Node(node.A).Shape.Last;
            for (nint r = 0; r < node.Count; r++, destination += columns)
            {
                var gradient = node.Gradient[r] * node.Float0;
                for (var c = 0; c < columns; c++)
                {
                    destination[c] += gradient;
                }
            }
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.ScaledRowSums(of.Node.Float0);
    }
}
