using Bellman.Numerics;

namespace Bellman;

/// <summary>The function of a policy that is a table: a row of head outputs for each observation. A linear layer over a one-hot input would give the same, by many products with 0.</summary>
internal sealed class PolicyTable : PolicyFunction
{
    private readonly StateIndex states;

    /// <summary>A table of zeros.</summary>
    /// <exception cref="ArgumentException">The observations are not finitely many, or too many.</exception>
    public PolicyTable(Space observationSpace, int width)
    {
        states = new StateIndex(observationSpace);
        if ((long)states.Count * width > Array.MaxLength)
        {
            throw new ArgumentException($"A table of {states.Count} observations with {width} numbers each is too large; take an algorithm with a network.", nameof(observationSpace));
        }

        Weights = new Parameter("policy.table", (states.Count, width));
    }

    /// <summary><c>[observations, width]</c>, observations as <see cref="StateIndex"/> numbers them.</summary>
    public override Parameter Weights { get; }

    /// <inheritdoc/>
    public override Tensor Rows(Tape tape, Rows observations, int count)
    {
        var indices = tape.Indices(count, out var into);
        for (var i = 0; i < count; i++)
        {
            into[i] = states.Of(observations.Reader(i));
        }

        return tape.Use(Weights).GatherRows(indices);
    }

    /// <inheritdoc/>
    public override Tensor Rows(Tape tape, Rows observations, ReadOnlySpan<int> rows)
    {
        var indices = tape.Indices(rows.Length, out var into);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = states.Of(observations.Reader(rows[i]));
        }

        return tape.Use(Weights).GatherRows(indices);
    }
}
