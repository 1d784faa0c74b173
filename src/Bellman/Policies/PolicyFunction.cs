using Bellman.Numerics;

namespace Bellman;

/// <summary>What stands in a policy in the place of networks: one array of weights, from which head outputs follow without layers.</summary>
internal abstract class PolicyFunction
{
    private float[] single = [];

    /// <summary>All that was learned.</summary>
    public abstract Parameter Weights { get; }

    /// <summary>The head outputs for the first observations, <c>[count, width]</c>.</summary>
    public abstract Tensor Rows(Tape tape, Rows observations, int count);

    /// <summary>The head outputs for chosen observations, in the order given.</summary>
    public abstract Tensor Rows(Tape tape, Rows observations, ReadOnlySpan<int> rows);

    /// <summary>Takes over weights in double precision, in the order of <see cref="Weights"/>.</summary>
    public void Write(ReadOnlySpan<double> values)
    {
        Array.Resize(ref single, values.Length);
        for (var i = 0; i < single.Length; i++)
        {
            single[i] = (float)values[i];
        }

        Weights.CopyFrom(single);
    }
}
