using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>
/// Records operations on tensors as they are computed, so that <see cref="Optimizer.Backward"/> can differentiate a loss towards parameters.
/// Values live until <see cref="Reset"/>, which frees all of them at once. A tape belongs to one thread, until the next <see cref="Reset"/> to the one that makes the first value;
/// parameters hold no tape, so threads share weights.
/// </summary>
/// <param name="recording">False for acting: values are computed by the same code and nothing is recorded.</param>
public sealed unsafe partial class Tape(bool recording = true) : IDisposable
{
    private readonly Arena arena = new();
    private readonly List<Parameter> parameters = [];
    private Node[] nodes = new Node[128];
    private string[] operations = new string[128];
    private int[] more = new int[16];
    private int moreCount;

    // The thread that made the first value since the last reset; 0 for none.
    private int thread;

    /// <summary>Whether operations are recorded for differentiation.</summary>
    public bool Recording { get; } = recording;

    /// <summary>
    /// Whether layers that learn in another way than they act, such as <see cref="BatchNorm"/>, do as in learning. A recording tape does unless said otherwise:
    /// <c>new Tape { Training = false }</c>.
    /// </summary>
    public bool Training { get; init; } = recording;

    /// <summary>How many values the tape holds.</summary>
    public int NodeCount { get; private set; }

    /// <summary>The most bytes of values and gradients held at once so far. Parameters and their gradients are not on the tape.</summary>
    public long HighWaterMark => arena.HighWaterMark;

    internal int Generation { get; private set; } = 1;

    /// <summary>Frees every value. Tensors made before are refused from here on.</summary>
    public void Reset()
    {
        NodeCount = 0;
        moreCount = 0;
        parameters.Clear();
        blocks.Clear();
        operationsOfUsers.Clear();
        Generation++;
        thread = 0;
        arena.Reset();
    }

    /// <summary>A value without gradient, copied from the caller's memory.</summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's.</exception>
    public Tensor Input(ReadOnlySpan<float> values, Shape shape)
    {
        if (values.Length != shape.Count)
        {
            throw new ArgumentException($"The shape {shape} has {shape.Count} elements, but {values.Length} values were given.", nameof(values));
        }

        var tensor = Input(shape, out var memory);
        values.CopyTo(memory);
        return tensor;
    }

    /// <summary>A value without gradient that the caller writes in place; its contents are arbitrary until then.</summary>
    public Tensor Input(Shape shape, out Span<float> values)
    {
        var index = Push(shape, -1);
        ref var node = ref nodes[index];
        values = new Span<float>(node.Value, (int)node.Count);
        return new Tensor(this, index, Generation);
    }

    /// <summary>Images kept as bytes, as a value without gradient in [0, 1].</summary>
    /// <param name="bytes">0 to 255, in the shape's order.</param>
    /// <param name="shape"><c>[batch, height, width, channels]</c>, or any other.</param>
    /// <exception cref="ArgumentException">The number of bytes is not the shape's.</exception>
    public Tensor Images(ReadOnlySpan<byte> bytes, Shape shape)
    {
        if (bytes.Length != shape.Count)
        {
            throw new ArgumentException($"The shape {shape} has {shape.Count} elements, but {bytes.Length} bytes were given.", nameof(bytes));
        }

        var tensor = Input(shape, out var memory);
        Pixels.ToUnitFloats(bytes, memory);
        return tensor;
    }

    /// <summary>A value without gradient, each element the same.</summary>
    public Tensor Fill(float value, Shape shape)
    {
        var tensor = Input(shape, out var values);
        values.Fill(value);
        return tensor;
    }

    /// <summary>Whole numbers that select elements, copied from the caller's memory.</summary>
    public IndexTensor Indices(ReadOnlySpan<int> values)
    {
        var indices = Indices(values.Length, out var memory);
        values.CopyTo(memory);
        return indices;
    }

    /// <summary>Whole numbers that select elements, which the caller writes in place; arbitrary until then.</summary>
    public IndexTensor Indices(int count, out Span<int> values)
    {
        var memory = (int*)arena.Allocate(count);
        values = new Span<int>(memory, count);
        return new IndexTensor(this, memory, count, Generation);
    }

    /// <summary>A row for each index, 1 at the index and 0 elsewhere: <c>[count, classes]</c>, without gradient.</summary>
    /// <exception cref="ArgumentException">An index is not in [0, classes).</exception>
    public Tensor OneHot(IndexTensor indices, int classes)
    {
        Check(indices);
        Tensor.CheckRange(indices, classes);
        var tensor = Fill(0, (indices.Count, classes));
        var values = nodes[tensor.Index].Value;
        for (nint r = 0; r < indices.Count; r++)
        {
            values[(r * classes) + indices.Memory[r]] = 1;
        }

        return tensor;
    }

