namespace Bellman.Cli;

/// <summary>An environment in a file of the user's: <c>my-environment.cs</c> or <c>my.dll</c>, with <c>:Type</c> where there are several.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="TypeName">The type asked for; null for the only one.</param>
internal sealed record EnvironmentFile(string Path, string? TypeName)
{
    private static readonly string[] Extensions = [".cs", ".dll"];

    /// <summary>Whether it is to be built.</summary>
    public bool IsSource => Path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text that finds it again from any folder.</summary>
    public string FullName => TypeName is null ? Path : $"{Path}:{TypeName}";

    /// <summary>A name for folders.</summary>
    public string ShortName => TypeName ?? System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Reads what a user wrote; null if it names no file.</summary>
    public static EnvironmentFile? Parse(string text)
    {
        foreach (var extension in Extensions)
        {
            var at = text.LastIndexOf(extension, StringComparison.OrdinalIgnoreCase);
            var end = at + extension.Length;
            if (at > 0 && end == text.Length)
            {
                return new EnvironmentFile(System.IO.Path.GetFullPath(text), null);
            }

            if (at > 0 && text[end] == ':' && end + 1 < text.Length)
            {
                return new EnvironmentFile(System.IO.Path.GetFullPath(text[..end]), text[(end + 1)..]);
            }
        }

        return null;
    }
}
