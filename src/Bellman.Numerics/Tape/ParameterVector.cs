namespace Bellman.Numerics;

/// <summary>
/// Parameters taken as one vector, as methods of second order need: the flat vectors here hold their numbers one after another, in order, without gaps.
/// The parameters may belong to an optimizer or to none.
/// </summary>
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

    /// <summary>Copies the parameters out.</summary>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void CopyTo(Span<float> destination)
    {
        CheckLength(destination.Length, nameof(destination));
        foreach (var parameter in parameters)
        {
            parameter.CopyTo(destination);
            destination = destination[parameter.Count..];
        }
    }

    /// <summary>Sets the parameters.</summary>
    /// <exception cref="ArgumentException">The source has another length.</exception>
    public void CopyFrom(ReadOnlySpan<float> source)
    {
        CheckLength(source.Length, nameof(source));
        foreach (var parameter in parameters)
        {
            parameter.CopyFrom(source[..parameter.Count]);
            source = source[parameter.Count..];
        }
    }

    /// <summary>The gradient of a loss towards the parameters. Gradients that an optimizer adds up are left alone.</summary>
    /// <param name="loss">One element, on a recording tape.</param>
    /// <param name="gradient">Receives <c>[<see cref="Count"/>]</c>; zeros where the loss does not depend on a parameter.</param>
    /// <exception cref="ArgumentException">The loss has more than one element, or the result another length.</exception>
    public void Gradient(Tensor loss, Span<float> gradient)
    {
        CheckLength(gradient.Length, nameof(gradient));
        var tape = loss.Tape;
        tape.Node(loss);
        var scope = tape.Mark();
        var padded = tape.Allocate(PaddedCount);
        tape.Backward(loss, this, padded);
        Pack(padded, gradient);
        tape.Rewind(scope);
    }

    /// <summary>
    /// H·direction, where H is the Hessian of a loss towards the parameters: the gradient of the loss's derivative along the direction.
    /// It costs about as much as three gradients; the tape is left as it was.
    /// </summary>
    /// <param name="loss">One element, on a recording tape.</param>
    /// <param name="direction"><c>[<see cref="Count"/>]</c>.</param>
    /// <param name="product">Receives <c>[<see cref="Count"/>]</c>; it may be the direction's memory.</param>
    /// <remarks>Pearlmutter 1994, "Fast exact multiplication by the Hessian".</remarks>
    /// <exception cref="ArgumentException">The loss has more than one element, or a vector another length.</exception>
    /// <exception cref="NotSupportedException">An operation in between has no tangent.</exception>
    public void HessianVector(Tensor loss, ReadOnlySpan<float> direction, Span<float> product)
    {
        CheckLength(product.Length, nameof(product));
        var tape = loss.Tape;
        tape.CheckLoss(loss);
        var scope = tape.Mark();
        var slope = tape.Tangent(loss, this, Unpack(tape, direction));
        if (slope is { } moving)
        {
            Gradient(moving, product);
        }
        else
        {
            product.Clear();
        }

        tape.Rewind(scope);
    }

    /// <summary>
    /// Jᵀ·H·J·direction, where J is the Jacobian of a network's outputs towards the parameters and H the Hessian of a divergence towards those outputs.
    /// With the mean KL divergence from the policy as it was (its outputs detached) to itself it is the Fisher matrix, as natural gradients and TRPO need;
    /// with a loss it is the Gauss–Newton matrix. The tape is left as it was, so that a solver can ask again.
    /// </summary>
    /// <param name="divergence">One element, computed from the outputs on the same tape.</param>
    /// <param name="outputs">What the network gives: logits; or means and logarithms of standard deviations. The divergence depends on parameters through them alone.</param>
    /// <param name="direction"><c>[<see cref="Count"/>]</c>.</param>
    /// <param name="product">Receives <c>[<see cref="Count"/>]</c>; it may be the direction's memory.</param>
    /// <remarks>Schraudolph 2002, "Fast curvature matrix-vector products"; Schulman et al. 2015, arXiv:1502.05477, appendix C.</remarks>
    /// <exception cref="ArgumentException">The divergence has more than one element, or a vector another length.</exception>
    /// <exception cref="NotSupportedException">An operation in between has no tangent.</exception>
    public void FisherVector(Tensor divergence, ReadOnlySpan<Tensor> outputs, ReadOnlySpan<float> direction, Span<float> product)
    {
        CheckLength(product.Length, nameof(product));
        var tape = divergence.Tape;
        tape.CheckLoss(divergence);
        var scope = tape.Mark();
        if (tape.CurvedOutputs(divergence, outputs, this, Unpack(tape, direction)) is { } curved)
        {
            Gradient(curved, product);
        }
        else
        {
            product.Clear();
        }

        tape.Rewind(scope);
    }

    internal bool TryOffset(Parameter parameter, out nint offset) => offsetOf.TryGetValue(parameter, out offset);

    /// <summary>A flat vector spread to whole registers, in the tape's arena.</summary>
    internal float* Unpack(Tape tape, ReadOnlySpan<float> vector)
    {
        CheckLength(vector.Length, nameof(vector));
        var memory = tape.Allocate(PaddedCount);
        var position = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            vector.Slice(position, parameters[i].Count).CopyTo(new Span<float>(memory + offsets[i], parameters[i].Count));
            position += parameters[i].Count;
        }

        return memory;
    }

    private void Pack(float* padded, Span<float> vector)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            new Span<float>(padded + offsets[i], parameters[i].Count).CopyTo(vector);
            vector = vector[parameters[i].Count..];
        }
    }

    private void CheckLength(int length, string name)
    {
        if (length != Count)
        {
            throw new ArgumentException($"The parameters have {Count} numbers, but {length} were given.", name);
        }
    }
}
