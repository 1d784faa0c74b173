using Bellman.Numerics;

namespace Bellman;

/// <summary>Settings of the learners whose values are linear functions of features, and of those features. Each reads what concerns it; on the command line the others are refused.</summary>
public sealed record LinearSettings
{
    /// <summary>How many environments play side by side: 1, as each step is learned from before the next.</summary>
    public int Environments { get; init; } = 1;

    /// <summary>How many environment steps to train for.</summary>
    public long Steps { get; init; } = 100_000;

    /// <summary>Steps between two looks of schedules, metrics and callbacks, and for least squares between two solutions.</summary>
    public int RoundSteps { get; init; } = 1000;

    /// <summary>The seed of the draws; by default the environments' in training, else 1.</summary>
    public ulong? Seed { get; init; }

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

    /// <summary>Least squares: a solution is found when no weight changes by more than this share of the largest.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Least squares: policies judged for a solution at most.</summary>
    public int MaximumIterations { get; init; } = 30;

    /// <summary>Least squares: added to the diagonal of each system, for a step: needed where features were never seen.</summary>
    public double Ridge { get; init; } = 1e-8;

    /// <summary>Which features describe an observation, for agents; learners are given theirs.</summary>
    public FeatureKind Features { get; init; } = FeatureKind.Tiles;

    /// <inheritdoc cref="FeatureSettings.Low"/>
    public IReadOnlyList<float> Low { get; init; } = [];

    /// <inheritdoc cref="FeatureSettings.High"/>
    public IReadOnlyList<float> High { get; init; } = [];

    /// <inheritdoc cref="FeatureSettings.Tiles"/>
    public IReadOnlyList<int> Tiles { get; init; } = [8];

    /// <inheritdoc cref="FeatureSettings.Tilings"/>
    public int Tilings { get; init; } = 8;

    /// <inheritdoc cref="FeatureSettings.HashedCount"/>
    public int HashedCount { get; init; }

    /// <inheritdoc cref="FeatureSettings.Points"/>
    public IReadOnlyList<int> Points { get; init; } = [5];

    /// <inheritdoc cref="FeatureSettings.BellWidth"/>
    public double BellWidth { get; init; } = 1;

    /// <inheritdoc cref="FeatureSettings.Degree"/>
    public int Degree { get; init; } = 2;

    /// <summary>The tuned settings of an environment, or the defaults where there are none.</summary>
    /// <param name="algorithm">The algorithm's name, as <c>semi-gradient-sarsa</c>.</param>
    /// <param name="environmentId">The environment's id.</param>
    public static LinearSettings For(string algorithm, string environmentId) => TunedSettings.For(algorithm, environmentId, new LinearSettings(), SettingsJson.Default.LinearSettings).Settings;

    /// <summary>What is said here of the features.</summary>
    public FeatureSettings ToFeatures() => new()
    {
        Kind = Features,
        Low = Low,
        High = High,
        Tiles = Tiles,
        Tilings = Tilings,
        HashedCount = HashedCount,
        Points = Points,
        BellWidth = BellWidth,
        Degree = Degree,
    };

    /// <inheritdoc/>
    public bool Equals(LinearSettings? other) =>
        other is not null && SettingsOverlay.ToJson(this, SettingsJson.Default.LinearSettings).ToJsonString() == SettingsOverlay.ToJson(other, SettingsJson.Default.LinearSettings).ToJsonString();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Steps, RoundSteps, Seed, LearningRate, Gamma, Epsilon, Lambda, Features);

    /// <summary>Refuses what cannot work; the features are judged when they are made.</summary>
    /// <exception cref="ArgumentException">A setting is impossible; the message names it.</exception>
    internal void Validate()
    {
        Check(Environments == 1, nameof(Environments), Environments, "1: each step is learned from before the next");
        Check(Steps >= 1, nameof(Steps), Steps, "at least 1");
        Check(RoundSteps >= 1, nameof(RoundSteps), RoundSteps, "at least 1");
        Check(LearningRate is { Initial: > 0, Final: >= 0 }, nameof(LearningRate), LearningRate, "positive");
        Check(Gamma is >= 0 and <= 1, nameof(Gamma), Gamma, "in [0, 1]");
        Check(Epsilon is { Initial: >= 0 and <= 1, Final: >= 0 and <= 1 }, nameof(Epsilon), Epsilon, "in [0, 1]");
        Check(Lambda is >= 0 and <= 1, nameof(Lambda), Lambda, "in [0, 1]");
        Check(Tolerance >= 0, nameof(Tolerance), Tolerance, "0 or more");
        Check(MaximumIterations >= 1, nameof(MaximumIterations), MaximumIterations, "at least 1");
        Check(Ridge >= 0 && double.IsFinite(Ridge), nameof(Ridge), Ridge, "0 or more");

        static void Check(bool holds, string name, object value, string expected)
        {
            if (!holds)
            {
                throw new ArgumentException(FormattableString.Invariant($"The setting {name} is {value}; it must be {expected}."));
            }
        }
    }
}
