using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// What the recurrent layers share.
public readonly unsafe partial struct Tensor
{
    /// <summary>Elements from one place on, in order, under another shape; nothing is copied.</summary>
    private Tensor Part(int start, Shape shape)
    {
        var tape = Tape;
        var output = tape.PushAlias(shape, tape.Node(this).Value + start, Index);
        ref var node = ref tape.Node(output);
        node.Int0 = start;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node) =>
            AddColumns(node.Gradient, node.Count, tape.GradientToAddTo(node.A) + node.Int0, node.Count, 1, node.Count);

        static Tensor? Tangent(in TangentInputs of) => of.TangentA?.Part(of.Node.Int0, of.Node.Shape);
    }

    private static void CheckRecurrence(Tensor gates, int count, Tensor state, Tensor weight, Tensor? resets, string kind)
    {
        Shape sums = gates.Shape, start = state.Shape;
        if (sums.Rank != 3 || start.Rank != 2 || start[0] != sums[1] || sums[2] != count * start[1] || weight.Shape != new Shape(start[1], count * start[1]))
        {
            throw new ArgumentException(
                $"A{kind} of width n needs gates [steps, batch, {count}n], a state [batch, n] and a weight [n, {count}n], but was given {sums}, {start} and {weight.Shape}.", nameof(gates));
        }

        if (resets is { } given && given.Shape != new Shape(sums[0], sums[1]))
        {
            throw new ArgumentException($"Resets need a number for each step and row, [{sums[0]}, {sums[1]}], but were given {given.Shape}.", nameof(resets));
        }
    }

    // The state that a step starts from: the one before, or zeros where a row starts anew.
    private static void CopyStates(float* before, float* resets, float* destination, nint rows, nint width)
    {
        for (nint r = 0; r < rows; r++)
        {
            if (resets != null && resets[r] != 0)
            {
                new Span<float>(destination + (r * width), (int)width).Clear();
            }
            else
            {
                Unsafe.CopyBlockUnaligned(destination + (r * width), before + (r * width), (uint)width * sizeof(float));
            }
        }
    }

    private static void ClearReset(float* gradient, float* resets, nint rows, nint width)
    {
        for (nint r = 0; resets != null && r < rows; r++)
        {
            if (resets[r] != 0)
            {
                new Span<float>(gradient + (r * width), (int)width).Clear();
            }
        }
    }

    // Turned once, so that the product of every step reads it in order.
    private static float* Turned(Tape tape, in Node weight)
    {
        var turned = tape.Allocate(weight.Count);
        GemmPacking.Transpose(weight.Value, weight.Shape[1], weight.Shape[0], weight.Shape[1], turned, weight.Shape[0]);
        return turned;
    }

    private static void AddTo(Tape tape, int index, float* gradient)
    {
        var destination = tape.GradientOf(index, out var accumulate);
        if (destination != null)
        {
            var count = tape.Node(index).Count;
            KernelDispatch.Run(new AffineKernel(gradient, destination, count, 1, 0, accumulate), count);
        }
    }

    // 1 where a row goes on, 0 where it starts anew, for each of its elements; null where all go on.
    private static Tensor? Kept(Tape tape, float* resets, nint step, int rows, int width)
    {
        if (resets == null)
        {
            return null;
        }

        var kept = tape.Input(rows, out var values);
        for (var r = 0; r < rows; r++)
        {
            values[r] = resets[(step * rows) + r] != 0 ? 0 : 1;
        }

        return kept.RepeatLast(width);
    }

    /// <summary>What a recurrent layer keeps for its gradient: four numbers a state of each step, the states that the steps start from, and where rows start anew.</summary>
    private struct RecurrenceExtra
    {
        public float* Gates;
        public float* Before;
        public float* Resets;

        public static RecurrenceExtra* On(Tape tape, int steps, int states, Tensor? resets)
        {
            var extra = (RecurrenceExtra*)tape.Allocate(sizeof(RecurrenceExtra) / sizeof(float));
            extra->Gates = tape.Allocate((nint)steps * 4 * states);
            extra->Before = tape.Allocate((nint)steps * states);
            extra->Resets = resets is { } given ? tape.Node(given).Value : null;
            return extra;
        }
    }
}
