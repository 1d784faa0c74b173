using System.Runtime.CompilerServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Proximal policy optimization (Schulman et al. 2017, arXiv:1707.06347): environments, policy, learner and trainer as one agent.
/// </summary>
/// <example>
/// <code>
/// var environments = VectorEnvironment.Make("CartPole-v1", count: 8, seed: 1);
/// using var ppo = new Ppo(environments, PpoSettings.For("CartPole-v1") with { Seed = 1 });
/// ppo.Learn(steps: 100_000);
/// Console.WriteLine(Evaluation.Run(ppo.Policy, "CartPole-v1", episodes: 20));
/// </code>
/// </example>
public sealed class Ppo : Agent
{
    private readonly PpoLearner learner;
    private readonly OnPolicyRound round;

    /// <summary>An agent with fresh weights. It disposes of the environments at its end.</summary>
    /// <param name="environments">Where it plays.</param>
    /// <param name="settings">How it learns; the paper's defaults if none are given.</param>
    /// <exception cref="ArgumentException">A setting is impossible, or no distribution fits the action space.</exception>
    public Ppo(VectorEnvironment environments, PpoSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(environments);
        Settings = settings ?? new PpoSettings();
        Settings.Validate();
        var random = new SplittableRandom(Settings.Seed ?? environments.Seed);
        var policy = new Policy(environments.ObservationSpace, environments.ActionSpace, Networks(Settings), random.Split("weights"));
        learner = new PpoLearner(policy, Settings, environments.SlotCount, random.Split("minibatches"));
        Collector = new RolloutCollector(environments, policy, random.Split("actions"), Settings.NoiseInterval);
        Rollout = new RolloutBuffer(environments, Settings.RolloutSteps);
        round = new OnPolicyRound(Collector, Rollout, learner);
    }

    /// <summary>How it learns.</summary>
    public PpoSettings Settings { get; }

    /// <summary>What plays.</summary>
    public RolloutCollector Collector { get; }

    /// <summary>The last rollout.</summary>
    public RolloutBuffer Rollout { get; }

    /// <summary>What learns.</summary>
    public PpoLearner Learner => learner;

    /// <inheritdoc/>
    protected override ITrainingRound Round => round;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Collector.Dispose();
        learner.Dispose();
        base.Dispose(disposing);
    }

    [ModuleInitializer]
    internal static void Register() => AlgorithmRegistry.Register(new AlgorithmSpec("ppo", "Proximal policy optimization: clipped policy gradient with a learned baseline.", request =>
    {
        var (overlay, tuned) = request.Layers("ppo", new PpoSettings(), SettingsJson.Default.PpoSettings);
        var settings = overlay.Build();
        settings.Validate();
        return new AlgorithmPlan
        {
            Settings = overlay.Json,
            Sources = overlay.Sources,
            Tuned = tuned,
            Environments = settings.Environments,
            Steps = settings.Steps,
            Make = environments => new Ppo(environments, settings),
        };
    }));

    private static PolicySettings Networks(PpoSettings settings) => new()
    {
        HiddenSizes = settings.HiddenSizes,
        Activation = settings.Activation,
        SharedNetwork = settings.SharedNetwork,
        OrthogonalInitialization = settings.OrthogonalInitialization,
        LogStandardDeviation = settings.LogStandardDeviation,
        StateDependentExploration = settings.StateDependentExploration,
        NormalizeObservations = settings.NormalizeObservations,
    };
}
