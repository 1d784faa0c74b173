using Bellman.Numerics;

namespace Bellman;

/// <summary>How a tabular learner chooses what to try.</summary>
public enum TabularExploration
{
    /// <summary>The best action, or with probability ε any.</summary>
    EpsilonGreedy,

    /// <summary>Actions with probability proportional to e^(Q/τ).</summary>
    Softmax,

    /// <summary>The action with the largest Q + c·√(ln t / n): those tried seldom look better (Auer, Cesa-Bianchi and Fischer 2002).</summary>
    UpperConfidence,
}

/// <summary>Settings of the tabular learners.</summary>
public sealed record TabularSettings
{
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

    /// <summary>n of n-step methods.</summary>
    public int Steps { get; init; } = 1;

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

    /// <summary>Of the draws.</summary>
    public ulong Seed { get; init; } = 1;
}
