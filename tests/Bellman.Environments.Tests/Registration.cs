using System.Runtime.CompilerServices;

namespace Bellman.Environments.Tests;

/// <summary>Registers the package's environments, as an application does.</summary>
internal static class Registration
{
    [ModuleInitializer]
    public static void Register() => BellmanEnvironments.Register(EnvironmentRegistry.Default);
}
