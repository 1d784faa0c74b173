namespace Bellman.Numerics;

// The long short-term memory.
public readonly unsafe partial struct Tensor
{
    /// <summary>
    /// The steps of an LSTM, fused: the gates' parts that come from the inputs are made for the whole sequence beforehand, by one product; each step adds the state's part.
    /// </summary>
    /// <param name="gates">Input, forget, candidate and output gate's sums, <c>[steps, batch, 4·width]</c>: inputs times weight plus biases.</param>
    /// <param name="hidden">The hidden state to start from, <c>[batch, width]</c>.</param>
    /// <param name="cell">The cell to start from, <c>[batch, width]</c>.</param>
    /// <param name="weight">From hidden state to gates, <c>[width, 4·width]</c>.</param>
    /// <param name="resets">1 where hidden state and cell are set to zero before a step, <c>[steps, batch]</c>; none resets nothing.</param>
    /// <returns>The hidden states of all steps, <c>[steps, batch, width]</c>; the last hidden state and the last cell, <c>[batch, width]</c>.</returns>
    /// <remarks>Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; gates in PyTorch's order.</remarks>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Outputs, Tensor Hidden, Tensor Cell) Lstm(Tensor gates, Tensor hidden, Tensor cell, Tensor weight, Tensor? resets = null)
    {
        CheckRecurrence(gates, 4, hidden, weight, resets, "n LSTM");
        if (cell.Shape != hidden.Shape)
        {
            throw new ArgumentException($"An LSTM's cell has its hidden state's shape {hidden.Shape}, but this one has {cell.Shape}.", nameof(cell));
        }

        var tape = gates.Tape;
        int steps = gates.Shape[0], batch = gates.Shape[1], width = hidden.Shape[1];
        var states = batch * width;

        // Hidden states of all steps, then cells of all steps.
        var output = tape.Push((2, steps, batch, width), -1);
        tape.SetInputs(output, [gates, hidden, cell, weight]);
        var extra = RecurrenceExtra.On(tape, steps, states, resets);
        ref var node = ref tape.Node(output);
        node.Extra = extra;
        node.Backward = &LstmBackward;
        node.Tangent = &LstmTangent;
        float* h = tape.Node(hidden.Index).Value, c = tape.Node(cell.Index).Value, sums = tape.Node(gates.Index).Value, w = tape.Node(weight.Index).Value;
        for (nint step = 0; step < steps; step++)
        {
            var anew = extra->Resets == null ? null : extra->Resets + (step * batch);
            float* before = extra->Before + (step * states), values = extra->Gates + (step * 4 * states);
            CopyStates(h, anew, before, batch, width);
            Gemm.Run(false, false, batch, 4 * width, width, before, width, w, 4 * width, values, 4 * width, sums + (step * 4 * states), 4 * width, GemmActivation.None);
            h = node.Value + (step * states);
            var kernel = new LstmKernel { Gates = values, CellBefore = c, Cell = h + ((nint)steps * states), Hidden = h, Resets = anew, RowCount = batch, Width = width };
            KernelDispatch.RunRows(kernel, batch, 4 * states);
            c = kernel.Cell;
        }

        var all = new Tensor(tape, output, gates.Generation);
        var sequence = steps * states;
        return (all.Part(0, (steps, batch, width)), all.Part(sequence - states, (batch, width)), all.Part((2 * sequence) - states, (batch, width)));
    }

    private static void LstmBackward(Tape tape, ref Node node)
    {
        var inputs = tape.InputsOf(node);
        int gates = inputs[0], hidden = inputs[1], cell = inputs[2], weight = inputs[3];
        nint steps = node.Shape[1], batch = node.Shape[2], width = node.Shape[3], states = batch * width;
        var extra = (RecurrenceExtra*)node.Extra;
        float* hiddenCarry = tape.Allocate(states), cellCarry = tape.Allocate(states), turned = Turned(tape, tape.Node(weight));
        new Span<float>(hiddenCarry, (int)states).Clear();
        new Span<float>(cellCarry, (int)states).Clear();

        // Gradients of all gates are needed together in the end; they are written where they belong if nothing is there yet.
        var towardsGates = tape.GradientOf(gates, out var accumulate);
        var flows = towardsGates == null || accumulate ? tape.Allocate(4 * steps * states) : towardsGates;
        for (var step = steps - 1; step >= 0; step--)
        {
            var kernel = new LstmBackwardKernel
            {
                Gates = extra->Gates + (step * 4 * states),
                CellBefore = step == 0 ? tape.Node(cell).Value : node.Value + ((steps + step - 1) * states),
                Cell = node.Value + ((steps + step) * states),
                Resets = extra->Resets == null ? null : extra->Resets + (step * batch),
                HiddenFlow = node.Gradient + (step * states),
                CellFlow = node.Gradient + ((steps + step) * states),
                HiddenCarry = hiddenCarry,
                CellCarry = cellCarry,
                TowardsGates = flows + (step * 4 * states),
                RowCount = batch,
                Width = width,
            };
            KernelDispatch.RunRows(kernel, batch, 4 * states);
            Gemm.Run(false, false, batch, width, 4 * width, kernel.TowardsGates, 4 * width, turned, width, hiddenCarry, width, null, 0, GemmActivation.None);
            ClearReset(hiddenCarry, kernel.Resets, batch, width);
        }

        if (flows != towardsGates && towardsGates != null)
        {
            KernelDispatch.Run(new AffineKernel(flows, towardsGates, 4 * steps * states, 1, 0, accumulate: true), 4 * steps * states);
        }

        var towardsWeight = tape.GradientOf(weight, out accumulate);
        if (towardsWeight != null)
        {
            Gemm.Run(true, false, width, 4 * width, steps * batch, extra->Before, width, flows, 4 * width, towardsWeight, 4 * width, accumulate ? towardsWeight : null, 4 * width, GemmActivation.None);
        }

        AddTo(tape, hidden, hiddenCarry);
        AddTo(tape, cell, cellCarry);
    }

    // The parts, step by step.
    private static Tensor? LstmTangent(in TangentInputs of)
    {
        var (tape, node) = (of.Tape, of.Node);
        var resets = ((RecurrenceExtra*)node.Extra)->Resets;
        var inputs = tape.InputsOf(node);
        Tensor gates = tape.TensorAt(inputs[0]), hidden = tape.TensorAt(inputs[1]), cell = tape.TensorAt(inputs[2]), weight = tape.TensorAt(inputs[3]);
        Tensor? dg = tape.TangentAt(inputs[0]), dh = tape.TangentAt(inputs[1]), dc = tape.TangentAt(inputs[2]), dw = tape.TangentAt(inputs[3]);
        int steps = node.Shape[1], batch = node.Shape[2], width = node.Shape[3], states = batch * width;
        var moved = new Tensor[2 * steps];
        for (var step = 0; step < steps; step++)
        {
            if (Kept(tape, resets, step, batch, width) is { } kept)
            {
                (hidden, cell, dh, dc) = (hidden * kept, cell * kept, dh * kept, dc * kept);
            }

            var sums = hidden.MatMul(weight) + gates.Part(step * 4 * states, (batch, 4 * width));
            var ds = TangentInputs.Add(TangentInputs.Add(dh?.MatMul(weight), dw is { } move ? hidden.MatMul(move) : null), dg?.Part(step * 4 * states, (batch, 4 * width)));
            Tensor input = sums.Slice(0, width).Sigmoid(), forget = sums.Slice(width, width).Sigmoid();
            Tensor candidate = sums.Slice(2 * width, width).Tanh(), output = sums.Slice(3 * width, width).Sigmoid();
            var dcell = dc * forget;
            if (ds is { } d)
            {
                var fromGates = (d.Slice(0, width) * input * (1 - input) * candidate) + (d.Slice(width, width) * forget * (1 - forget) * cell) + (d.Slice(2 * width, width) * (1 - candidate.Square()) * input);
                dcell = TangentInputs.Add(dcell, fromGates);
            }

            (cell, dc) = ((forget * cell) + (input * candidate), dcell);
            var squashed = cell.Tanh();
            dh = TangentInputs.Add(dc * output * (1 - squashed.Square()), ds is { } all ? all.Slice(3 * width, width) * output * (1 - output) * squashed : null);
            hidden = output * squashed;
            moved[step] = of.OrZero(dh, (batch, width)).Reshape(states);
            moved[steps + step] = of.OrZero(dc, (batch, width)).Reshape(states);
        }

        return Concatenate(moved).Reshape(node.Shape);
    }
}
