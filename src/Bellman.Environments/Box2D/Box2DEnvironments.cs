namespace Bellman.Environments;

/// <summary>Gymnasium's Box2D family, equal to it bit for bit, on a physics engine of its own.</summary>
public static class Box2DEnvironments
{
    /// <summary>Adds them to a registry.</summary>
    public static void Register(EnvironmentRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        RegisterLander(registry, "LunarLander-v3", continuous: false, "Land a lander between two flags with three engines that are on or off.");
        RegisterLander(registry, "LunarLanderContinuous-v3", continuous: true, "Land a lander between two flags with engines whose thrust is chosen freely.");
        RegisterWalker(registry, "BipedalWalker-v3", hardcore: false, 1600, "Walk on two legs over hills by the torques of hips and knees.");
        RegisterWalker(registry, "BipedalWalkerHardcore-v3", hardcore: true, 2000, "Walk on two legs over stumps, stairs and pits by the torques of hips and knees.");
    }

    private static void RegisterWalker(EnvironmentRegistry registry, string id, bool hardcore, int limit, string description) => registry.Register(new EnvironmentSpec
    {
        Id = id,
        Notes = Box2DNotes.BipedalWalker,
        Description = description,
        Factory = options => new BipedalWalker(options.Flag("hardcore", hardcore)),
        MaxEpisodeSteps = limit,

        // A hull that tumbles turns further than the ±π of Gymnasium's space.
        HasLooseBounds = true,
        RewardThreshold = 300,
        FramesPerSecond = 50,
        Heuristic = hardcore ? null : () => new WalkerRules(),
    });

    private static void RegisterLander(EnvironmentRegistry registry, string id, bool continuous, string description) => registry.Register(new EnvironmentSpec
    {
        Id = id,
        Notes = continuous ? Box2DNotes.LunarLanderContinuous : Box2DNotes.LunarLander,
        Description = description,
        Factory = options => new LunarLander(
            options.Flag("continuous", continuous),
            options.Number("gravity", -10),
            options.Flag("enableWind", false),
            options.Number("windPower", 15),
            options.Number("turbulencePower", 1.5)),
        MaxEpisodeSteps = 1000,
        RewardThreshold = 200,
        FramesPerSecond = 50,
        Heuristic = () => LunarLanderRules.Controller(continuous),
    });
}
