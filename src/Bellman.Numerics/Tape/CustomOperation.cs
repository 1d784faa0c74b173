namespace Bellman.Numerics;

/// <summary>An operation from outside, used with <see cref="Tape.Custom"/>. Make it once and use it on any tape and thread.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="forward">Writes every element of the output.</param>
/// <param name="backward">Adds to the inputs' gradients.</param>
/// <param name="tangent">Says with operations on tensors how the output moves as the inputs move; null if it is never differentiated forwards.</param>
public sealed class CustomOperation(string name, Action<CustomForward> forward, Action<CustomBackward> backward, Func<CustomTangent, Tensor?>? tangent = null)
{
    /// <summary>What messages call it.</summary>
    public string Name { get; } = name;

    internal Action<CustomForward> Forward { get; } = forward ?? throw new ArgumentNullException(nameof(forward));

    internal Action<CustomBackward> Backward { get; } = backward ?? throw new ArgumentNullException(nameof(backward));

    internal Func<CustomTangent, Tensor?>? Tangent { get; } = tangent;
}

/// <summary>What a <see cref="CustomOperation"/> computes its value from.</summary>
public readonly ref struct CustomForward
{
    private readonly Tape tape;
    private readonly int index;

    internal CustomForward(Tape tape, int index) => (this.tape, this.index) = (tape, index);

    /// <summary>The value to be written; its contents are arbitrary until then.</summary>
    public Span<float> Output => tape.ValuesAt(index);

    /// <summary>The output's shape.</summary>
    public Shape OutputShape => tape.Node(index).Shape;

    /// <summary>An input's elements.</summary>
    public ReadOnlySpan<float> Input(int position) => tape.ValuesAt(tape.InputOf(index, position));

    /// <summary>An input's shape.</summary>
    public Shape InputShape(int position) => tape.Node(tape.InputOf(index, position)).Shape;
}

/// <summary>What a <see cref="CustomOperation"/> passes its gradient on with.</summary>
public readonly ref struct CustomBackward
{
    private readonly Tape tape;
    private readonly int index;

    internal CustomBackward(Tape tape, int index) => (this.tape, this.index) = (tape, index);

    /// <summary>The output's elements.</summary>
    public ReadOnlySpan<float> Output => tape.ValuesAt(index);

    /// <summary>The output's shape.</summary>
    public Shape OutputShape => tape.Node(index).Shape;

    /// <summary>The gradient of the loss towards the output.</summary>
    public ReadOnlySpan<float> OutputGradient => tape.GradientAt(index);

    /// <summary>An input's elements.</summary>
    public ReadOnlySpan<float> Input(int position) => tape.ValuesAt(tape.InputOf(index, position));

    /// <summary>An input's shape.</summary>
    public Shape InputShape(int position) => tape.Node(tape.InputOf(index, position)).Shape;

    /// <summary>The gradient towards an input, to be added to, never written; empty if nobody needs it.</summary>
    public Span<float> InputGradient(int position) => tape.GradientSpanToAddTo(tape.InputOf(index, position));
}

/// <summary>What a <see cref="CustomOperation"/>'s tangent is made from.</summary>
public readonly ref struct CustomTangent
{
    private readonly int index;

    internal CustomTangent(Tape tape, int index) => (Tape, this.index) = (tape, index);

    /// <summary>Where new values are made.</summary>
    public Tape Tape { get; }

    /// <summary>The operation's value.</summary>
    public Tensor Output => Tape.TensorAt(index);

    /// <summary>An input.</summary>
    public Tensor Input(int position) => Tape.TensorAt(Tape.InputOf(index, position));

    /// <summary>How an input moves; null if it does not. Not all are null.</summary>
    public Tensor? Tangent(int position) => Tape.TangentAt(Tape.InputOf(index, position));
}
