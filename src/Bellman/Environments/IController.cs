using Bellman.Numerics;

namespace Bellman;

/// <summary>A way to act that nobody trained: by rules of a person, or at random.</summary>
public interface IController
{
    /// <summary>An episode begins.</summary>
    /// <param name="seed">Where random numbers come from, if it needs any.</param>
    void Begin(ulong seed);

    /// <summary>Chooses an action.</summary>
    /// <param name="observation">What is seen.</param>
    /// <param name="mask">1 for each allowed action, as of <see cref="IActionMask"/>; empty if all are.</param>
    /// <param name="action">Receives the action.</param>
    void Act(RowReader observation, ReadOnlySpan<byte> mask, RowWriter action);
}

/// <summary>Rules as a function of the observation alone.</summary>
/// <param name="act">Reads the observation and writes the action.</param>
public sealed class RuleController(RuleController.Rule act) : IController
{
    /// <summary>Reads the observation and writes the action.</summary>
    public delegate void Rule(RowReader observation, RowWriter action);

    /// <inheritdoc/>
    public void Begin(ulong seed)
    {
    }

    /// <inheritdoc/>
    public void Act(RowReader observation, ReadOnlySpan<byte> mask, RowWriter action) => act(observation, action);
}

/// <summary>Draws actions from their space; a single discrete choice from the allowed ones alone.</summary>
/// <param name="actions">The action space.</param>
public sealed class RandomController(Space actions) : IController
{
    private RandomStream random = new(0);

    /// <inheritdoc/>
    public void Begin(ulong seed) => random = new RandomStream(seed);

    /// <inheritdoc/>
    public void Act(RowReader observation, ReadOnlySpan<byte> mask, RowWriter action)
    {
        if (actions is not DiscreteSpace discrete || mask.IsEmpty)
        {
            actions.Sample(random, action);
            return;
        }

        var left = random.Integers(0, mask.Count((byte)1));
        var choice = 0;
        while (mask[choice] == 0 || left-- > 0)
        {
            choice++;
        }

        action.Integers[0] = discrete.Start + choice;
    }
}
