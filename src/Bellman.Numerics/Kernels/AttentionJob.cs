namespace Bellman.Numerics;

/// <summary>
/// Scaled dot-product attention of many heads, which threads share. A head does a block of queries at a time against all keys that the block may see,
/// so that scores never fill more than a block's rows; the backward pass makes them again from the logarithm of each row's sum.
/// </summary>
/// <remarks>Vaswani et al. 2017, arXiv:1706.03762; recomputed as in Dao et al. 2022, arXiv:2205.14135.</remarks>
internal unsafe struct AttentionJob
{
    private const int QueryBlock = 64;

    [ThreadStatic]
    private static FlatMemory? scratch;

    public float* Query, Key, Value, Output;

    /// <summary>From a position to the next, in floats.</summary>
    public nint QueryStride, KeyStride, ValueStride;

    /// <summary>The gradients, with the strides of what they belong to; null where nobody needs them.</summary>
    public float* OutputGradient, TowardsQuery, TowardsKey, TowardsValue;

    /// <summary>Whether gradients are added to what is there.</summary>
    public bool AddToQuery, AddToKey, AddToValue;

    /// <summary>log Σ exp of each query's scores, <c>[batch, heads, queries]</c>.</summary>
    public float* LogSums;

    /// <summary>1 or 0 for each key, <c>[batch, keys]</c>, or null.</summary>
    public float* KeyMask;

    public nint Heads, Queries, Keys, HeadWidth, ValueWidth;

    public bool Causal;

    public float Scale;

    /// <summary>Heads start to end, counted through the batch.</summary>
    public static void Forward(void* state, nint start, nint end)
    {
        var job = *(AttentionJob*)state;
        var stride = AlignedMemory.Pad(job.Keys);
        var scores = Scratch((QueryBlock * stride) + QueryBlock);
        var factors = scores + (QueryBlock * stride);
        for (var unit = start; unit < end; unit++)
        {
            job.Head(unit, out var q, out var k, out var v, out var o, out var logSums, out var mask);
            for (nint first = 0; first < job.Queries; first += QueryBlock)
            {
                var rows = Math.Min(QueryBlock, job.Queries - first);
                var limit = job.LimitOf(first + rows);
                Gemm.Run(false, true, rows, limit, job.HeadWidth, q + (first * job.QueryStride), job.QueryStride, k, job.KeyStride, scores, stride, null, 0, GemmActivation.None);
                KernelDispatch.Run(new AttentionWeightsKernel(scores, stride, rows, limit, job.LimitOf(first + 1), job.Causal, mask, job.Scale, factors, logSums + first));
                var output = o + (first * job.OutputStride);
                Gemm.Run(false, false, rows, job.ValueWidth, limit, scores, stride, v, job.ValueStride, output, job.OutputStride, null, 0, GemmActivation.None);
                KernelDispatch.Run(new ScaleRowsKernel(output, job.OutputStride, rows, job.ValueWidth, factors));
            }
        }
    }

    /// <summary>Gradients of heads start to end.</summary>
    public static void Backward(void* state, nint start, nint end)
    {
        var job = *(AttentionJob*)state;
        var stride = AlignedMemory.Pad(job.Keys);
        var weights = Scratch(2 * QueryBlock * stride);
        var gradients = weights + (QueryBlock * stride);
        for (var unit = start; unit < end; unit++)
        {
            job.HeadBackward(unit, stride, weights, gradients);
        }
    }

    private readonly nint OutputStride => Heads * ValueWidth;

    // Blocks from last to first: the last one sees every key, so it is the one to write the gradients that the others add to.
    private readonly void HeadBackward(nint unit, nint stride, float* weights, float* gradients)
    {
        Head(unit, out var q, out var k, out var v, out var o, out var logSums, out var mask);
        var (batch, head) = (unit / Heads, unit % Heads);
        var flow = OutputGradient + (o - Output);
        var towardsQuery = TowardsQuery == null ? null : TowardsQuery + (q - Query);
        var towardsKey = TowardsKey == null ? null : TowardsKey + (batch * Keys * KeyStride) + (head * HeadWidth);
        var towardsValue = TowardsValue == null ? null : TowardsValue + (batch * Keys * ValueStride) + (head * ValueWidth);
        bool addToKey = AddToKey, addToValue = AddToValue;
        for (var first = (Queries - 1) / QueryBlock * QueryBlock; first >= 0; first -= QueryBlock)
        {
            var rows = Math.Min(QueryBlock, Queries - first);
            var limit = LimitOf(first + rows);
            var query = q + (first * QueryStride);
            var gradient = flow + (first * OutputStride);
            Gemm.Run(false, true, rows, limit, HeadWidth, query, QueryStride, k, KeyStride, weights, stride, null, 0, GemmActivation.None);
            KernelDispatch.Run(new AttentionWeightsAgainKernel(weights, stride, rows, limit, LimitOf(first + 1), Causal, mask, Scale, logSums + first));
            if (towardsValue != null)
            {
                Gemm.Run(true, false, limit, ValueWidth, rows, weights, stride, gradient, OutputStride, towardsValue, ValueStride, addToValue ? towardsValue : null, ValueStride, GemmActivation.None);
                addToValue = true;
            }

            if (towardsQuery == null && towardsKey == null)
            {
                continue;
            }

            Gemm.Run(false, true, rows, limit, ValueWidth, gradient, OutputStride, v, ValueStride, gradients, stride, null, 0, GemmActivation.None);
            KernelDispatch.Run(new AttentionScoresBackwardKernel(weights, gradients, stride, rows, limit, gradient, o + (first * OutputStride), OutputStride, ValueWidth, Scale));
            if (towardsQuery != null)
            {
                var destination = towardsQuery + (first * QueryStride);
                Gemm.Run(false, false, rows, HeadWidth, limit, gradients, stride, k, KeyStride, destination, QueryStride, AddToQuery ? destination : null, QueryStride, GemmActivation.None);
            }

            if (towardsKey != null)
            {
                Gemm.Run(true, false, limit, HeadWidth, rows, gradients, stride, query, QueryStride, towardsKey, KeyStride, addToKey ? towardsKey : null, KeyStride, GemmActivation.None);
                addToKey = true;
            }
        }
    }

    private readonly void Head(nint unit, out float* q, out float* k, out float* v, out float* o, out float* logSums, out float* mask)
    {
        var (batch, head) = (unit / Heads, unit % Heads);
        q = Query + (batch * Queries * QueryStride) + (head * HeadWidth);
        k = Key + (batch * Keys * KeyStride) + (head * HeadWidth);
        v = Value + (batch * Keys * ValueStride) + (head * ValueWidth);
        o = Output + (batch * Queries * OutputStride) + (head * ValueWidth);
        logSums = LogSums + (unit * Queries);
        mask = KeyMask == null ? null : KeyMask + (batch * Keys);
    }

    // How many keys the queries before this one see: the last query sees all of them.
    private readonly nint LimitOf(nint query) => Causal ? query + Keys - Queries : Keys;

    private static float* Scratch(nint floats)
    {
        if (scratch is null || scratch.Count < floats)
        {
            scratch = new FlatMemory(Math.Max(floats, 1 << 15));
        }

        return scratch.Memory;
    }
}
