using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>A row's scores, scaled, −∞ where a key is masked.</summary>
internal readonly unsafe struct ScoreTerm(float* scores, float* mask, float scale) : IRowTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public L At<L>(nint place) where L : unmanaged, ILanes<L>
    {
        var score = L.Load(scores + place) * L.Create(scale);
        return mask == null ? score : L.Select(L.Equal(L.Load(mask + place), L.Create(0)), L.Create(float.NegativeInfinity), score);
    }
}

/// <summary>Replaces scores by e^(score − the row's largest), 0 for keys that a query may not see; gives 1 / Σ and log Σ of each row.</summary>
/// <param name="visible">How many keys the first row sees; each further one sees one more if causal.</param>
internal unsafe struct AttentionWeightsKernel(float* scores, nint stride, nint rows, nint keys, nint visible, bool causal, float* mask, float scale, float* factors, float* logSums) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var row = scores;
        var end = AlignedMemory.Pad(keys);
        for (nint r = 0; r < rows; r++, row += stride)
        {
            var seen = causal ? visible + r : keys;
            var term = new ScoreTerm(row, mask, scale);
            var largest = RowMath.Max<L, ScoreTerm>(term, seen);

            // A query whose keys are all masked attends to nothing: its weights are 0.
            largest = float.IsNegativeInfinity(largest) ? 0 : largest;
            var sum = RowMath.Sum<L, ExponentialTerm>(new ExponentialTerm(term, row, largest), seen);
            for (var c = seen; c < end; c++)
            {
                row[c] = 0;
            }

            factors[r] = sum == 0 ? 0 : 1 / sum;
            logSums[r] = sum == 0 ? 0 : largest + RowMath.Log<L>(sum);
        }
    }

    /// <summary>e^(score − largest), stored as it is made.</summary>
    private readonly struct ExponentialTerm(ScoreTerm score, float* row, float largest) : IRowTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L At<L>(nint place) where L : unmanaged, ILanes<L>
        {
            var weight = VectorMath.Exp(score.At<L>(place) - L.Create(largest));
            weight.Store(row + place);
            return weight;
        }
    }
}

/// <summary>Replaces scores by e^(score − log Σ), the weights of the forward pass.</summary>
internal unsafe struct AttentionWeightsAgainKernel(float* scores, nint stride, nint rows, nint keys, nint visible, bool causal, float* mask, float scale, float* logSums) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var row = scores;
        var end = AlignedMemory.Pad(keys);
        for (nint r = 0; r < rows; r++, row += stride)
        {
            var seen = causal ? visible + r : keys;
            var term = new ScoreTerm(row, mask, scale);
            var logSum = L.Create(logSums[r]);
            for (nint c = 0; c < seen; c += L.Count)
            {
                VectorMath.Exp(term.At<L>(c) - logSum).Store(row + c);
            }

            for (var c = seen; c < end; c++)
            {
                row[c] = 0;
            }
        }
    }
}

/// <summary>Gradients towards scores: weight·(towards the weight − Σ dy·y)·scale, over those towards the weights.</summary>
internal unsafe struct AttentionScoresBackwardKernel(float* weights, float* gradients, nint stride, nint rows, nint keys, float* flow, float* output, nint outputStride, nint width, float scale) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var factor = L.Create(scale);
        for (nint r = 0; r < rows; r++)
        {
            float* weight = weights + (r * stride), gradient = gradients + (r * stride);
            var pull = L.Create(RowMath.Sum<L, ProductTerm>(new ProductTerm(flow + (r * outputStride), output + (r * outputStride)), width));
            for (nint c = 0; c < keys; c += L.Count)
            {
                (L.Load(weight + c) * (L.Load(gradient + c) - pull) * factor).Store(gradient + c);
            }
        }
    }

    private readonly struct ProductTerm(float* a, float* b) : IRowTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L At<L>(nint place) where L : unmanaged, ILanes<L> => L.Load(a + place) * L.Load(b + place);
    }
}

/// <summary>Each row times its own factor.</summary>
internal unsafe struct ScaleRowsKernel(float* x, nint stride, nint rows, nint width, float* factors) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var row = x;
        for (nint r = 0; r < rows; r++, row += stride)
        {
            var factor = L.Create(factors[r]);
            for (nint c = 0; c < width; c += L.Count)
            {
                RowMath.StoreFirst(L.Load(row + c) * factor, row + c, width - c);
            }
        }
    }
}
