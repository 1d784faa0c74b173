using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Takes a chunk of a row's logits into its log Σ exp, and its target's logit if it lies here.</summary>
internal unsafe struct VocabularyKernel(float* logits, nint stride, nint rows, nint column, nint columns, int* targets, float* chosen, float* logSums) : IRowKernel<VocabularyKernel>
{
    public readonly VocabularyKernel Rows(nint start, nint count) => new(logits + (start * stride), stride, count, column, columns, targets + start, chosen + start, logSums + start);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var row = logits;
        for (nint r = 0; r < rows; r++, row += stride)
        {
            var largest = RowMath.Max<L, ScoreTerm>(new ScoreTerm(row, null, 1), columns);
            var logSum = largest + RowMath.Log<L>(RowMath.Sum<L, ExponentialTerm>(new ExponentialTerm(row, largest), columns));
            if (column > 0)
            {
                // log(e^a + e^b) = max + log(1 + e^(−|a − b|))
                var before = logSums[r];
                logSum = MathF.Max(before, logSum) + RowMath.Softplus<L>(-MathF.Abs(before - logSum));
            }

            logSums[r] = logSum;
            var target = targets[r] - column;
            if (target >= 0 && target < columns)
            {
                chosen[r] = row[target];
            }
        }
    }

    private readonly struct ExponentialTerm(float* row, float largest) : IRowTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L At<L>(nint place) where L : unmanaged, ILanes<L> => VectorMath.Exp(L.Load(row + place) - L.Create(largest));
    }
}

/// <summary>Replaces a chunk of logits by the gradients towards them.</summary>
internal unsafe struct VocabularyBackwardKernel(float* logits, nint stride, nint rows, nint column, nint columns, int* targets, float* gradient, float* logSums, int ignoreIndex)
    : IRowKernel<VocabularyBackwardKernel>
{
    public readonly VocabularyBackwardKernel Rows(nint start, nint count) =>
        new(logits + (start * stride), stride, count, column, columns, targets + start, gradient + start, logSums + start, ignoreIndex);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var row = logits;
        for (nint r = 0; r < rows; r++, row += stride)
        {
            var flow = targets[r] == ignoreIndex ? 0 : gradient[r];
            L logSum = L.Create(logSums[r]), factor = L.Create(-flow);
            for (nint c = 0; c < columns; c += L.Count)
            {
                (VectorMath.Exp(L.Load(row + c) - logSum) * factor).Store(row + c);
            }

            var target = targets[r] - column;
            if (flow != 0 && target >= 0 && target < columns)
            {
                row[target] += flow;
            }
        }
    }
}
