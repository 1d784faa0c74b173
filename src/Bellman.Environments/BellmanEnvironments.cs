using System.Runtime.CompilerServices;

namespace Bellman.Environments;

/// <summary>The environments of this package.</summary>
public static class BellmanEnvironments
{
    private static readonly ConditionalWeakTable<EnvironmentRegistry, object> Registered = [];

    /// <summary>Adds them to a registry, if they are not in it. The package does so by itself where it is referenced as a package; programs that refer to the project call it.</summary>
    /// <param name="registry">Where to, usually <see cref="EnvironmentRegistry.Default"/>.</param>
    public static void Register(EnvironmentRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (Registered.TryAdd(registry, registry))
        {
            MujocoEnvironments.Register(registry);
            Box2DEnvironments.Register(registry);
            PixelGames.Register(registry);
        }
    }
}
