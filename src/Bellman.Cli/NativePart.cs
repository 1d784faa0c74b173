using System.Runtime.InteropServices;

namespace Bellman.Cli;

/// <summary>A native library that some environments need and the core does not.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Libraries">File names to try, the wanted version first.</param>
/// <param name="Use">What needs it.</param>
/// <param name="Install">How to get it.</param>
internal sealed record NativePart(string Name, IReadOnlyList<string> Libraries, string Use, string Install)
{
    /// <summary>All that this version can use; none yet.</summary>
    public static IReadOnlyList<NativePart> All { get; } = [];

    /// <summary>The library that is there; null if none is.</summary>
    public string? Find()
    {
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
