namespace Bellman.Numerics;

/// <summary>
/// What an operation's tangent is made from: its inputs and output as tensors, and the inputs' tangents. A tangent of null is zero; C#'s lifted
/// operators carry it through products, <see cref="Add"/> through sums.
/// </summary>
internal readonly unsafe struct TangentInputs
{
    private readonly int index;

    public TangentInputs(Tape tape, int index)
    {
        Tape = tape;
        Node = tape.Node(index);
        this.index = index;
    }

    public Tape Tape { get; }

    /// <summary>A copy of the operation's node, good while new values are made.</summary>
    public Node Node { get; }

    /// <summary>The operation's value. What is computed from it is differentiated through it.</summary>
    public Tensor Output => Tape.TensorAt(index);

    public Tensor A => Tape.TensorAt(Node.A);

    public Tensor B => Tape.TensorAt(Node.B);

    public Tensor? TangentA => Tape.TangentAt(Node.A);

    public Tensor? TangentB => Tape.TangentAt(Node.B);

    public Tensor? TangentC => Tape.TangentAt(Node.C);

    /// <summary>The operation's whole numbers, which it keeps in <see cref="Node.Extra"/>.</summary>
    public IndexTensor Indices(int count) => new(Tape, (int*)Node.Extra, count, Tape.Generation);

    /// <summary>The tangents of a list of inputs, zeros where there is none. Good until the next list.</summary>
    public ReadOnlySpan<Tensor> TangentsOrZeros() => Tape.TangentsOrZeros(Node);

    /// <summary>x + y, where null is zero.</summary>
    public static Tensor? Add(Tensor? x, Tensor? y) => x is null ? y : y is null ? x : x + y;

    /// <summary>A tangent, or zeros if it is null, where an operation cannot do without.</summary>
    public Tensor OrZero(Tensor? tangent, Shape shape) => tangent ?? Tape.Fill(0, shape);
}
