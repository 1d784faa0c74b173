using System.Text.Json;
using System.Text.Json.Serialization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>How a tabular learner chooses what to try.</summary>
public enum TabularExploration
{
    /// <summary>The best action, or with probability ε any.</summary>
    EpsilonGreedy,

    /// <summary>Actions with probability proportional to e^(Q/τ).</summary>
    Softmax,

    /// <summary>The action with the largest Q + c·√(ln N / n), of N visits of the state and n of the action there: those tried seldom look better (Auer, Cesa-Bianchi and Fischer 2002).</summary>
    UpperConfidence,
}

/// <summary>Settings of the tabular learners. Each reads what concerns it; on the command line the others are refused.</summary>
public sealed record TabularSettings
{
    /// <summary>How many environments play side by side: 1, as a table learns from one step after the other.</summary>
    public int Environments { get; init; } = 1;

    /// <summary>How many environment steps to train for.</summary>
    public long Steps { get; init; } = 1_000_000;

    /// <summary>Steps between two looks of schedules, metrics and callbacks.</summary>
    public int RoundSteps { get; init; } = 1000;

    /// <summary>The seed of the draws; by default the environments' in training, else 1.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Step size α; a schedule.</summary>
    public Schedule LearningRate { get; init; } = 0.1;

    /// <summary>Whether α is 1/n for the n-th visit of a pair instead, as the theory asks.</summary>
    public bool SampleAverage { get; init; }

    /// <summary>The discount.</summary>
    public double Gamma { get; init; } = 0.99;

    /// <summary>How actions are tried.</summary>
    public TabularExploration Exploration { get; init; } = TabularExploration.EpsilonGreedy;

    /// <summary>ε of ε-greedy; a schedule.</summary>
    public Schedule Epsilon { get; init; } = 0.1;

    /// <summary>τ of softmax; a schedule.</summary>
    public Schedule Temperature { get; init; } = 1;

    /// <summary>c of upper confidence.</summary>
    public double ConfidenceWidth { get; init; } = 2;

    /// <summary>What each pair of state and action is worth at first.</summary>
    public double InitialValue { get; init; }

    /// <summary>n of n-step methods: how many rewards a target sums before it takes a value.</summary>
    public int BackupSteps { get; init; } = 4;

    /// <summary>λ of methods with traces, in [0, 1].</summary>
    public double Lambda { get; init; } = 0.9;

    /// <summary>Whether traces are replaced by 1 at each visit instead of added to.</summary>
    public bool ReplacingTraces { get; init; } = true;

    /// <summary>Steps that a learner with a model imagines after each real one.</summary>
    public int PlanningSteps { get; init; } = 10;

    /// <summary>κ of Dyna-Q+: the bonus κ·√t for what has not been tried for t steps; 0 for none.</summary>
    public double CuriosityBonus { get; init; }

    /// <summary>By how much a pair's value must differ from what the model expects before prioritized sweeping thinks about it.</summary>
    public double PriorityThreshold { get; init; } = 1e-4;

    /// <summary>Whether Monte Carlo learns from every visit of a pair in an episode, instead of the first alone.</summary>
    public bool EveryVisit { get; init; }

    /// <summary>Whether Monte Carlo begins each episode with any action and is greedy from then on, instead of exploring all the way; the environment must begin anywhere, too.</summary>
    public bool ExploringStarts { get; init; }

    /// <summary>Whether returns of another policy are averaged by their importance weights (biased, of small variance), instead of plainly (unbiased, of large or infinite variance).</summary>
    public bool WeightedImportance { get; init; } = true;

    /// <summary>The tuned settings of an environment, or the defaults where there are none.</summary>
    /// <param name="algorithm">The algorithm's name, as <c>q-learning</c>.</param>
    /// <param name="environmentId">The environment's id.</param>
    public static TabularSettings For(string algorithm, string environmentId) => TunedSettings.For(algorithm, environmentId, new TabularSettings(), SettingsJson.Default.TabularSettings).Settings;

    /// <summary>Refuses what cannot work.</summary>
    /// <exception cref="ArgumentException">A setting is impossible; the message names it.</exception>
    internal void Validate()
    {
        Check(Environments == 1, nameof(Environments), Environments, "1: a table learns from one step after the other");
        Check(Steps >= 1, nameof(Steps), Steps, "at least 1");
        Check(RoundSteps >= 1, nameof(RoundSteps), RoundSteps, "at least 1");
        Check(LearningRate is { Initial: > 0, Final: >= 0 }, nameof(LearningRate), LearningRate, "positive");
        Check(Gamma is >= 0 and <= 1, nameof(Gamma), Gamma, "in [0, 1]");
        Check(Epsilon is { Initial: >= 0 and <= 1, Final: >= 0 and <= 1 }, nameof(Epsilon), Epsilon, "in [0, 1]");
        Check(Temperature is { Initial: > 0, Final: >= 0 }, nameof(Temperature), Temperature, "positive");
        Check(ConfidenceWidth >= 0, nameof(ConfidenceWidth), ConfidenceWidth, "0 or more");
        Check(double.IsFinite(InitialValue), nameof(InitialValue), InitialValue, "finite");
        Check(BackupSteps >= 1, nameof(BackupSteps), BackupSteps, "at least 1");
        Check(Lambda is >= 0 and <= 1, nameof(Lambda), Lambda, "in [0, 1]");
        Check(PlanningSteps >= 0, nameof(PlanningSteps), PlanningSteps, "0 or more");
        Check(CuriosityBonus >= 0, nameof(CuriosityBonus), CuriosityBonus, "0 or more");
        Check(PriorityThreshold >= 0, nameof(PriorityThreshold), PriorityThreshold, "0 or more");

        static void Check(bool holds, string name, object value, string expected)
        {
            if (!holds)
            {
                throw new ArgumentException(FormattableString.Invariant($"The setting {name} is {value}; it must be {expected}."));
            }
        }
    }
}

/// <summary>Ways of exploring by name in camelCase.</summary>
internal sealed class TabularExplorationJsonConverter() : JsonStringEnumConverter<TabularExploration>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
