namespace Bellman.Numerics;

// Forward differentiation: how outputs move as inputs move along a direction.
public sealed unsafe partial class Tape
{
    // The tangents of nodes, by index: a node, or one of these two.
    private const int Zero = -1;
    private const int Unrelated = -2;

    private int[] tangents = [];
    private Tensor[] listed = [];
    private Tensor[] curved = [];

    internal Tensor TensorAt(int index) => new(this, index, Generation);

    internal Tensor? TangentAt(int index) => index >= 0 && tangents[index] >= 0 ? TensorAt(tangents[index]) : null;

    /// <summary>The directional derivative of an output, as one input moves along a direction; null if it does not depend on it.</summary>
    internal Tensor? Tangent(Tensor output, Tensor input, Tensor direction)
    {
        BeginTangents(output);
        Node(direction);
        if (Node(input).Shape != Node(direction).Shape)
        {
            throw new ArgumentException($"A direction has the input's shape {input.Shape}, but this one has {direction.Shape}.", nameof(direction));
        }

        if (input.Index <= output.Index)
        {
            tangents[input.Index] = direction.Index;
            PropagateTangents(0, output.Index);
        }

        return TangentAt(output.Index);
    }

    /// <summary>The directional derivative of an output, as parameters move along a direction; null if it depends on none of them.</summary>
    internal Tensor? Tangent(Tensor output, ParameterVector moved, float* direction)
    {
        BeginTangents(output);
        for (var i = 0; i <= output.Index; i++)
        {
            if (nodes[i].Parameter >= 0 && moved.TryOffset(parameters[nodes[i].Parameter], out var offset))
            {
                tangents[i] = PushAlias(nodes[i].Shape, direction + offset, -1);
            }
        }

        PropagateTangents(0, output.Index);
        return TangentAt(output.Index);
    }

    /// <summary>A value whose gradient towards the parameters is Jᵀ·H·J·direction: Σ outputs·(H·J·direction), the factor held fixed. Null if no output moves.</summary>
    internal Tensor? CurvedOutputs(Tensor divergence, ReadOnlySpan<Tensor> outputs, ParameterVector moved, float* direction)
    {
        // J·direction. Tangents may be made from the outputs themselves, but H is to be taken with them fixed.
        if (curved.Length < 2 * outputs.Length)
        {
            curved = new Tensor[Math.Max(16, 2 * outputs.Length)];
        }

        Span<Tensor> moves = curved.AsSpan(0, outputs.Length), curvatures = curved.AsSpan(outputs.Length, outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
        {
            moves[i] = Tangent(outputs[i], moved, direction)?.Detach() ?? default;
        }

        BeginTangents(divergence);
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i].Index > divergence.Index)
            {
                throw new ArgumentException("The divergence must be computed from the outputs, but it is older than one of them.", nameof(outputs));
            }

            tangents[outputs[i].Index] = moves[i].Tape is null ? Zero : moves[i].Index;
        }

        PropagateTangents(0, divergence.Index);
        if (TangentAt(divergence.Index) is not { } slope)
        {
            return null;
        }

        Backward(slope, outputs, curvatures);
        Tensor? sum = null;
        for (var i = 0; i < outputs.Length; i++)
        {
            sum = TangentInputs.Add(sum, (outputs[i] * curvatures[i]).Sum());
        }

        return sum;
    }

    internal ReadOnlySpan<Tensor> TangentsOrZeros(Node node)
    {
        if (listed.Length < node.MoreCount)
        {
            listed = new Tensor[Math.Max(16, node.MoreCount)];
        }

        for (var i = 0; i < node.MoreCount; i++)
        {
            var input = more[node.MoreStart + i];
            listed[i] = TangentAt(input) ?? Fill(0, nodes[input].Shape);
        }

        return listed.AsSpan(0, node.MoreCount);
    }

    /// <summary>Marks the nodes from <paramref name="first"/> on that an output depends on.</summary>
    private void MarkRelated(int first, int last)
    {
        if (tangents.Length <= last)
        {
            Array.Resize(ref tangents, Math.Max(nodes.Length, last + 1));
        }

        tangents.AsSpan(first, last + 1 - first).Fill(Unrelated);
        tangents[last] = Zero;
        for (var i = last; i >= first; i--)
        {
            if (tangents[i] == Unrelated)
            {
                continue;
            }

            ref var node = ref nodes[i];
            Mark(node.A);
            Mark(node.B);
            Mark(node.C);
            foreach (var input in InputsOf(node))
            {
                Mark(input);
            }
        }

        void Mark(int input)
        {
            if (input >= first)
            {
                tangents[input] = Zero;
            }
        }
    }

    private void BeginTangents(Tensor output)
    {
        if (!Recording)
        {
            throw new InvalidOperationException("This tape records nothing; make the values on a tape made with recording: true.");
        }

        Node(output);
        MarkRelated(0, output.Index);
    }

    private void PropagateTangents(int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            if (tangents[i] == Zero && Moves(nodes[i]))
            {
                if (nodes[i].Tangent == null)
                {
                    throw new NotSupportedException($"The operation {operations[i]}, which made a value {nodes[i].Shape}, has no tangent and cannot be differentiated forwards.");
                }

                tangents[i] = nodes[i].Tangent(new TangentInputs(this, i))?.Index ?? Zero;
            }
        }
    }

    private bool Moves(in Node node)
    {
        if (IsMoving(node.A) || IsMoving(node.B) || IsMoving(node.C))
        {
            return true;
        }

        foreach (var input in InputsOf(node))
        {
            if (IsMoving(input))
            {
                return true;
            }
        }

        return false;

        bool IsMoving(int input) => input >= 0 && tangents[input] >= 0;
    }
}
