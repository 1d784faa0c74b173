namespace Bellman.Numerics;

// Values that are dropped and computed again.
public sealed unsafe partial class Tape
{
    private readonly List<RecomputedBlock> blocks = [];
    private readonly List<int> blockInputs = [];
    private readonly List<Parameter> blockParameters = [];

    /// <summary>Whether a block runs for the second time, so that it must change nothing but the tape.</summary>
    internal bool Recomputing { get; private set; }

    /// <summary>
    /// Computes a block and keeps nothing of it but its output; the backward pass computes it again when it needs the values in between.
    /// That trades a second forward pass for memory: of a deep network made of such blocks only the values between them are kept. The gradients' bits stay the same.
    /// </summary>
    /// <param name="block">
    /// A function of the input and of other values on the tape that gives the same again when it is called again; tensors made in it must not be used outside.
    /// Keep the delegate from round to round, so that nothing is allocated.
    /// </param>
    /// <param name="input">What the block is given.</param>
    /// <param name="random">The stream that the block draws from, as for dropout: the second time it draws the same.</param>
    /// <remarks>Chen et al. 2016, arXiv:1604.06174. The backward pass refuses a block that gives another result the second time.</remarks>
    public Tensor Recompute(Func<Tensor, Tensor> block, Tensor input, SplittableRandom? random = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        Node(input);
        if (!Recording)
        {
            return block(input);
        }

        var record = new RecomputedBlock(block, input.Index, random, random?.Save() ?? default);
        var scope = Mark();
        var output = block(input);
        ref var inner = ref Node(output);
        var (shape, count) = (inner.Shape, inner.Count);
        CollectBlock(scope);
        DropNodes(scope);
        var value = arena.RewindKeeping(scope.Memory, inner.Value, count);
        foreach (var parameter in blockParameters)
        {
            blockInputs.Add(Use(parameter).Index);
        }

        var index = PushAlias(shape, value, -1);
        SetInputs(index, blockInputs);
        ref var node = ref nodes[index];
        node.Int0 = blocks.Count;
        node.Int1 = index;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        blocks.Add(record);
        return TensorAt(index);

        static void Backward(Tape tape, ref Node node)
        {
            var record = tape.blocks[node.Int0];
            ReadOnlySpan<byte> first = new(node.Value, (int)node.Count * sizeof(float));
            var scope = tape.Mark();
            var output = tape.Again(record);
            if (!first.SequenceEqual(new ReadOnlySpan<byte>(tape.nodes[output.Index].Value, first.Length)))
            {
                throw new InvalidOperationException(
                    "A recomputed block gave another result the second time: it must depend on its input and on values of the tape alone; name the stream it draws from in Recompute.");
            }

            tape.MarkNeeded(scope.Nodes, output.Index);

            // Looked up again: the list of nodes may have moved.
            tape.PassGradient(ref tape.nodes[node.Int1], output.Index);
            tape.RunBackward(scope.Nodes, output.Index);
            tape.DropNodes(scope);
        }

        // The block on the tape as if it had never been dropped; its parameters move as those outside.
        static Tensor? Tangent(in TangentInputs of)
        {
            var tape = of.Tape;
            var first = tape.NodeCount;
            var output = tape.Again(tape.blocks[of.Node.Int0]);
            tape.MarkRelated(first, output.Index);
            for (var i = first; i <= output.Index; i++)
            {
                if (tape.nodes[i].Parameter >= 0)
                {
                    tape.tangents[i] = tape.TangentOfParameter(of.Node, tape.parameters[tape.nodes[i].Parameter]);
                }
            }

            tape.PropagateTangents(first, output.Index);
            return tape.TangentAt(output.Index);
        }
    }

    // What the block's nodes take from outside: values made before it, and parameters.
    private void CollectBlock(in Scope scope)
    {
        blockInputs.Clear();
        blockParameters.Clear();
        for (var i = scope.Nodes; i < NodeCount; i++)
        {
            ref var node = ref nodes[i];
            AddInput(node.A, scope.Nodes);
            AddInput(node.B, scope.Nodes);
            AddInput(node.C, scope.Nodes);
            foreach (var input in InputsOf(node))
            {
                AddInput(input, scope.Nodes);
            }

            if (node.Parameter >= 0 && !blockParameters.Contains(parameters[node.Parameter]))
            {
                blockParameters.Add(parameters[node.Parameter]);
            }
        }

        void AddInput(int input, int first)
        {
            if (input >= 0 && input < first && !blockInputs.Contains(input))
            {
                blockInputs.Add(input);
            }
        }
    }

    private Tensor Again(in RecomputedBlock record)
    {
        var (outer, current) = (Recomputing, record.Random?.Save() ?? default);
        Recomputing = true;
        record.Random?.Load(record.State);
        try
        {
            return record.Block(TensorAt(record.Input));
        }
        finally
        {
            Recomputing = outer;
            record.Random?.Load(current);
        }
    }

    private int TangentOfParameter(in Node node, Parameter parameter)
    {
        foreach (var input in InputsOf(node))
        {
            if (nodes[input].Parameter >= 0 && parameters[nodes[input].Parameter] == parameter)
            {
                return tangents[input];
            }
        }

        return Zero;
    }

    private readonly record struct RecomputedBlock(Func<Tensor, Tensor> Block, int Input, SplittableRandom? Random, SplittableRandomState State);
}