    /// <summary>The parameter as a value on this tape. Its memory is shared, so it must not be changed before the next <see cref="Reset"/>.</summary>
    public Tensor Use(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var index = PushAlias(parameter.Shape, parameter.Value, -1);
        nodes[index].Parameter = parameters.Count;
        parameters.Add(parameter);
        return new Tensor(this, index, Generation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reset();
        arena.Dispose();
    }

    internal float* Allocate(nint floats) => arena.Allocate(floats);

    /// <summary>The node of a tensor; refuses one from before the last reset. The reference is good until the next value is made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref Node Node(Tensor tensor)
    {
        Check(tensor);
        return ref nodes[tensor.Index];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref Node Node(int index) => ref nodes[index];

    /// <summary>Refuses a tensor from before the last reset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Check(Tensor tensor)
    {
        if (tensor.Generation != Generation)
        {
            ThrowStale();
        }
    }

    internal void Check(IndexTensor indices)
    {
        if (indices.Generation != Generation)
        {
            ThrowStale();
        }
    }

    /// <summary>A new value with memory of its own and up to three inputs. The operation's name is for messages; it is the caller's unless given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Push(Shape shape, int a, int b = -1, int c = -1, [CallerMemberName] string operation = "") =>
        PushAlias(shape, arena.Allocate(shape.Count), a, b, c, operation);

    /// <summary>As <see cref="Push"/>, in the shape of another value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int PushLike(int like, int a, int b = -1, int c = -1, [CallerMemberName] string operation = "") => Push(nodes[like].Shape, a, b, c, operation);

    /// <summary>A new value over existing memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int PushAlias(Shape shape, float* value, int a, int b = -1, int c = -1, [CallerMemberName] string operation = "")
    {
        var index = Append(a, b, c, operation);
        ref var node = ref nodes[index];
        node.Value = value;
        node.Shape = shape;
        node.Count = shape.Count;
        return index;
    }

    /// <summary>Gives a node a list of inputs instead of up to three.</summary>
    internal void SetInputs(int index, ReadOnlySpan<Tensor> inputs)
    {
        while (moreCount + inputs.Length > more.Length)
        {
            Array.Resize(ref more, 2 * more.Length);
        }

        nodes[index].MoreStart = moreCount;
        nodes[index].MoreCount = inputs.Length;
        foreach (var input in inputs)
        {
            more[moreCount++] = input.Index;
        }
    }

    /// <summary>As <see cref="SetInputs(int, ReadOnlySpan{Tensor})"/>, by index.</summary>
    internal void SetInputs(int index, List<int> inputs)
    {
        while (moreCount + inputs.Count > more.Length)
        {
            Array.Resize(ref more, 2 * more.Length);
        }

        nodes[index].MoreStart = moreCount;
        nodes[index].MoreCount = inputs.Count;
        inputs.CopyTo(more, moreCount);
        moreCount += inputs.Count;
    }

    internal ReadOnlySpan<int> InputsOf(in Node node) => more.AsSpan(node.MoreStart, node.MoreCount);

    // Everything of a new node but what it holds.
    private int Append(int a, int b, int c, string operation)
    {
        if (thread != Environment.CurrentManagedThreadId)
        {
            ClaimThread();
        }

        var index = NodeCount;
        if (index == nodes.Length)
        {
            Array.Resize(ref nodes, 2 * index);
            Array.Resize(ref operations, 2 * index);
        }

        // The same round after round, mostly, and a reference costs more to write than to read.
        ref var name = ref operations[index];
        if (!ReferenceEquals(name, operation))
        {
            name = operation;
        }

        ref var node = ref nodes[index];
        node.Gradient = null;
        node.Backward = null;
        node.Tangent = null;
        node.A = a;
        node.B = b;
        node.C = c;
        node.MoreStart = 0;
        node.MoreCount = 0;
        node.Parameter = -1;
        NodeCount = index + 1;
        return index;
    }

    private void ClaimThread()
    {
        if (thread != 0)
        {
            throw new InvalidOperationException(
                $"A tape belongs to one thread: this one is in use by thread {thread}, and thread {Environment.CurrentManagedThreadId} made a value on it. "
                + "Make a tape for each thread, they may share parameters; or Reset() the tape before another thread takes it over.");
        }

        thread = Environment.CurrentManagedThreadId;
    }

    private static void ThrowStale() =>
        throw new InvalidOperationException("A tensor was used after its tape was reset; keep it with Clone() or CopyTo().");
}
