using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Gates of a GRU's step, in place, and the hidden state that follows.</summary>
internal unsafe struct GruKernel : IRowKernel<GruKernel>
{
    /// <summary>What comes from the input, <c>[rows, 3·width]</c>: reset gate, update gate, candidate.</summary>
    public float* Inputs;

    /// <summary><c>[rows, 4·width]</c>. Before: the three parts that come from the state. After: reset gate, update gate, the state's part of the candidate, the candidate.</summary>
    public float* Gates;

    /// <summary>The state before, zero where the row starts anew, and the one after.</summary>
    public float* Before, Hidden;
    public nint RowCount, Width;

    public readonly GruKernel Rows(nint start, nint count) => this with
    {
        Inputs = Inputs + (3 * start * Width),
        Gates = Gates + (4 * start * Width),
        Before = Before + (start * Width),
        Hidden = Hidden + (start * Width),
        RowCount = count,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var width = Width;
        float* inputs = Inputs, gates = Gates, before = Before, hidden = Hidden;
        for (nint r = 0; r < RowCount; r++, inputs += 3 * width, gates += 4 * width, before += width, hidden += width)
        {
            for (nint c = 0; c < width; c += L.Count)
            {
                var left = width - c;
                var reset = VectorMath.Sigmoid(L.Load(inputs + c) + L.Load(gates + c));
                var update = VectorMath.Sigmoid(L.Load(inputs + width + c) + L.Load(gates + width + c));
                var candidate = VectorMath.Tanh(L.MultiplyAdd(reset, L.Load(gates + (2 * width) + c), L.Load(inputs + (2 * width) + c)));
                RowMath.StoreFirst(reset, gates + c, left);
                RowMath.StoreFirst(update, gates + width + c, left);
                RowMath.StoreFirst(candidate, gates + (3 * width) + c, left);
                RowMath.StoreFirst(L.MultiplyAdd(update, L.Load(before + c) - candidate, candidate), hidden + c, left);
            }
        }
    }
}

/// <summary>Gradients of a GRU's step: towards what came from input and state, and, in place, from the state after it to the state before, its gates' share excepted.</summary>
internal unsafe struct GruBackwardKernel : IRowKernel<GruBackwardKernel>
{
    public float* Gates, Before, Flow, Carry;

    /// <summary><c>[rows, 3·width]</c> each.</summary>
    public float* TowardsInputs, TowardsState;
    public nint RowCount, Width;

    public readonly GruBackwardKernel Rows(nint start, nint count) => this with
    {
        Gates = Gates + (4 * start * Width),
        Before = Before + (start * Width),
        Flow = Flow + (start * Width),
        Carry = Carry + (start * Width),
        TowardsInputs = TowardsInputs + (3 * start * Width),
        TowardsState = TowardsState + (3 * start * Width),
        RowCount = count,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var width = Width;
        var one = L.Create(1);
        for (nint r = 0; r < RowCount; r++)
        {
            float* gates = Gates + (4 * r * width), inputs = TowardsInputs + (3 * r * width), state = TowardsState + (3 * r * width);
            for (nint c = 0; c < width; c += L.Count)
            {
                var (left, place) = (width - c, (r * width) + c);
                L reset = L.Load(gates + c), update = L.Load(gates + width + c), part = L.Load(gates + (2 * width) + c), candidate = L.Load(gates + (3 * width) + c);
                var flow = L.Load(Flow + place) + L.Load(Carry + place);
                var towardsCandidate = flow * (one - update) * L.MultiplyAdd(-candidate, candidate, one);
                var towardsReset = towardsCandidate * part * L.MultiplyAdd(-reset, reset, reset);
                var towardsUpdate = flow * (L.Load(Before + place) - candidate) * L.MultiplyAdd(-update, update, update);
                RowMath.StoreFirst(towardsReset, inputs + c, left);
                RowMath.StoreFirst(towardsUpdate, inputs + width + c, left);
                RowMath.StoreFirst(towardsCandidate, inputs + (2 * width) + c, left);
                RowMath.StoreFirst(towardsReset, state + c, left);
                RowMath.StoreFirst(towardsUpdate, state + width + c, left);
                RowMath.StoreFirst(towardsCandidate * reset, state + (2 * width) + c, left);
                RowMath.StoreFirst(flow * update, Carry + place, left);
            }
        }
    }
}
