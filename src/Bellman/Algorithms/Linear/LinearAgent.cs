namespace Bellman;

/// <summary>A linear algorithm as an agent: environment, features, learner, and the training loop that deep agents have too, with the same checkpoints, callbacks and runs.</summary>
/// <example>
/// <code>
/// var environment = VectorEnvironment.Make("MountainCar-v0", seed: 1);
/// using var agent = new LinearAgent(environment, (features, actions, settings) => new LinearSarsa(features, actions, settings), LinearSettings.For("semi-gradient-sarsa", "MountainCar-v0"));
/// agent.Learn(steps: 100_000);
/// Console.WriteLine(Evaluation.Run(agent.Policy, "MountainCar-v0"));
/// </code>
/// </example>
public sealed class LinearAgent : Agent
{
    /// <summary>What learners with a step size read, besides what all do.</summary>
    internal static readonly string[] StepSizes = [nameof(LinearSettings.LearningRate)];

    // What every algorithm reads; the other settings belong to some of them.
    private static readonly string[] Common =
    [
        nameof(LinearSettings.Environments), nameof(LinearSettings.Steps), nameof(LinearSettings.RoundSteps), nameof(LinearSettings.Seed), nameof(LinearSettings.Gamma), nameof(LinearSettings.Epsilon),
        nameof(LinearSettings.Features), nameof(LinearSettings.Low), nameof(LinearSettings.High), nameof(LinearSettings.Tiles), nameof(LinearSettings.Tilings), nameof(LinearSettings.HashedCount),
        nameof(LinearSettings.Points), nameof(LinearSettings.BellWidth), nameof(LinearSettings.Degree),
    ];

    private readonly StepwiseRound<LinearPlayer> round;

    /// <summary>An agent whose weights are 0. It disposes of the environment at its end.</summary>
    /// <param name="environment">Where it plays: one environment with one discrete action, and with observations that its features describe.</param>
    /// <param name="make">Makes the learner from the features, the number of actions and the settings.</param>
    /// <param name="settings">How it learns, and of which features.</param>
    /// <exception cref="ArgumentException">The environment does not fit, or a setting is impossible; the message says what to do.</exception>
    public LinearAgent(VectorEnvironment environment, Func<IFeatures, int, LinearSettings, LinearLearner> make, LinearSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(make);
        Settings = settings ?? new LinearSettings();
        Settings.Validate();
        if (environment.SlotCount != 1 || environment.ActionSpace is not DiscreteSpace actions)
        {
            throw new ArgumentException(environment.SlotCount == 1
                ? $"Linear action values need one discrete action, but the action space is {environment.ActionSpace}; take an algorithm with a network, or a wrapper that makes actions discrete."
                : $"Linear values are learned from one agent in one environment, step after step, but {environment.SlotCount} were given.", nameof(environment));
        }

        var features = Settings.ToFeatures();
        Learner = make(features.Build(environment.ObservationSpace), actions.Count, Settings with { Seed = Settings.Seed ?? environment.Seed });
        round = new StepwiseRound<LinearPlayer>(environment, new LinearPlayer(Learner), Learner.Values.ToPolicy(environment.ObservationSpace, actions, features, Settings.Epsilon.At(0)));
    }

    /// <summary>How it learns, and of which features.</summary>
    public LinearSettings Settings { get; }

    /// <summary>What learns.</summary>
    public LinearLearner Learner { get; }

    /// <inheritdoc/>
    protected override ITrainingRound Round => round;

    /// <inheritdoc/>
    public override void LoadWeights(Checkpoint checkpoint)
    {
        var other = Policy.Load(checkpoint);
        if (other.Settings.Features != Policy.Settings.Features || !other.ObservationSpace.Equals(Policy.ObservationSpace) || !other.ActionSpace.Equals(Policy.ActionSpace))
        {
            throw new CheckpointException(other.Settings.Features is null
                ? $"The checkpoint's policy is {Policy.Kind(other.Settings)}, which another kind of algorithm learned; begin without it."
                : other.Settings.Features == Policy.Settings.Features
                ? $"The checkpoint's policy sees {other.ObservationSpace} and does {other.ActionSpace}, but here are {Policy.ObservationSpace} and {Policy.ActionSpace}; choose the environment it was trained on."
                : "The checkpoint's policy has other features; give the settings it was trained with.");
        }

        other.ReadWeights().CopyTo(Learner.Values.Weights);
        round.Replaced();
    }

    /// <summary>Adds a linear algorithm to the registry.</summary>
    /// <param name="name">Its name on the command line.</param>
    /// <param name="description">One sentence: what it is.</param>
    /// <param name="make">Makes its learner.</param>
    /// <param name="settings">The settings that it reads besides those that all do.</param>
    internal static void Register(string name, string description, Func<IFeatures, int, LinearSettings, LinearLearner> make, params string[] settings) =>
        AlgorithmRegistry.Register(new AlgorithmSpec(name, description, request => request.Plan(name, new LinearSettings(), SettingsJson.Default.LinearSettings, [.. Common, .. settings], built =>
        {
            built.Validate();
            return (built.Environments, built.Steps, environment => new LinearAgent(environment, make, built));
        })));
}
