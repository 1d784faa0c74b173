using System.Text.Json.Serialization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>How a policy's networks are built.</summary>
public sealed record PolicySettings
{
    /// <summary>Widths of the hidden layers.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64, 64];

    /// <summary>The function after each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>Whether policy and value share their hidden layers.</summary>
    public bool SharedNetwork { get; init; }

    /// <summary>Whether weights start orthogonal, with gain √2 in hidden layers, 0.01 in the policy's head, 1 in the value's; otherwise uniform by fan-in.</summary>
    public bool OrthogonalInitialization { get; init; } = true;

    /// <summary>Where the log standard deviation of continuous actions starts.</summary>
    public double LogStandardDeviation { get; init; }

    /// <summary>Whether the noise of continuous actions depends on the state (gSDE).</summary>
    public bool StateDependentExploration { get; init; }

    /// <summary>Whether observations' floats are brought to mean 0 and variance 1.</summary>
    public bool NormalizeObservations { get; init; }

    /// <summary>Whether the policy is a table: an observation, of a space with finitely many, is one number, and the head's output is that row. There are no hidden layers then, and the largest output counts as the value.</summary>
    public bool Table { get; init; }

    /// <summary>The features of which each output of the head is a linear function; null for none. There are no hidden layers then, and the largest output counts as the value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureSettings? Features { get; init; }

    /// <summary>The share of actions drawn evenly where the head gives action values and the others are the best; null where it gives logits, by whose softmax actions are drawn. For discrete actions.</summary>
    public double? Epsilon { get; init; }

    /// <summary>What logits of discrete actions are divided by before the softmax: above 1 draws are more even, below 1 they keep to the likeliest.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Whether there is no network: a table or features instead.</summary>
    internal bool HasNoNetworks => Table || Features is not null;

    /// <inheritdoc/>
    public bool Equals(PolicySettings? other) =>
        other is not null && HiddenSizes.SequenceEqual(other.HiddenSizes) && Activation == other.Activation && SharedNetwork == other.SharedNetwork
        && OrthogonalInitialization == other.OrthogonalInitialization && LogStandardDeviation.Equals(other.LogStandardDeviation)
        && StateDependentExploration == other.StateDependentExploration && NormalizeObservations == other.NormalizeObservations
        && Table == other.Table && Features == other.Features && Epsilon.Equals(other.Epsilon) && Temperature.Equals(other.Temperature);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(HiddenSizes.Count, Activation, SharedNetwork, LogStandardDeviation, StateDependentExploration, NormalizeObservations, Table);
}
