namespace Bellman.Numerics;

/// <summary>A table with a learned row for each of some things: tokens, positions, players.</summary>
public sealed class Embedding : Module
{
    private readonly Parameter weight;

    /// <summary>A table of normal numbers.</summary>
    /// <param name="name">The prefix of its parameter's name, <c>name.weight</c>.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="width">How long a row is.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="standardDeviation">Of the numbers it starts with: 1 as in PyTorch; GPT-2 takes 0.02.</param>
    public Embedding(string name, int count, int width, SplittableRandom random, double standardDeviation = 1)
    {
        weight = Add(new Parameter($"{name}.weight", (count, width)));
        Initializer.FillNormal(weight, standardDeviation, random);
    }

    /// <summary>The table, <c>[count, width]</c>.</summary>
    public Parameter Weight => weight;

    /// <summary>The rows of some indices, <c>[k, width]</c>.</summary>
    /// <exception cref="ArgumentException">An index is not in [0, count).</exception>
    public Tensor Forward(IndexTensor indices) => indices.Tape.Use(weight).GatherRows(indices);
}
