namespace Bellman.Numerics;

/// <summary>
/// Changes parameters so that a loss falls. Its parameters lie in one flat buffer, as do their gradients and moments,
/// so that clipping and the update are single passes over memory.
/// </summary>
public abstract unsafe class Optimizer
{
    private readonly Parameter[] parameters;
    private readonly nint[] offsets;
    private readonly FlatMemory values;
    private readonly FlatMemory gradients;
    private float gradientScale = 1;

    /// <summary>Takes ownership of the parameters.</summary>
    /// <exception cref="ArgumentException">There is none, or one has an owner.</exception>
    private protected Optimizer(IEnumerable<Parameter> parameters, double learningRate)
    {
        this.parameters = [.. parameters];
        if (this.parameters.Length == 0)
        {
            throw new ArgumentException("An optimizer needs at least one parameter.", nameof(parameters));
        }

        offsets = new nint[this.parameters.Length];
        nint total = 0;
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = total;
            total += AlignedMemory.Pad(this.parameters[i].Count);
        }

        values = new FlatMemory(total);
        gradients = new FlatMemory(total);
        for (var i = 0; i < offsets.Length; i++)
        {
            this.parameters[i].MoveTo(this, values, gradients, offsets[i]);
        }

        LearningRate = learningRate;
    }

    /// <summary>The size of a step.</summary>
    public double LearningRate { get; set; }

    /// <summary>How many times <see cref="Apply"/> has run.</summary>
    public long Steps { get; private set; }

    /// <summary>What it changes.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>How many floats its flat memory holds, padding included.</summary>
    private protected nint FlatCount => values.Count;

    /// <summary>Adds the loss's gradients to its parameters' — and to nobody else's.</summary>
    /// <exception cref="ArgumentException">The loss has more than one element, or depends on none of the parameters.</exception>
    public void Backward(Tensor loss) => loss.Tape.Backward(loss, this);

    /// <summary>
    /// Scales the gradient, all parameters taken as one vector, down to a norm of at most <paramref name="maximum"/>: by min(1, maximum / (norm + 1e-6)).
    /// The factor is applied as <see cref="Apply"/> reads the gradients, which saves a pass.
    /// </summary>
    /// <param name="maximum">The largest norm; 0 measures only.</param>
    /// <returns>The norm before.</returns>
    /// <exception cref="NotFiniteNumberException">The norm is infinite or NaN; the message names the parameter.</exception>
    public double ClipGradientNorm(double maximum)
    {
        ClearPadding();
        var norm = MathF.Sqrt(Reductions.SumOfSquares(gradients.Memory, gradients.Count));
        if (!float.IsFinite(norm))
        {
            throw new NotFiniteNumberException(DescribeNotFinite());
        }

        gradientScale = maximum > 0 ? MathF.Min(1, (float)maximum / (norm + 1e-6f)) : 1;
        return norm;
    }

    /// <summary>Changes the parameters along their gradients and sets those to zero.</summary>
    public void Apply()
    {
        ClearPadding();
        Steps++;
        Update(values.Memory, gradients.Memory, values.Count, gradientScale);
        gradientScale = 1;
    }

    /// <summary><see cref="Backward"/>, <see cref="ClipGradientNorm"/>, <see cref="Apply"/>.</summary>
    /// <param name="loss">One element.</param>
    /// <param name="maximumGradientNorm">The largest gradient norm; 0 for no clipping.</param>
    /// <returns>The gradient's norm before clipping.</returns>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is infinite or NaN.</exception>
    public double Step(Tensor loss, double maximumGradientNorm = 0)
    {
        if (!float.IsFinite(loss.Item))
        {
            throw new NotFiniteNumberException($"The loss is {loss.Item}; lower the learning rate, or check rewards and observations for NaN and infinity.");
        }

        Backward(loss);
        var norm = ClipGradientNorm(maximumGradientNorm);
        Apply();
        return norm;
    }

    /// <summary>What it remembers besides the parameters, by name, in <see cref="Parameters"/>' order without padding; for checkpoints.</summary>
    public IReadOnlyDictionary<string, float[]> SaveState()
    {
        var state = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var (name, memory) in Moments())
        {
            var packed = new float[parameters.Sum(parameter => parameter.Count)];
            var position = 0;
            for (var i = 0; i < parameters.Length; i++)
            {
                memory.Span.Slice((int)offsets[i], parameters[i].Count).CopyTo(packed.AsSpan(position));
                position += parameters[i].Count;
            }

            state.Add(name, packed);
        }

        return state;
    }

    /// <summary>Takes back what <see cref="SaveState"/> gave.</summary>
    /// <param name="state">The arrays by name.</param>
    /// <param name="steps">The value of <see cref="Steps"/> at the time.</param>
    /// <exception cref="ArgumentException">An array is missing or has another length.</exception>
    public void LoadState(IReadOnlyDictionary<string, float[]> state, long steps)
    {
        var count = parameters.Sum(parameter => parameter.Count);
        foreach (var (name, memory) in Moments())
        {
            if (!state.TryGetValue(name, out var packed) || packed.Length != count)
            {
                throw new ArgumentException($"The optimizer's state needs '{name}' with {count} numbers.", nameof(state));
            }

            var position = 0;
            for (var i = 0; i < parameters.Length; i++)
            {
                packed.AsSpan(position, parameters[i].Count).CopyTo(memory.Span[(int)offsets[i]..]);
                position += parameters[i].Count;
            }
        }

        Steps = steps;
    }

    /// <summary>Changes <paramref name="weights"/> by <paramref name="gradient"/>·<paramref name="scale"/> and zeroes the gradient as it is read.</summary>
    private protected abstract void Update(float* weights, float* gradient, nint count, float scale);

    /// <summary>The flat memories to be saved, by name.</summary>
    private protected abstract IEnumerable<(string Name, FlatMemory Memory)> Moments();

    // Kernels write whole registers, so that rounding-off elements of a gradient's last register may hold anything.
    private void ClearPadding()
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var count = parameters[i].Count;
            for (nint j = count; j < AlignedMemory.Pad(count); j++)
            {
                gradients.Memory[offsets[i] + j] = 0;
            }
        }
    }

    private string DescribeNotFinite()
    {
        foreach (var parameter in parameters)
        {
            foreach (var element in parameter.Gradient)
            {
                if (!float.IsFinite(element))
                {
                    return $"The gradient of '{parameter.Name}' holds {element}; lower the learning rate, or check rewards and observations for NaN and infinity.";
                }
            }
        }

        return "The gradient's norm overflows; lower the learning rate or scale the loss.";
    }
}
