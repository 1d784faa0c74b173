namespace Bellman.Numerics;

// The gated recurrent unit.
public readonly unsafe partial struct Tensor
{
    /// <summary>
    /// The steps of a GRU, fused: the gates' parts that come from the inputs are made for the whole sequence beforehand, by one product; each step adds the state's part.
    /// </summary>
    /// <param name="gates">Reset gate's, update gate's and candidate's sums, <c>[steps, batch, 3·width]</c>: inputs times weight plus bias.</param>
    /// <param name="hidden">The state to start from, <c>[batch, width]</c>.</param>
    /// <param name="weight">From state to gates, <c>[width, 3·width]</c>.</param>
    /// <param name="bias">Added to the state's part before the reset gate acts on it, <c>[3·width]</c>.</param>
    /// <param name="resets">1 where the state is set to zero before a step, <c>[steps, batch]</c>; none resets nothing.</param>
    /// <returns>The states after all steps, <c>[steps, batch, width]</c>, and the last one, <c>[batch, width]</c>.</returns>
    /// <remarks>Cho et al. 2014, arXiv:1406.1078, with the reset gate after the product, as in PyTorch and cuDNN.</remarks>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Outputs, Tensor Hidden) Gru(Tensor gates, Tensor hidden, Tensor weight, Tensor bias, Tensor? resets = null)
    {
        CheckRecurrence(gates, 3, hidden, weight, resets, " GRU");
        var tape = gates.Tape;
        int steps = gates.Shape[0], batch = gates.Shape[1], width = hidden.Shape[1];
        if (bias.Shape != new Shape(3 * width))
        {
            throw new ArgumentException($"A GRU of width {width} needs a bias [{3 * width}], but was given {bias.Shape}.", nameof(bias));
        }

        var states = batch * width;
        var output = tape.Push((steps, batch, width), -1);
        tape.SetInputs(output, [gates, hidden, weight, bias]);
        var extra = RecurrenceExtra.On(tape, steps, states, resets);
        ref var node = ref tape.Node(output);
        node.Extra = extra;
        node.Backward = &GruBackward;
        node.Tangent = &GruTangent;
        float* h = tape.Node(hidden.Index).Value, sums = tape.Node(gates.Index).Value, w = tape.Node(weight.Index).Value, b = tape.Node(bias.Index).Value;
        for (nint step = 0; step < steps; step++)
        {
            float* before = extra->Before + (step * states), values = extra->Gates + (step * 4 * states);
            CopyStates(h, extra->Resets == null ? null : extra->Resets + (step * batch), before, batch, width);
            Gemm.Run(false, false, batch, 3 * width, width, before, width, w, 3 * width, values, 4 * width, b, 0, GemmActivation.None);
            h = node.Value + (step * states);
            var kernel = new GruKernel { Inputs = sums + (step * 3 * states), Gates = values, Before = before, Hidden = h, RowCount = batch, Width = width };
            KernelDispatch.RunRows(kernel, batch, 4 * states);
        }

        var all = new Tensor(tape, output, gates.Generation);
        return (all, all.Part((steps - 1) * states, (batch, width)));
    }

    private static void GruBackward(Tape tape, ref Node node)
    {
        var inputs = tape.InputsOf(node);
        int gates = inputs[0], hidden = inputs[1], weight = inputs[2], bias = inputs[3];
        nint steps = node.Shape[0], batch = node.Shape[1], width = node.Shape[2], states = batch * width;
        var extra = (RecurrenceExtra*)node.Extra;
        float* carry = tape.Allocate(states), turned = Turned(tape, tape.Node(weight));
        new Span<float>(carry, (int)states).Clear();
        float* towardsInputs = tape.Allocate(3 * steps * states), towardsState = tape.Allocate(3 * steps * states);
        for (var step = steps - 1; step >= 0; step--)
        {
            var kernel = new GruBackwardKernel
            {
                Gates = extra->Gates + (step * 4 * states),
                Before = extra->Before + (step * states),
                Flow = node.Gradient + (step * states),
                Carry = carry,
                TowardsInputs = towardsInputs + (step * 3 * states),
                TowardsState = towardsState + (step * 3 * states),
                RowCount = batch,
                Width = width,
            };
            KernelDispatch.RunRows(kernel, batch, 4 * states);
            Gemm.Run(false, false, batch, width, 3 * width, kernel.TowardsState, 3 * width, turned, width, carry, width, carry, width, GemmActivation.None);
            ClearReset(carry, extra->Resets == null ? null : extra->Resets + (step * batch), batch, width);
        }

        AddTo(tape, gates, towardsInputs);
        AddTo(tape, hidden, carry);
        var towardsWeight = tape.GradientOf(weight, out var accumulate);
        if (towardsWeight != null)
        {
            Gemm.Run(true, false, width, 3 * width, steps * batch, extra->Before, width, towardsState, 3 * width, towardsWeight, 3 * width, accumulate ? towardsWeight : null, 3 * width, GemmActivation.None);
        }

        var towardsBias = tape.GradientOf(bias, out accumulate);
        if (towardsBias != null)
        {
            Reductions.SumColumns(towardsState, steps * batch, 3 * width, towardsBias, accumulate);
        }
    }

    // The parts, step by step.
    private static Tensor? GruTangent(in TangentInputs of)
    {
        var (tape, node) = (of.Tape, of.Node);
        var resets = ((RecurrenceExtra*)node.Extra)->Resets;
        var inputs = tape.InputsOf(node);
        Tensor gates = tape.TensorAt(inputs[0]), hidden = tape.TensorAt(inputs[1]), weight = tape.TensorAt(inputs[2]), bias = tape.TensorAt(inputs[3]);
        Tensor? dg = tape.TangentAt(inputs[0]), dh = tape.TangentAt(inputs[1]), dw = tape.TangentAt(inputs[2]), db = tape.TangentAt(inputs[3]);
        int steps = node.Shape[0], batch = node.Shape[1], width = node.Shape[2], states = batch * width;
        var moved = new Tensor[steps];
        for (var step = 0; step < steps; step++)
        {
            if (Kept(tape, resets, step, batch, width) is { } kept)
            {
                (hidden, dh) = (hidden * kept, dh * kept);
            }

            // From state and input, and their tangents, zero where there is none: every step after the first has them all anyway.
            Tensor state = hidden.MatMul(weight) + bias, input = gates.Part(step * 3 * states, (batch, 3 * width));
            var ds = of.OrZero(TangentInputs.Add(dh?.MatMul(weight), dw is { } move ? hidden.MatMul(move) : null), state.Shape) + of.OrZero(db, bias.Shape);
            var di = of.OrZero(dg?.Part(step * 3 * states, (batch, 3 * width)), state.Shape);
            Tensor sums = state + input, moves = ds + di;
            Tensor reset = sums.Slice(0, width).Sigmoid(), update = sums.Slice(width, width).Sigmoid(), part = state.Slice(2 * width, width);
            var candidate = (input.Slice(2 * width, width) + (reset * part)).Tanh();
            var dreset = moves.Slice(0, width) * reset * (1 - reset);
            var dupdate = moves.Slice(width, width) * update * (1 - update);
            var dcandidate = (di.Slice(2 * width, width) + (dreset * part) + (reset * ds.Slice(2 * width, width))) * (1 - candidate.Square());
            dh = dcandidate + (dupdate * (hidden - candidate)) + (update * (of.OrZero(dh, candidate.Shape) - dcandidate));
            hidden = candidate + (update * (hidden - candidate));
            moved[step] = dh.Value.Reshape(states);
        }

        return Concatenate(moved).Reshape(node.Shape);
    }
}
