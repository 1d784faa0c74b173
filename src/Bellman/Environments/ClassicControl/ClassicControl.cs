namespace Bellman;

/// <summary>The classic control tasks of Gymnasium, equal to it bit for bit.</summary>
internal static class ClassicControl
{
    public static void Register(EnvironmentRegistry registry)
    {
        registry.Register(new EnvironmentSpec
        {
            Id = "CartPole-v1",
            Notes = ClassicControlNotes.CartPole,
            Description = "Keep a pole upright on a cart by pushing the cart left or right.",
            Factory = options => new CartPole(options.Flag("suttonBartoReward", false)),
            BatchFactory = (options, count, seed, limit) =>
                new ClassicControlBatch<CartPoleBatch>(new CartPole(), new CartPoleBatch(count, options.Flag("suttonBartoReward", false)), count, seed, limit),
            FramesPerSecond = 50,
            Heuristic = () => new RuleController(ClassicControlRules.CartPole),
            MaxEpisodeSteps = 500,
            RewardThreshold = 475,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "MountainCar-v0",
            Notes = ClassicControlNotes.MountainCar,
            Description = "Swing a weak car up a hill with three throttle positions.",
            Factory = options => new MountainCar(options.Number("goalVelocity", 0)),
            BatchFactory = (options, count, seed, limit) =>
                new ClassicControlBatch<MountainCarBatch>(new MountainCar(), new MountainCarBatch(count, options.Number("goalVelocity", 0)), count, seed, limit),
            Heuristic = () => new RuleController(ClassicControlRules.MountainCar),
            MaxEpisodeSteps = 200,
            RewardThreshold = -110,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "MountainCarContinuous-v0",
            Notes = ClassicControlNotes.MountainCarContinuous,
            Description = "Swing a weak car up a hill with as little force as possible.",
            Factory = options => new MountainCarContinuous(options.Number("goalVelocity", 0)),
            Heuristic = () => new RuleController(ClassicControlRules.MountainCarContinuous),
            MaxEpisodeSteps = 999,
            RewardThreshold = 90,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "Pendulum-v1",
            Notes = ClassicControlNotes.Pendulum,
            Description = "Swing a pendulum up and hold it there with a bounded torque.",
            Factory = options => new Pendulum(options.Number("g", 10)),
            BatchFactory = (options, count, seed, limit) =>
                new ClassicControlBatch<PendulumBatch>(new Pendulum(), new PendulumBatch(count, options.Number("g", 10)), count, seed, limit),
            FramesPerSecond = 20,
            Heuristic = () => new RuleController(ClassicControlRules.Pendulum),
            MaxEpisodeSteps = 200,
        });
        registry.Register(new EnvironmentSpec
        {
            Id = "Acrobot-v1",
            Notes = ClassicControlNotes.Acrobot,
            Description = "Swing a two-link arm, driven at its elbow, above a line.",
            Factory = _ => new Acrobot(),
            FramesPerSecond = 15,
            Heuristic = () => new RuleController(ClassicControlRules.Acrobot),
            MaxEpisodeSteps = 500,
            RewardThreshold = -100,
        });
    }

    /// <summary>Saves a state of doubles.</summary>
    public static void Save(BinaryWriter writer, params ReadOnlySpan<double> state)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var value in state)
        {
            writer.Write(value);
        }
    }
}
