using System.Runtime.InteropServices;
using Bellman.Environments;

namespace Bellman.Cli;

/// <summary>A native library that some environments need and the core does not.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Libraries">File names to try, the wanted version first.</param>
/// <param name="Use">What needs it.</param>
/// <param name="Install">How to get it.</param>
internal sealed record NativePart(string Name, IReadOnlyList<string> Libraries, string Use, string Install)
{
    /// <summary>All that this version can use.</summary>
    public static IReadOnlyList<NativePart> All { get; } =
    [
        new("MuJoCo", ["libmujoco.so.2.2.2"], "Hopper, Ant and the other robots of MuJoCo", "apt-get install libmujoco2.2.2") { Finder = () => MujocoLibrary.Name },
    ];

    /// <summary>Finds the library as its binding does, where that asks for more than its presence.</summary>
    public Func<string?>? Finder { get; init; }

    /// <summary>The library that is there; null if none is.</summary>
    public string? Find()
    {
        if (Finder is not null)
        {
            return Finder();
        }

        foreach (var library in Libraries)
        {
            if (NativeLibrary.TryLoad(library, out var handle))
            {
                NativeLibrary.Free(handle);
                return library;
            }
        }

        return null;
    }
}
