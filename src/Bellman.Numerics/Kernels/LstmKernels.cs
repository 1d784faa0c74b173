using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Gates of an LSTM's step, from their sums to their values in place, and the cell and hidden state that follow.</summary>
internal unsafe struct LstmKernel : IRowKernel<LstmKernel>
{
    /// <summary><c>[rows, 4·width]</c>: input, forget, candidate and output gate.</summary>
    public float* Gates;
    public float* CellBefore, Cell, Hidden;

    /// <summary>Not 0 where a row starts anew; null where none does.</summary>
    public float* Resets;
    public nint RowCount, Width;

    public readonly LstmKernel Rows(nint start, nint count) => this with
    {
        Gates = Gates + (4 * start * Width),
        CellBefore = CellBefore + (start * Width),
        Cell = Cell + (start * Width),
        Hidden = Hidden + (start * Width),
        Resets = Resets == null ? null : Resets + start,
        RowCount = count,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var width = Width;
        float* gates = Gates, before = CellBefore, cell = Cell, hidden = Hidden;
        for (nint r = 0; r < RowCount; r++, gates += 4 * width, before += width, cell += width, hidden += width)
        {
            var anew = Resets != null && Resets[r] != 0;
            for (nint c = 0; c < width; c += L.Count)
            {
                var left = width - c;
                L input = VectorMath.Sigmoid(L.Load(gates + c)), forget = VectorMath.Sigmoid(L.Load(gates + width + c));
                L candidate = VectorMath.Tanh(L.Load(gates + (2 * width) + c)), output = VectorMath.Sigmoid(L.Load(gates + (3 * width) + c));
                RowMath.StoreFirst(input, gates + c, left);
                RowMath.StoreFirst(forget, gates + width + c, left);
                RowMath.StoreFirst(candidate, gates + (2 * width) + c, left);
                RowMath.StoreFirst(output, gates + (3 * width) + c, left);
                var state = L.MultiplyAdd(forget, anew ? L.Create(0) : L.Load(before + c), input * candidate);
                RowMath.StoreFirst(state, cell + c, left);
                RowMath.StoreFirst(output * VectorMath.Tanh(state), hidden + c, left);
            }
        }
    }
}

/// <summary>Gradients of an LSTM's step: towards the sums of its gates, and, in place, from the cell after it to the cell before.</summary>
internal unsafe struct LstmBackwardKernel : IRowKernel<LstmBackwardKernel>
{
    public float* Gates, CellBefore, Cell, Resets;

    /// <summary>Gradients of the step's outputs, hidden and cell.</summary>
    public float* HiddenFlow, CellFlow;

    /// <summary>Gradients from the step after, of hidden and cell.</summary>
    public float* HiddenCarry, CellCarry;

    /// <summary><c>[rows, 4·width]</c>.</summary>
    public float* TowardsGates;
    public nint RowCount, Width;

    public readonly LstmBackwardKernel Rows(nint start, nint count) => this with
    {
        Gates = Gates + (4 * start * Width),
        CellBefore = CellBefore + (start * Width),
        Cell = Cell + (start * Width),
        Resets = Resets == null ? null : Resets + start,
        HiddenFlow = HiddenFlow + (start * Width),
        CellFlow = CellFlow + (start * Width),
        HiddenCarry = HiddenCarry + (start * Width),
        CellCarry = CellCarry + (start * Width),
        TowardsGates = TowardsGates + (4 * start * Width),
        RowCount = count,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var width = Width;
        var (one, zero) = (L.Create(1), L.Create(0));
        for (nint r = 0; r < RowCount; r++)
        {
            var anew = Resets != null && Resets[r] != 0;
            float* gates = Gates + (4 * r * width), towards = TowardsGates + (4 * r * width);
            for (nint c = 0; c < width; c += L.Count)
            {
                var (left, place) = (width - c, (r * width) + c);
                L input = L.Load(gates + c), forget = L.Load(gates + width + c), candidate = L.Load(gates + (2 * width) + c), output = L.Load(gates + (3 * width) + c);
                var squashed = VectorMath.Tanh(L.Load(Cell + place));
                var hidden = L.Load(HiddenFlow + place) + L.Load(HiddenCarry + place);
                var cell = L.MultiplyAdd(hidden * output, L.MultiplyAdd(-squashed, squashed, one), L.Load(CellFlow + place) + L.Load(CellCarry + place));
                var before = anew ? zero : L.Load(CellBefore + place);
                RowMath.StoreFirst(cell * candidate * L.MultiplyAdd(-input, input, input), towards + c, left);
                RowMath.StoreFirst(cell * before * L.MultiplyAdd(-forget, forget, forget), towards + width + c, left);
                RowMath.StoreFirst(cell * input * L.MultiplyAdd(-candidate, candidate, one), towards + (2 * width) + c, left);
                RowMath.StoreFirst(hidden * squashed * L.MultiplyAdd(-output, output, output), towards + (3 * width) + c, left);
                RowMath.StoreFirst(anew ? zero : cell * forget, CellCarry + place, left);
            }
        }
    }
}
