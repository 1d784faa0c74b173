using Bellman.Numerics;

namespace Bellman;

/// <summary>Settings of the learners whose values are linear functions of features.</summary>
public sealed record LinearSettings
{
    /// <summary>Step size α of a weight; a schedule. With tile coding of n tilings, take a share of the error, say 0.5, divided by n.</summary>
    public Schedule LearningRate { get; init; } = 0.1 / 8;

    /// <summary>The discount.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>Share of random actions; a schedule. With rewards below 0 and weights that begin at 0, what is untried looks best, and 0 is enough.</summary>
    public Schedule Epsilon { get; init; } = 0;

    /// <summary>λ of methods with traces, in [0, 1].</summary>
    public double Lambda { get; init; } = 0.9;

    /// <summary>Whether traces are replaced by the features at each visit instead of added to.</summary>
    public bool ReplacingTraces { get; init; } = true;

    /// <summary>Of the draws.</summary>
    public ulong Seed { get; init; } = 1;
}
