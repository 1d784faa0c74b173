using Bellman.Numerics;

namespace Bellman;

/// <summary>What a network says of a batch of observations: the numbers that an action distribution is made from.</summary>
/// <param name="Parameters">The head's output, <c>[rows, <see cref="Distribution.ParameterCount"/>]</c>.</param>
/// <param name="Features">The last hidden layer, <c>[rows, features]</c>; state-dependent exploration makes its noise from it.</param>
/// <param name="Mask">1 for each allowed value, 0 for the others, <c>[rows, <see cref="Distribution.MaskLength"/>]</c>; none if every action is allowed.</param>
public readonly record struct DistributionInput(Tensor Parameters, Tensor Features, Tensor? Mask);

/// <summary>
/// A family of distributions over one leaf of an action space, or over several: how numbers become log-probabilities, entropies and actions.
/// The same code learns, on a recording tape, and acts, on one that records nothing. It holds weights of its own but no state.
/// </summary>
public abstract class Distribution
{
    /// <summary>How many numbers a row of the head's output needs.</summary>
    public abstract int ParameterCount { get; }

    /// <summary>How many entries of an action mask it reads.</summary>
    public virtual int MaskLength => 0;

    /// <summary>Weights that belong to the distribution itself, as a standard deviation that does not depend on the state.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <summary>How many floats of exploration noise a slot keeps between <see cref="ResampleNoise"/> calls.</summary>
    public virtual int NoiseLength => 0;

    /// <summary>log π(a|s) and the entropy of π(·|s), both <c>[rows]</c>; the actions are those drawn, not those clipped for the environment.</summary>
    /// <param name="input">What the network says.</param>
    /// <param name="actions">As many rows as the input has.</param>
    public abstract (Tensor LogProbability, Tensor Entropy) Evaluate(in DistributionInput input, Rows actions);

    /// <summary>Draws an action for each row.</summary>
    /// <param name="input">What the network says.</param>
    /// <param name="noise">Each row's exploration noise, <c>[rows, <see cref="NoiseLength"/>]</c>.</param>
    /// <param name="random">Where draws come from.</param>
    /// <param name="actions">Receives the actions.</param>
    /// <returns>log π of the actions drawn, <c>[rows]</c>.</returns>
    public abstract Tensor Sample(in DistributionInput input, ReadOnlySpan<float> noise, SplittableRandom random, Rows actions);

    /// <summary>Writes each row's likeliest action.</summary>
    public abstract void Mode(in DistributionInput input, Rows actions);

    /// <summary>Draws a slot's exploration noise anew.</summary>
    public virtual void ResampleNoise(SplittableRandom random, Span<float> noise)
    {
    }
}
