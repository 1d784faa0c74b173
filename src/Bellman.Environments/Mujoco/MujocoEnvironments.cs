namespace Bellman.Environments;

/// <summary>Gymnasium's robots in MuJoCo, under its ids.</summary>
public static class MujocoEnvironments
{
    /// <summary>Adds them to a registry. They are listed where MuJoCo is missing too; making one then says what to install.</summary>
    public static void Register(EnvironmentRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        Add("Hopper", "Hop forwards on one leg without falling.", 1000, 3800, (options, version) => new Hopper(version, HopperSettings.Read(options, version)));
        Add("Walker2d", "Walk forwards on two legs without falling.", 1000, null, (options, version) => new Walker2d(version, Walker2dSettings.Read(options, version)));
        Add("HalfCheetah", "Run forwards on a hind and a fore leg.", 1000, 4800, (options, version) => new HalfCheetah(HalfCheetahSettings.Read(options, version)));
        Add("Ant", "Walk along x on four legs, free in space.", 1000, 6000, (options, version) => new Ant(version, AntSettings.Read(options, version)));
        Add("Swimmer", "Wriggle along x through a viscous fluid.", 1000, 360, (options, version) => new Swimmer(SwimmerSettings.Read(options, version)));
        Add("Reacher", "Move an arm's fingertip to a target on a table.", 50, -3.75, (options, version) => new Reacher(version, ReacherSettings.Read(options, version)));
        Add("InvertedPendulum", "Keep a pole upright on a cart that is pushed along a rail.", 1000, 950, (options, version) => new InvertedPendulum(version, InvertedPendulumSettings.Read(options, version)));
        Add("InvertedDoublePendulum", "Keep two poles upright, one upon the other, on a cart.", 1000, 9100, (options, version) => new InvertedDoublePendulum(version, InvertedDoublePendulumSettings.Read(options, version)));

        void Add(string name, string description, int limit, double? threshold, Func<EnvironmentOptions, MujocoVersion, IEnvironment> make)
        {
            foreach (var version in Enum.GetValues<MujocoVersion>())
            {
                registry.Register(new EnvironmentSpec
                {
                    Id = $"{name}-v{(int)version}",
                    Notes = MujocoNotes.Of(name, version),
                    Description = description,
                    Factory = options => make(options, version),
                    MaxEpisodeSteps = limit,
                    RewardThreshold = threshold,
                });
            }
        }
    }
}
