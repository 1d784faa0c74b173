namespace Bellman;

/// <summary>A named array of floats with its shape.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">The sizes of its axes, outermost first.</param>
/// <param name="Data">The elements, the last axis fastest.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, float[] Data);
