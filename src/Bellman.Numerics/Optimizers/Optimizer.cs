namespace Bellman.Numerics;

/// <summary>
/// Changes parameters so that a loss falls. Its parameters lie in one flat buffer, as do their gradients and moments,
/// so that clipping and the update are single passes over memory.
/// </summary>
public abstract unsafe class Optimizer
{
    private readonly ParameterGroup[] groups;
    private readonly nint[] groupEnds;
    private readonly Parameter[] parameters;
    private readonly nint[] offsets;
    private readonly FlatMemory values;
    private readonly FlatMemory gradients;
    private float gradientScale = 1;

    /// <summary>Takes ownership of the parameters.</summary>
    /// <exception cref="ArgumentException">There is none, one comes twice, or one has an owner.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate or the weight decay is negative, infinite or NaN.</exception>
    private protected Optimizer(IEnumerable<ParameterGroup> groups, double learningRate, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(groups);
        (LearningRate, WeightDecay) = (learningRate, weightDecay);
        this.groups = [.. groups];
        parameters = [.. this.groups.SelectMany(group => group.Parameters)];
        CheckUnowned(parameters);

        groupEnds = new nint[this.groups.Length];
        offsets = new nint[parameters.Length];
        nint total = 0;
        for (int group = 0, i = 0; group < groupEnds.Length; group++)
        {
            for (var end = i + this.groups[group].Parameters.Count; i < end; i++)
            {
                offsets[i] = total;
                total += AlignedMemory.Pad(parameters[i].Count);
            }

            groupEnds[group] = total;
        }

        values = new FlatMemory(total);
        gradients = new FlatMemory(total);
        for (var i = 0; i < offsets.Length; i++)
        {
            parameters[i].MoveTo(this, values, gradients, offsets[i]);
        }
    }

    /// <summary>The size of a step; groups take their <see cref="ParameterGroup.LearningRateFactor"/> of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double LearningRate
    {
        get;
        set => field = CheckRate(value, nameof(LearningRate));
    }

    /// <summary>How strongly weights are drawn to zero, in groups that do not say it themselves. What it multiplies is the optimizer's matter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double WeightDecay
    {
        get;
        set => field = CheckRate(value, nameof(WeightDecay));
    }

    /// <summary>How many times <see cref="Apply"/> has run.</summary>
    public long Steps { get; private set; }

    /// <summary>What it changes.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>The groups of its parameters, in their order; one if none were given.</summary>
    public IReadOnlyList<ParameterGroup> Groups => groups;

    /// <summary>How many floats its flat memory holds, padding included.</summary>
    private protected nint FlatCount => values.Count;

    /// <summary>
    /// Adds the loss's gradients to its parameters' — and to nobody else's. Several calls before one <see cref="Apply"/> accumulate: a batch that is too large for memory is learned in pieces,
    /// each on a tape that was reset, with the piece's share of the batch as its weight.
    /// </summary>
    /// <param name="loss">One element.</param>
    /// <param name="weight">Times the gradient: 1/n for each of n equal pieces gives the gradient of the mean over the whole batch.</param>
    /// <exception cref="ArgumentException">The loss has more than one element, or depends on none of the parameters.</exception>
    public void Backward(Tensor loss, double weight = 1) => loss.Tape.Backward(loss, this, (float)weight);

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
        nint start = 0;
        for (var i = 0; i < groups.Length; start = groupEnds[i++])
        {
            if (groupEnds[i] > start)
            {
                Update(new GroupRange(
                    values.Memory + start, gradients.Memory + start, start, groupEnds[i] - start, gradientScale, LearningRate * groups[i].LearningRateFactor, groups[i].WeightDecay ?? WeightDecay));
            }
        }

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
            throw new NotFiniteNumberException($"The loss is {Name(loss.Item)} at gradient step {Steps + 1}; lower the learning rate, or check rewards and observations for NaN and infinity.");
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

    internal static double CheckRate(double value, string name) => double.IsFinite(value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, $"{name} is {value}; give a finite number that is not negative.");

    /// <summary>Changes a range of the weights and zeroes its gradient as it is read.</summary>
    private protected abstract void Update(in GroupRange range);

    /// <summary>The flat memories to be saved, by name.</summary>
    private protected abstract IEnumerable<(string Name, FlatMemory Memory)> Moments();

    // Before any is moved: an optimizer that could not be made owns nothing.
    private static void CheckUnowned(Parameter[] parameters)
    {
        if (parameters.Length == 0)
        {
            throw new ArgumentException("An optimizer needs at least one parameter.", nameof(parameters));
        }

        var seen = new HashSet<Parameter>();
        foreach (var parameter in parameters)
        {
            if (parameter.Owner is not null)
            {
                throw new ArgumentException($"The parameter '{parameter.Name}' belongs to another optimizer already; a parameter has one owner.", nameof(parameters));
            }

            if (!seen.Add(parameter))
            {
                throw new ArgumentException($"The parameter '{parameter.Name}' was given twice; name it in one group, once.", nameof(parameters));
            }
        }
    }

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
            var gradient = parameter.Gradient;
            for (var i = 0; i < gradient.Length; i++)
            {
                if (!float.IsFinite(gradient[i]))
                {
                    return $"The gradient of '{parameter.Name}' holds {Name(gradient[i])} in element {i} at gradient step {Steps + 1}; lower the learning rate, or check rewards and observations for NaN and infinity.";
                }
            }
        }

        return $"The gradient's norm overflows at gradient step {Steps + 1}; lower the learning rate or scale the loss.";
    }

    private static string Name(float value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A group's part of the flat memories, and how it is to be changed.</summary>
    private protected readonly struct GroupRange(float* weights, float* gradient, nint start, nint count, float scale, double learningRate, double weightDecay)
    {
        public float* Weights { get; } = weights;

        /// <summary>To be multiplied by <see cref="Scale"/>.</summary>
        public float* Gradient { get; } = gradient;

        /// <summary>Where the range begins in the flat memories, and so in the moments.</summary>
        public nint Start { get; } = start;

        /// <summary>How many floats, padding included.</summary>
        public nint Count { get; } = count;

        /// <summary>What clipping leaves of the gradient.</summary>
        public float Scale { get; } = scale;

        public double LearningRate { get; } = learningRate;

        public double WeightDecay { get; } = weightDecay;
    }
}
