namespace Bellman;

/// <summary>A tabular algorithm as an agent: environment, learner, and the training loop that deep agents have too, with the same checkpoints, callbacks and runs.</summary>
/// <example>
/// <code>
/// var environment = VectorEnvironment.Make("Taxi-v3", seed: 1);
/// using var agent = new TabularAgent(environment, (states, actions, settings) => new QLearning(states, actions, settings), TabularSettings.For("q-learning", "Taxi-v3"));
/// agent.Learn(steps: 1_000_000);
/// Console.WriteLine(Evaluation.Run(agent.Policy, "Taxi-v3"));
/// </code>
/// </example>
public sealed class TabularAgent : Agent
{
    // What every algorithm reads; the other settings belong to some of them.
    private static readonly string[] Common =
    [
        nameof(TabularSettings.Environments), nameof(TabularSettings.Steps), nameof(TabularSettings.RoundSteps), nameof(TabularSettings.Seed), nameof(TabularSettings.LearningRate), nameof(TabularSettings.SampleAverage),
        nameof(TabularSettings.Gamma), nameof(TabularSettings.Exploration), nameof(TabularSettings.Epsilon), nameof(TabularSettings.Temperature), nameof(TabularSettings.ConfidenceWidth), nameof(TabularSettings.InitialValue),
    ];

    private readonly StepwiseRound<TabularPlayer> round;

    /// <summary>An agent that knows nothing. It disposes of the environment at its end.</summary>
    /// <param name="environment">Where it plays: one environment with finitely many observations and one discrete action.</param>
    /// <param name="make">Makes the learner from the numbers of states and actions and the settings.</param>
    /// <param name="settings">How it learns.</param>
    /// <exception cref="ArgumentException">The environment does not fit, or a setting is impossible; the message says what to do.</exception>
    public TabularAgent(VectorEnvironment environment, Func<int, int, TabularSettings, TabularLearner> make, TabularSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(make);
        Settings = settings ?? new TabularSettings();
        Settings.Validate();
        if (environment.SlotCount != 1 || environment.ActionSpace is not DiscreteSpace actions)
        {
            throw new ArgumentException(environment.SlotCount == 1
                ? $"A table needs one discrete action, but the action space is {environment.ActionSpace}; take an algorithm with a network, or a wrapper that makes actions discrete."
                : $"A table learns from one agent in one environment, step after step, but {environment.SlotCount} were given.", nameof(environment));
        }

        Learner = make(new StateIndex(environment.ObservationSpace).Count, actions.Count, Settings with { Seed = Settings.Seed ?? environment.Seed });
        round = new StepwiseRound<TabularPlayer>(environment, new TabularPlayer(Learner, new StateIndex(environment.ObservationSpace)), Learner.ToPolicy(environment.ObservationSpace, environment.ActionSpace));
    }

    /// <summary>How it learns.</summary>
    public TabularSettings Settings { get; }

    /// <summary>What learns.</summary>
    public TabularLearner Learner { get; }

    /// <inheritdoc/>
    protected override ITrainingRound Round => round;

    /// <inheritdoc/>
    public override void LoadWeights(Checkpoint checkpoint)
    {
        var policy = Policy.Load(checkpoint);
        var table = policy.Settings.Table ? policy.ReadWeights() : [];
        if (table.Length != Learner.Table.Values.Length)
        {
            throw new CheckpointException($"The checkpoint's policy {(table.Length == 0 ? "is no table" : $"is a table of {table.Length} values")}, but here are {Learner.Table.StateCount} states with {Learner.Table.ActionCount} actions; choose the environment it was trained on.");
        }

        Learner.Replace(table);
        round.Replaced();
    }

    /// <summary>Adds a tabular algorithm to the registry.</summary>
    /// <param name="name">Its name on the command line.</param>
    /// <param name="description">One sentence: what it is.</param>
    /// <param name="make">Makes its learner.</param>
    /// <param name="settings">The settings that it reads besides those that all do.</param>
    internal static void Register(string name, string description, Func<int, int, TabularSettings, TabularLearner> make, params string[] settings) =>
        AlgorithmRegistry.Register(new AlgorithmSpec(name, description, request => request.Plan(name, new TabularSettings(), SettingsJson.Default.TabularSettings, [.. Common, .. settings], built =>
        {
            built.Validate();
            return (built.Environments, built.Steps, environment => new TabularAgent(environment, make, built));
        })));
}
