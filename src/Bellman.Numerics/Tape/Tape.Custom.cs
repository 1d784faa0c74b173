namespace Bellman.Numerics;

// Operations from outside.
public sealed unsafe partial class Tape
{
    private readonly List<CustomOperation> operationsOfUsers = [];

    /// <summary>Applies an operation from outside.</summary>
    /// <param name="operation">What is computed and how it is differentiated.</param>
    /// <param name="outputShape">The shape of its value.</param>
    /// <param name="inputs">What it is computed from.</param>
    /// <exception cref="ArgumentException">There is no input, or one lies on another tape.</exception>
    public Tensor Custom(CustomOperation operation, Shape outputShape, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (inputs.IsEmpty)
        {
            throw new ArgumentException($"The operation {operation.Name} needs at least one input.", nameof(inputs));
        }

        foreach (var input in inputs)
        {
            if (!ReferenceEquals(input.Tape, this))
            {
                throw new ArgumentException($"An input of the operation {operation.Name} lies on another tape; make all on one, or copy the values over with Tape.Input.", nameof(inputs));
            }

            Node(input);
        }

        var index = Push(outputShape, -1, operation: operation.Name);
        SetInputs(index, inputs);
        ref var node = ref nodes[index];
        node.Int0 = operationsOfUsers.Count;
        node.Int1 = index;
        node.Backward = &Backward;
        node.Tangent = operation.Tangent is null ? null : &Tangent;
        operationsOfUsers.Add(operation);
        operation.Forward(new CustomForward(this, index));
        return TensorAt(index);

        static void Backward(Tape tape, ref Node node) => tape.operationsOfUsers[node.Int0].Backward(new CustomBackward(tape, node.Int1));

        static Tensor? Tangent(in TangentInputs of) => of.Tape.operationsOfUsers[of.Node.Int0].Tangent!(new CustomTangent(of.Tape, of.Node.Int1));
    }

    internal Span<float> ValuesAt(int index) => new(nodes[index].Value, (int)nodes[index].Count);

    internal Span<float> GradientAt(int index) => new(nodes[index].Gradient, (int)nodes[index].Count);

    internal Span<float> GradientSpanToAddTo(int index)
    {
        var gradient = GradientToAddTo(index);
        return gradient == null ? [] : new(gradient, (int)nodes[index].Count);
    }

    internal int InputOf(int index, int position)
    {
        ref var node = ref nodes[index];
        return (uint)position < (uint)node.MoreCount
            ? more[node.MoreStart + position]
            : throw new ArgumentOutOfRangeException(nameof(position), $"The operation {operations[index]} has {node.MoreCount} inputs, and no input {position}.");
    }
}
