using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Bellman.Environments;

/// <summary>
/// The MuJoCo library on this machine: <c>libmujoco.so.2.2.2</c> or <c>libmujoco.so</c> where the system's loader finds it, or the file that the environment variable <c>BELLMAN_MUJOCO</c> names.
/// Debian's package is <c>libmujoco2.2.2</c>.
/// </summary>
public static class MujocoLibrary
{
    /// <summary>The environment variable that names the library's file.</summary>
    public const string Variable = "BELLMAN_MUJOCO";

    private const string Remedy = "Install it with 'apt-get install libmujoco2.2.2', or name the file of another copy of 2.2.2 in " + Variable + ".";

    private static readonly Lazy<(MujocoFunctions? Functions, string? Name, string? Reason)> Loaded = new(Load);

    /// <summary>Whether MuJoCo can be used here.</summary>
    [MemberNotNullWhen(false, nameof(Reason))]
    public static bool IsAvailable => Loaded.Value.Functions is not null;

    /// <summary>Why it cannot be used and what to do about that; null if it can.</summary>
    public static string? Reason => Loaded.Value.Reason;

    /// <summary>The file's name under which it was found; null if it cannot be used.</summary>
    public static string? Name => Loaded.Value.Name;

    /// <summary>The library's functions.</summary>
    /// <exception cref="MujocoException">MuJoCo cannot be used here.</exception>
    internal static MujocoFunctions Functions => Loaded.Value is { Functions: { } functions } ? functions : throw new MujocoException(Loaded.Value.Reason!);

    private static (MujocoFunctions? Functions, string? Name, string? Reason) Load()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return (null, null, $"MuJoCo is bound on Linux with x64 processors, not on {RuntimeInformation.RuntimeIdentifier}.");
        }

        var named = Environment.GetEnvironmentVariable(Variable);
        var candidates = string.IsNullOrEmpty(named) ? ["libmujoco.so.2.2.2", "libmujoco.so"] : new[] { named };
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var library))
            {
                return Bind(library, candidate);
            }
        }

        return (null, null, string.IsNullOrEmpty(named)
            ? $"MuJoCo is not installed. {Remedy}"
            : $"{Variable} names '{named}', which cannot be loaded as a library. {Remedy}");
    }

    private static (MujocoFunctions? Functions, string? Name, string? Reason) Bind(nint library, string name)
    {
        if (!NativeLibrary.TryGetExport(library, "mj_version", out var version))
        {
            return (null, null, $"'{name}' is not MuJoCo: it has no function mj_version. {Remedy}");
        }

        var found = MujocoFunctions.VersionOf(version);
        if (found != MujocoLayout.Version)
        {
            return (null, null, $"'{name}' is MuJoCo {found / 100}.{found / 10 % 10}.{found % 10}, but the binding is made for 2.2.2, whose memory lies otherwise. {Remedy}");
        }

        try
        {
            return (new MujocoFunctions(library), name, null);
        }
        catch (Exception exception) when (exception is MujocoException or EntryPointNotFoundException)
        {
            return (null, null, exception.Message);
        }
    }
}
