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
public sealed class Ppo : IAgent
{
    private readonly VectorEnvironment environments;
    private readonly PpoLearner learner;
    private readonly TrainingLoop loop;

    /// <summary>An agent with fresh weights. It disposes of the environments at its end.</summary>
    /// <param name="environments">Where it plays.</param>
    /// <param name="settings">How it learns; the paper's defaults if none are given.</param>
    /// <exception cref="ArgumentException">A setting is impossible, or no distribution fits the action space.</exception>
    public Ppo(VectorEnvironment environments, PpoSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(environments);
        Settings = settings ?? new PpoSettings();
        Settings.Validate();
        this.environments = environments;
        var random = new SplittableRandom(Settings.Seed ?? environments.Seed);
        Policy = new Policy(environments.ObservationSpace, environments.ActionSpace, Networks(Settings), random.Split("weights"));
        learner = new PpoLearner(Policy, Settings, environments.SlotCount, random.Split("minibatches"));
        Collector = new RolloutCollector(environments, Policy, random.Split("actions"), Settings.NoiseInterval);
        Rollout = new RolloutBuffer(environments, Settings.RolloutSteps);
        loop = new TrainingLoop(new OnPolicyRound(Collector, Rollout, learner));
    }

    /// <summary>How it learns.</summary>
    public PpoSettings Settings { get; }

    /// <inheritdoc/>
    public Policy Policy { get; }

    /// <inheritdoc/>
    public EpisodeStatistics Episodes => Collector.Statistics;

    /// <inheritdoc/>
    public TrainingProgress Progress => loop.Progress;

    /// <summary>What plays.</summary>
    public RolloutCollector Collector { get; }

    /// <summary>The last rollout.</summary>
    public RolloutBuffer Rollout { get; }

    /// <summary>What learns.</summary>
    public PpoLearner Learner => learner;

    /// <inheritdoc/>
    public void Learn(long steps, IProgress<TrainingProgress>? progress = null, IReadOnlyList<TrainingCallback>? callbacks = null, CancellationToken cancellation = default) =>
        loop.Run(steps, progress, callbacks, cancellation);

    /// <inheritdoc/>
    public void Save(string path) => Policy.Save(path);

    /// <inheritdoc/>
    public void SaveState(Checkpoint checkpoint) => loop.SaveState(checkpoint);

    /// <inheritdoc/>
    public void LoadState(Checkpoint checkpoint) => loop.LoadState(checkpoint);

    /// <inheritdoc/>
    public void Dispose()
    {
        Collector.Dispose();
        learner.Dispose();
        environments.Dispose();
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
