namespace Bellman.Numerics;

/// <summary>
/// Parameters of one optimizer that are changed alike: another share of its learning rate, or another weight decay. In the optimizer's flat memory a group is one range,
/// so that groups cost nothing but a call each.
/// </summary>
/// <example><c>new AdamW([new ParameterGroup(matrices), new ParameterGroup(biases) { WeightDecay = 0 }], learningRate: 3e-4)</c></example>
/// <param name="parameters">The parameters.</param>
public sealed class ParameterGroup(IEnumerable<Parameter> parameters)
{
    /// <summary>The parameters, in the order of their memory.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = [.. parameters];

    /// <summary>Times the optimizer's <see cref="Optimizer.LearningRate"/>: so one schedule drives all groups. 0 leaves the weights as they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double LearningRateFactor
    {
        get;
        set => field = Optimizer.CheckRate(value, nameof(LearningRateFactor));
    } = 1;

    /// <summary>The group's own weight decay; null for the optimizer's <see cref="Optimizer.WeightDecay"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double? WeightDecay
    {
        get;
        set => field = value is { } decay ? Optimizer.CheckRate(decay, nameof(WeightDecay)) : null;
    }
}
