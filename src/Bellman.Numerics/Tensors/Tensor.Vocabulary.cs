namespace Bellman.Numerics;

// Losses over a vocabulary that is too large for its logits to be kept.
public readonly unsafe partial struct Tensor
{
    /// <summary>
    /// log-probabilities of one target a row under softmax(hidden·weight), <c>[rows]</c>; fused over chunks of the vocabulary, so that the logits are never in memory together.
    /// </summary>
    /// <param name="weight"><c>[width, vocabulary]</c>, or <c>[vocabulary, width]</c> if transposed: the embedding table where the two are shared.</param>
    /// <param name="targets">A number in [0, vocabulary) for each row of hidden, the product of all its axes but the last; or <paramref name="ignoreIndex"/>.</param>
    /// <param name="transposed">How the weight lies.</param>
    /// <param name="ignoreIndex">The target of rows that do not count: their log-probability is 0 and has no gradient.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a target is out of range.</exception>
    public Tensor TokenLogProbabilities(Tensor weight, IndexTensor targets, bool transposed = false, int ignoreIndex = -100)
    {
        var tape = Tape;
        tape.Check(targets);
        Shape shape = tape.Node(this).Shape, table = tape.Node(weight).Shape;
        if (table.Rank != 2 || table[transposed ? 1 : 0] != shape.Last || targets.Count != shape.Rows)
        {
            throw new ArgumentException(
                $"Log-probabilities need hidden values [rows, width], a weight {(transposed ? "[vocabulary, width]" : "[width, vocabulary]")} and a target a row, but were given {shape}, {table} and {targets.Count} targets.", nameof(weight));
        }

        CheckTargets(targets, table[transposed ? 0 : 1], ignoreIndex);
        var output = tape.Push(shape.Rows, Index, weight.Index);
        var logSums = tape.Allocate(shape.Rows);
        var memory = (void**)tape.Allocate(2 * sizeof(void*) / sizeof(float));
        memory[0] = targets.Memory;
        memory[1] = logSums;
        ref var node = ref tape.Node(output);
        node.Extra = memory;
        node.Int0 = ignoreIndex;
        node.Float0 = transposed ? 1 : 0;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        VocabularyOf(tape, node).Forward();
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var job = VocabularyOf(tape, node);
            var towardsHidden = tape.GradientOf(node.A, out var addToHidden);
            var towardsWeight = tape.GradientOf(node.B, out var addToWeight);
            job.Backward(node.Gradient, towardsHidden, addToHidden, towardsWeight, addToWeight);
        }

        // The parts, with all logits in memory: the target's tangent minus the mean of all under the softmax.
        static Tensor? Tangent(in TangentInputs of)
        {
            var (tape, transposed) = (of.Tape, of.Node.Float0 != 0);
            var job = VocabularyOf(tape, of.Node);
            var hidden = of.A.Reshape((of.Node.Shape[0], of.A.Shape.Last));
            var moved = TangentInputs.Add(of.TangentA?.Reshape(hidden.Shape).MatMul(of.B, transposed), of.TangentB is { } dw ? hidden.MatMul(dw, transposed) : null)!.Value;
            var counts = tape.Input(of.Node.Shape, out var counted);
            var targets = tape.Indices(counted.Length, out var safe);
            for (var i = 0; i < counted.Length; i++)
            {
                var ignored = job.Targets[i] == job.IgnoreIndex;
                (counted[i], safe[i]) = (ignored ? 0 : 1, ignored ? 0 : job.Targets[i]);
            }

            return (moved.Gather(targets) - (hidden.MatMul(of.B, transposed).Softmax() * moved).SumLast()) * counts;
        }
    }

    /// <summary>The mean over the rows that count of −log-probability of their targets, one element; see <see cref="TokenLogProbabilities"/>.</summary>
    /// <param name="weight"><c>[width, vocabulary]</c>, or <c>[vocabulary, width]</c> if transposed.</param>
    /// <param name="targets">A number in [0, vocabulary) for each row, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="transposed">How the weight lies.</param>
    /// <param name="ignoreIndex">The target of rows that do not count.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, a target is out of range, or no row counts.</exception>
    public Tensor CrossEntropy(Tensor weight, IndexTensor targets, bool transposed = false, int ignoreIndex = -100)
    {
        var counted = 0;
        foreach (var target in targets.Values)
        {
            counted += target == ignoreIndex ? 0 : 1;
        }

        return counted > 0
            ? TokenLogProbabilities(weight, targets, transposed, ignoreIndex).ScaledSum(-1f / counted)
            : throw new ArgumentException($"Every target is {ignoreIndex}, so there is nothing to take the mean of.", nameof(targets));
    }

    private static void CheckTargets(IndexTensor targets, int vocabulary, int ignoreIndex)
    {
        for (nint i = 0; i < targets.Count; i++)
        {
            var target = targets.Memory[i];
            if ((uint)target >= (uint)vocabulary && target != ignoreIndex)
            {
                throw new ArgumentException($"Target {target} of row {i} is not in [0, {vocabulary}), nor {ignoreIndex}, which means that it is ignored.", nameof(targets));
            }
        }
    }

    private static VocabularyJob VocabularyOf(Tape tape, in Node node)
    {
        ref var hidden = ref tape.Node(node.A);
        ref var weight = ref tape.Node(node.B);
        var memory = (void**)node.Extra;
        var transposed = node.Float0 != 0;
        nint rows = hidden.Shape.Rows, vocabulary = weight.Shape[transposed ? 0 : 1];
        return new VocabularyJob
        {
            Hidden = hidden.Value,
            Weight = weight.Value,
            Output = node.Value,
            Targets = (int*)memory[0],
            LogSums = (float*)memory[1],
            Scratch = VocabularyJob.Borrow(rows, vocabulary),
            IgnoreIndex = node.Int0,
            RowCount = rows,
            Width = hidden.Shape.Last,
            Vocabulary = vocabulary,
            Transposed = transposed,
        };
    }
}
