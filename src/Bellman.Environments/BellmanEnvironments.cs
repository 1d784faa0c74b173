namespace Bellman.Environments;

/// <summary>The environments of this package.</summary>
public static class BellmanEnvironments
{
    /// <summary>Adds them to a registry: once, before the first is made. The command line does so by itself.</summary>
    /// <exception cref="ArgumentException">They are registered already.</exception>
    public static void Register(EnvironmentRegistry registry) => MujocoEnvironments.Register(registry);
}
