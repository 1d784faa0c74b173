namespace Bellman.Numerics;

/// <summary>Parameters taken as one vector: the flat vectors here hold theirs one after another, in order, without gaps.</summary>
public sealed unsafe class ParameterVector
{
    private readonly Parameter[] parameters;
    private readonly nint[] offsets;
    private readonly Dictionary<Parameter, nint> offsetOf;

    /// <summary>A vector of an optimizer's or a module's parameters, in the order given.</summary>
    /// <exception cref="ArgumentException">There is none, or one is given twice.</exception>
    public ParameterVector(IEnumerable<Parameter> parameters)
    {
        this.parameters = [.. parameters];
        if (this.parameters.Length == 0)
        {
            throw new ArgumentException("A vector needs at least one parameter.", nameof(parameters));
        }

        offsets = new nint[this.parameters.Length];
        offsetOf = new Dictionary<Parameter, nint>(offsets.Length);
        for (var i = 0; i < offsets.Length; i++)
        {
            var parameter = this.parameters[i];
            offsets[i] = PaddedCount;
            if (!offsetOf.TryAdd(parameter, PaddedCount))
            {
                throw new ArgumentException($"The parameter '{parameter.Name}' is given twice.", nameof(parameters));
            }

            Count += parameter.Count;
            PaddedCount += AlignedMemory.Pad(parameter.Count);
        }
    }

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>How many numbers the vector has.</summary>
    public int Count { get; }

    /// <summary>As many floats as kernels need, which write whole registers.</summary>
    internal nint PaddedCount { get; }

    /// <summary>How an output moves as the parameters move along a direction: J·direction, as the output's shape, zeros if it depends on none.</summary>
    /// <param name="output">A value on a recording tape.</param>
    /// <param name="direction"><c>[<see cref="Count"/>]</c>.</param>
    /// <exception cref="ArgumentException">The direction has another length.</exception>
    /// <exception cref="NotSupportedException">An operation in between has no tangent.</exception>
    public Tensor JacobianVector(Tensor output, ReadOnlySpan<float> direction)
    {
        var tape = output.Tape;
        return tape.Tangent(output, this, Unpack(tape, direction)) ?? tape.Fill(0, output.Shape);
    }

    internal bool TryOffset(Parameter parameter, out nint offset) => offsetOf.TryGetValue(parameter, out offset);

    /// <summary>A flat vector spread to whole registers, in the tape's arena.</summary>
    internal float* Unpack(Tape tape, ReadOnlySpan<float> vector)
    {
        if (vector.Length != Count)
        {
            throw new ArgumentException($"The parameters have {Count} numbers, but {vector.Length} were given.", nameof(vector));
        }

        var memory = tape.Allocate(PaddedCount);
        var position = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            vector.Slice(position, parameters[i].Count).CopyTo(new Span<float>(memory + offsets[i], parameters[i].Count));
            position += parameters[i].Count;
        }

        return memory;
    }
}
