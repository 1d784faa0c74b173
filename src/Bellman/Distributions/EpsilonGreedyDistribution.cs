using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// The action with the largest value, or with probability ε any, evenly: what an algorithm that learns action values plays. The outputs are Q(s, ·); no gradient leads back to them, as draws change only where the best action does.
/// </summary>
/// <param name="count">How many actions.</param>
/// <param name="start">The least action.</param>
/// <param name="epsilon">ε, in [0, 1].</param>
public sealed class EpsilonGreedyDistribution(int count, int start, double epsilon) : Distribution
{
    private readonly double epsilon = epsilon is >= 0 and <= 1 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε must lie in [0, 1].");

    /// <inheritdoc/>
    public override int ParameterCount => count;

    /// <inheritdoc/>
    public override int MaskLength => count;

    /// <inheritdoc/>
    public override (Tensor LogProbability, Tensor Entropy) Evaluate(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var (tape, rows) = (input.Parameters.Tape, input.Parameters.Shape[0]);
        var entropy = tape.Input(rows, out var entropies);
        for (var row = 0; row < rows; row++)
        {
            var (_, allowed) = Best(input, row);
            var (other, greedy) = Probabilities(allowed);
            entropies[row] = (float)(-((allowed - 1) * PlusLog(other)) - PlusLog(greedy));
        }

        return (LogProbability(input, actions), entropy);

        static double PlusLog(double probability) => probability > 0 ? probability * Math.Log(probability) : 0;
    }

    /// <inheritdoc/>
    public override Tensor Sample(in DistributionInput input, ReadOnlySpan<float> noise, SplittableRandom random, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(actions);
        var chosen = actions.Integers();
        for (var row = 0; row < input.Parameters.Shape[0]; row++)
        {
            var (best, allowed) = Best(input, row);
            chosen[row] = start + (epsilon > 0 && random.NextDouble() < epsilon ? Allowed(input, row, random.NextInt32(allowed)) : best);
        }

        return LogProbability(input, actions);
    }

    /// <inheritdoc/>
    public override void Mode(in DistributionInput input, Rows actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var chosen = actions.Integers();
        for (var row = 0; row < input.Parameters.Shape[0]; row++)
        {
            chosen[row] = start + Best(input, row).Action;
        }
    }

    private Tensor LogProbability(in DistributionInput input, Rows actions)
    {
        var chosen = actions.Integers();
        var output = input.Parameters.Tape.Input(input.Parameters.Shape[0], out var values);
        for (var row = 0; row < values.Length; row++)
        {
            var (best, allowed) = Best(input, row);
            var (other, greedy) = Probabilities(allowed);
            values[row] = (float)Math.Log(chosen[row] - start == best ? greedy : other);
        }

        return output;
    }

    private (double Other, double Greedy) Probabilities(int allowed) => (epsilon / allowed, 1 - epsilon + (epsilon / allowed));

    // The first of the best allowed actions, and how many are allowed.
    private (int Action, int Allowed) Best(in DistributionInput input, int row)
    {
        var values = input.Parameters.Values.Slice(row * count, count);
        var mask = input.Mask is { } given ? given.Values.Slice(row * count, count) : [];
        var (best, allowed) = (-1, 0);
        for (var action = 0; action < count; action++)
        {
            if (mask.IsEmpty || mask[action] != 0)
            {
                best = best < 0 || values[action] > values[best] ? action : best;
                allowed++;
            }
        }

        return (best, allowed);
    }

    private int Allowed(in DistributionInput input, int row, int place)
    {
        if (input.Mask is not { } mask)
        {
            return place;
        }

        var allowed = mask.Values.Slice(row * count, count);
        var action = 0;
        while (allowed[action] == 0 || place-- > 0)
        {
            action++;
        }

        return action;
    }
}
