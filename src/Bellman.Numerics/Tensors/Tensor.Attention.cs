namespace Bellman.Numerics;

// Scaled dot-product attention.
public readonly unsafe partial struct Tensor
{
    /// <summary>
    /// softmax(q·kᵀ/√width)·v for each head, fused: scores exist for a block of queries at a time and are made again in the backward pass.
    /// </summary>
    /// <param name="query"><c>[batch, queries, heads·width]</c>.</param>
    /// <param name="key"><c>[batch, keys, heads·width]</c>.</param>
    /// <param name="value"><c>[batch, keys, heads·valueWidth]</c>.</param>
    /// <param name="heads">Into how many parts the last axes fall, head by head.</param>
    /// <param name="causal">Whether a query sees no key after its own place; the last query stands at the last key, so that new tokens may attend to older ones.</param>
    /// <param name="keyMask"><c>[batch, keys]</c>: 0 for keys, such as padding, that nobody sees. A query that sees none gives zeros.</param>
    /// <returns><c>[batch, queries, heads·valueWidth]</c>.</returns>
    /// <remarks>Vaswani et al. 2017, arXiv:1706.03762.</remarks>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Attention(Tensor query, Tensor key, Tensor value, int heads, bool causal = false, Tensor? keyMask = null)
    {
        var tape = query.Tape;
        Shape q = tape.Node(query).Shape, k = tape.Node(key).Shape, v = tape.Node(value).Shape;
        var fits = q.Rank == 3 && k.Rank == 3 && v.Rank == 3 && q[0] == k[0] && q[0] == v[0] && k[1] == v[1] && q[2] == k[2];
        if (!fits || heads < 1 || q[2] % heads != 0 || v[2] % heads != 0 || (causal && q[1] > k[1]))
        {
            throw new ArgumentException(
                $"Attention of {heads} heads needs queries [batch, n, heads·width], keys [batch, m, heads·width] and values [batch, m, heads·width]{(causal ? ", n ≤ m," : "")} but was given {q}, {k} and {v}.", nameof(query));
        }

        CheckKeyMask(keyMask, q[0], k[1]);
        return Attend(tape, (q[0], q[1], v[2]), query.Index, key.Index, value.Index, heads, causal, keyMask);
    }

    /// <summary>
    /// <see cref="Attention"/> of a sequence to itself, from queries, keys and values side by side as one product makes them: <c>[batch, n, 3·heads·width]</c> to <c>[batch, n, heads·width]</c>.
    /// </summary>
    /// <param name="heads">Into how many parts each third of the last axis falls.</param>
    /// <param name="causal">Whether a place sees only itself and those before.</param>
    /// <param name="keyMask"><c>[batch, n]</c>: 0 for places, such as padding, that nobody sees. A place that sees none gives zeros.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor SelfAttention(int heads, bool causal = false, Tensor? keyMask = null)
    {
        var shape = Tape.Node(this).Shape;
        if (shape.Rank != 3 || heads < 1 || shape[2] % (3 * heads) != 0)
        {
            throw new ArgumentException($"Self-attention of {heads} heads needs [batch, n, 3·heads·width], but was given {shape}.", nameof(heads));
        }

        CheckKeyMask(keyMask, shape[0], shape[1]);
        return Attend(Tape, (shape[0], shape[1], shape[2] / 3), Index, -1, -1, heads, causal, keyMask);
    }

    private static void CheckKeyMask(Tensor? mask, int batch, int keys)
    {
        if (mask is { } given && given.Shape != new Shape(batch, keys))
        {
            throw new ArgumentException($"A key mask has a number for each key, [{batch}, {keys}], but this one has {given.Shape}.", nameof(mask));
        }
    }

    private static Tensor Attend(Tape tape, Shape shape, int query, int key, int value, int heads, bool causal, Tensor? keyMask)
    {
        var output = tape.Push(shape, query, key, value);
        var extra = (AttentionExtra*)tape.Allocate(sizeof(AttentionExtra) / sizeof(float));
        extra->LogSums = tape.Allocate((nint)shape[0] * shape[1] * heads);
        extra->KeyMask = keyMask is { } mask ? tape.Node(mask).Value : null;
        ref var node = ref tape.Node(output);
        node.Extra = extra;
        node.Int0 = causal ? -heads : heads;
        node.Backward = &Backward;
        node.Tangent = &AttentionTangent;
        var job = AttentionOf(tape, node);
        SplitHeads(&AttentionJob.Forward, &job, shape[0]);
        return new Tensor(tape, output, tape.Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var job = AttentionOf(tape, node);
            job.OutputGradient = node.Gradient;
            if (node.B < 0)
            {
                job.TowardsQuery = tape.GradientOf(node.A, out var accumulate);
                job.TowardsKey = job.TowardsQuery + (job.Heads * job.HeadWidth);
                job.TowardsValue = job.TowardsKey + (job.Heads * job.HeadWidth);
                job.AddToQuery = job.AddToKey = job.AddToValue = accumulate;
            }
            else if (node.A == node.B || node.B == node.C || node.A == node.C)
            {
                // One memory serves several: all are added to it.
                job.TowardsQuery = tape.GradientToAddTo(node.A);
                job.TowardsKey = tape.GradientToAddTo(node.B);
                job.TowardsValue = tape.GradientToAddTo(node.C);
                job.AddToQuery = job.AddToKey = job.AddToValue = true;
            }
            else
            {
                job.TowardsQuery = tape.GradientOf(node.A, out job.AddToQuery);
                job.TowardsKey = tape.GradientOf(node.B, out job.AddToKey);
                job.TowardsValue = tape.GradientOf(node.C, out job.AddToValue);
            }

            SplitHeads(&AttentionJob.Backward, &job, node.Shape[0]);
        }
    }

    private static void SplitHeads(delegate*<void*, nint, nint, void> body, AttentionJob* job, nint batch)
    {
        var heads = batch * job->Heads;
        if (NumericsThreads.Count > 1 && (double)heads * job->Queries * job->Keys * (job->HeadWidth + job->ValueWidth) >= NumericsThreads.WorthSplitting)
        {
            NumericsThreads.SplitRows(heads, body, job);
        }
        else
        {
            body(job, 0, heads);
        }
    }

    private static AttentionJob AttentionOf(Tape tape, in Node node)
    {
        var packed = node.B < 0;
        ref var query = ref tape.Node(node.A);
        var extra = (AttentionExtra*)node.Extra;
        nint heads = Math.Abs(node.Int0), width = packed ? query.Shape[2] / 3 : query.Shape[2];
        var job = new AttentionJob
        {
            Query = query.Value,
            Key = packed ? query.Value + width : tape.Node(node.B).Value,
            Value = packed ? query.Value + (2 * width) : tape.Node(node.C).Value,
            Output = node.Value,
            QueryStride = query.Shape[2],
            KeyStride = query.Shape[2],
            ValueStride = packed ? query.Shape[2] : node.Shape[2],
            LogSums = extra->LogSums,
            KeyMask = extra->KeyMask,
            Heads = heads,
            Queries = node.Shape[1],
            Keys = packed ? node.Shape[1] : tape.Node(node.B).Shape[1],
            HeadWidth = width / heads,
            ValueWidth = node.Shape[2] / heads,
            Causal = node.Int0 < 0,
        };
        job.Scale = (float)(1 / Math.Sqrt(job.HeadWidth));
        return job;
    }

    // The parts, with all scores in memory: weights P = softmax(Q·Kᵀ·scale), output P·V.
    private static Tensor? AttentionTangent(in TangentInputs of)
    {
        var (tape, node) = (of.Tape, of.Node);
        var job = AttentionOf(tape, node);
        Tensor q, k, v;
        Tensor? dq, dk, dv;
        if (node.B < 0)
        {
            var width = node.Shape[2];
            (q, k, v) = (of.A.Slice(0, width), of.A.Slice(width, width), of.A.Slice(2 * width, width));
            (dq, dk, dv) = (of.TangentA?.Slice(0, width), of.TangentA?.Slice(width, width), of.TangentA?.Slice(2 * width, width));
        }
        else
        {
            (q, k, v) = (of.A, of.B, tape.TensorAt(node.C));
            (dq, dk, dv) = (of.TangentA, of.TangentB, of.TangentC);
        }

        var heads = (int)job.Heads;
        (q, k, v) = (ByHead(q, heads), ByHead(k, heads), ByHead(v, heads));
        (dq, dk, dv) = (dq is { } a ? ByHead(a, heads) : null, dk is { } b ? ByHead(b, heads) : null, dv is { } c ? ByHead(c, heads) : null);
        var scores = q.BatchMatMul(k, transposeOther: true) * job.Scale;
        var visible = Visible(tape, job, scores.Shape);
        var weights = Where(visible, scores, tape.Fill(-1e30f, scores.Shape)).Softmax() * visible;
        var moved = TangentInputs.Add(dq?.BatchMatMul(k, transposeOther: true), dk is { } other ? q.BatchMatMul(other, transposeOther: true) : null);
        Tensor? output = null;
        if (moved is { } unscaled)
        {
            var flow = weights * (unscaled * job.Scale);
            output = (flow - (weights * flow.SumLast().RepeatLast(scores.Shape.Last))).BatchMatMul(v);
        }

        output = TangentInputs.Add(output, dv is { } values ? weights.BatchMatMul(values) : null);
        return output?.SwapAxes(1, 2).Reshape(node.Shape);
    }

    // [batch, n, heads·width] to [batch, heads, n, width].
    private static Tensor ByHead(Tensor x, int heads)
    {
        var shape = x.Shape;
        return x.Reshape((shape[0], shape[1], heads, shape[2] / heads)).SwapAxes(1, 2);
    }

    private static Tensor Visible(Tape tape, in AttentionJob job, Shape shape)
    {
        var visible = tape.Input(shape, out var values);
        var i = 0;
        for (nint unit = 0; unit < (nint)shape[0] * shape[1]; unit++)
        {
            for (nint q = 0; q < shape[2]; q++)
            {
                for (nint k = 0; k < shape[3]; k++, i++)
                {
                    var seen = (!job.Causal || k <= q + job.Keys - job.Queries) && (job.KeyMask == null || job.KeyMask[(unit / job.Heads * job.Keys) + k] != 0);
                    values[i] = seen ? 1 : 0;
                }
            }
        }

        return visible;
    }

    private struct AttentionExtra
    {
        public float* LogSums;
        public float* KeyMask;
    }
}
