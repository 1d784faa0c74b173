using System.Globalization;

namespace Bellman;

/// <summary>Something in training's figures that usually means that it goes wrong.</summary>
/// <param name="Name">Its short name, as <c>entropy collapsed</c>: the same however the figures change.</param>
/// <param name="What">What was seen, with figures.</param>
/// <param name="Try">What to try.</param>
public sealed record TrainingWarning(string Name, string What, string Try);

/// <summary>The rules by which figures are judged, as pure functions: each gives a warning, or null where there is nothing to say.</summary>
public static class TrainingRules
{
    /// <summary>Below this share of where it began, an entropy or deviation counts as gone.</summary>
    public const double CollapsedShare = 0.05;

    /// <summary>With less of training than this to come, a policy may be as sure of itself as it likes.</summary>
    public const double SettledRemaining = 0.3;

    /// <summary>An update that moves the policy this far is far outside of what its data speak of; 0.02 is usual.</summary>
    public const double LargeDivergence = 0.15;

    /// <summary>By how many times its best a value loss must have grown to count as diverging.</summary>
    public const double DivergingFactor = 20;

    /// <summary>Below this share of where it began, a value loss is as good as none: how often that doubles says nothing.</summary>
    public const double SettledLoss = 0.01;

    /// <summary>Discrete actions are chosen for sure while much of training is still to come: nothing new is tried any more.</summary>
    /// <param name="first">The entropy after the first update, in nats.</param>
    /// <param name="now">The entropy now.</param>
    /// <param name="remaining">The share of training still to come.</param>
    public static TrainingWarning? Entropy(double first, double now, double remaining) =>
        first > 0 && now < CollapsedShare * first && remaining > SettledRemaining
            ? new("entropy collapsed", Text($"the policy's entropy fell from {first:0.###} to {now:0.#####} with {remaining:P0} of training to come"), "raise entropyCoefficient (0.01 is usual), or lower learningRate")
            : null;

    /// <summary>Continuous actions are all but without noise while much of training is still to come.</summary>
    /// <param name="first">The mean standard deviation of actions after the first update.</param>
    /// <param name="now">The deviation now.</param>
    /// <param name="remaining">The share of training still to come.</param>
    public static TrainingWarning? Deviation(double first, double now, double remaining) =>
        first > 0 && now < CollapsedShare * first && remaining > SettledRemaining
            ? new("exploration collapsed", Text($"the actions' deviation fell from {first:0.###} to {now:0.#####} with {remaining:P0} of training to come"), "raise entropyCoefficient, or start with a larger logStandardDeviation")
            : null;

    /// <summary>Updates move the policy so far that their data no longer speak of it.</summary>
    /// <param name="divergences">The mean KL divergences of the last updates: most of them must be large, one alone is nothing.</param>
    public static TrainingWarning? Divergence(ReadOnlySpan<double> divergences)
    {
        var large = 0;
        foreach (var divergence in divergences)
        {
            large += divergence > LargeDivergence ? 1 : 0;
        }

        return 2 * large > divergences.Length
            ? new("KL exploding", Text($"{large} of the last {divergences.Length} updates moved the policy by a KL divergence of more than {LargeDivergence}; 0.02 is usual"), "lower learningRate or epochs, or set targetKl=0.02")
            : null;
    }

    /// <summary>The value function becomes worse and worse instead of better. A loss that grows because returns grow is no fault: then the values still explain something.</summary>
    /// <param name="first">The value loss in the beginning, as a mean over some updates: what is small beside it is no more than noise.</param>
    /// <param name="best">The least value loss so far, as a mean over as many.</param>
    /// <param name="now">The value loss now, as a mean over as many.</param>
    /// <param name="explainedVariance">How much of the returns' variance the values explain, as a mean over as many: 1 all, 0 nothing.</param>
    public static TrainingWarning? ValueLoss(double first, double best, double now, double explainedVariance) =>
        best > 0 && now > DivergingFactor * Math.Max(best, SettledLoss * first) && explainedVariance < 0
            ? new("value loss diverging", Text($"the value loss grew from {Figure(best)} to {Figure(now)} and the values explain nothing"), "set normalizeRewards=true, or lower learningRate or valueCoefficient")
            : null;

    /// <summary>A figure of the learner's that is no number.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="value">Its value.</param>
    public static TrainingWarning? NotFinite(string name, double value)
    {
        ArgumentNullException.ThrowIfNull(name);

        // Values that explain a variance of zero explain an undefined share of it: that is no fault.
        return name.StartsWith("train/", StringComparison.Ordinal) && name != "train/explained_variance" && !double.IsFinite(value)
            ? new($"{name} is {Text($"{value}")}", Text($"{name} is {value}"), "lower learningRate, and look for huge rewards and observations")
            : null;
    }

    private static string Figure(double value) => value.ToString(value >= 0.01 ? "0.###" : "0.0e-0", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
